/** A WebAssembly module from the bytes of its functions. */
import { type Code, unsigned } from './code.js';

/** What of WebAssembly is used here; the types of Node do not have it. */
interface WebAssemblyNamespace {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, (...values: number[]) => void>> };
}
const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyNamespace };

const PAGE = 65_536;

const INT32 = 0x7f;
const FUNCTION = 0x60;
const MEMORY = 0x02;

const list = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, items: readonly Code[]): number[] => {
  const content = list(items);
  return [id, ...unsigned(content.length), ...content];
};
const text = (word: string): number[] => list([...word].map((letter) => [letter.charCodeAt(0)]));

/** Functions that a module takes from JavaScript, each with one 32-bit number. */
export type Imports = Readonly<Record<string, (address: number) => void>>;

export interface ModuleParts {
  readonly imports: readonly string[];
  /** Functions by name, of three 32-bit numbers: `Body.bytes`. */
  readonly functions: Readonly<Record<string, Code>>;
}

/** The bytes of a module that shares the memory it is given. Imported functions have the numbers 0, 1 ... in their order. */
export function moduleBytes({ imports, functions }: ModuleParts): Uint8Array {
  const [ofImport, ofFunction] = [0, 1];
  const names = Object.keys(functions);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [
      [FUNCTION, 1, INT32, 0],
      [FUNCTION, 3, INT32, INT32, INT32, 0],
    ]),
    ...section(2, [
      [...text('js'), ...text('memory'), MEMORY, 0, 1],
      ...imports.map((name) => [...text('js'), ...text(name), 0, ofImport]),
    ]),
    ...section(
      3,
      names.map(() => [ofFunction]),
    ),
    ...section(
      7,
      names.map((name, i) => [...text(name), 0, imports.length + i]),
    ),
    ...section(10, Object.values(functions)),
  ]);
}

export interface Loaded {
  /** The memory as numbers. */
  readonly numbers: Float64Array;
  readonly functions: Readonly<Record<string, (...values: number[]) => void>>;
}

/** Loads a module with a memory of this many bytes; undefined where this machine has no WebAssembly with pairs of numbers. */
export function loadModule(
  bytes: Uint8Array,
  size: number,
  imports: (numbers: Float64Array) => Imports,
): Loaded | undefined {
  if (WebAssembly === undefined || !WebAssembly.validate(bytes)) return undefined;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(size / PAGE) });
  const numbers = new Float64Array(memory.buffer);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    js: { memory, ...imports(numbers) },
  });
  return { numbers, functions: exports };
}
