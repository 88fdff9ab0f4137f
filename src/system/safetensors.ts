import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { shownName } from './shown-name.js';
import { parseStrictJson } from './strict-json.js';
import { CONVERTED_TYPES } from './tensor-types.js';

/** The safetensors file format: eight bytes of header length, a JSON header, the tensors' bytes one after another. */

export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

const DTYPES = { F32: Float32Array, I32: Int32Array } as const;
const LENGTH_BYTES = 8;
const MAXIMUM_HEADER = 100_000_000;
const METADATA = '__metadata__';

/** Bytes of an element of each type of the format, whether or not it is read here. */
const SIZES: Readonly<Record<string, number>> = {
  ...{ BOOL: 1, U8: 1, I8: 1, F8_E4M3: 1, F8_E5M2: 1, F8_E8M0: 1, U16: 2, I16: 2, F16: 2, BF16: 2 },
  ...{ U32: 4, I32: 4, F32: 4, U64: 8, I64: 8, F64: 8, C64: 8 },
};

/** What a header says of a tensor. */
interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const isEntry = (value: unknown): value is Entry => {
  const { dtype, shape, data_offsets: offsets, ...rest } = (value ?? {}) as Partial<Entry>;
  return (
    typeof dtype === 'string' &&
    [shape, offsets].every((list) => Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= 0)) &&
    offsets!.length === 2 &&
    Object.keys(rest).length === 0
  );
};

/** The header in the first bytes of a file of `size` bytes. */
function readHeader(bytes: Uint8Array, size: number): { header: Record<string, unknown>; start: number } {
  if (bytes.length < LENGTH_BYTES) throw new Error('not a safetensors file: shorter than its length field');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const start = LENGTH_BYTES + length;
  if (length > MAXIMUM_HEADER || start > size) throw new Error('not a safetensors file: the header is cut off');
  const text = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, start));
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw new Error('not a safetensors file: the header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new Error('not a safetensors file: the header is not JSON of tensors');
  try {
    parseStrictJson(text);
  } catch (error) {
    throw new Error(`safetensors: the header is ambiguous: ${(error as Error).message}`);
  }
  return { header: header as Record<string, unknown>, start };
}

/**
 * The entries of a header, checked: each as long as its shape says, and all together exactly the bytes behind the header,
 * without gap, overlap or rest. Throws one line for the first that is wrong.
 */
function checkedEntries(header: Record<string, unknown>, payload: number): [string, Entry][] {
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, entry]): [string, Entry] => {
      if (!isEntry(entry)) throw new Error(`safetensors: the entry of ${shownName(name)} is malformed`);
      const { dtype, shape, data_offsets: offsets } = entry;
      const bytes = offsets[1] - offsets[0];
      if (!Object.hasOwn(SIZES, dtype))
        throw new Error(`safetensors: ${shownName(name)} is of the unknown type ${shownName(dtype)}`);
      const wanted = shape.reduce((product, n) => product * n, SIZES[dtype]!);
      if (bytes !== wanted)
        throw new Error(`safetensors: ${shownName(name)} has ${bytes} bytes, its shape wants ${wanted}`);
      if (offsets[1] > payload) throw new Error(`safetensors: the file ends inside ${shownName(name)}`);
      return [name, entry];
    });
  let end = 0;
  for (const [name, { data_offsets: offsets }] of entries.toSorted(([, a], [, b]) => order(a, b))) {
    if (offsets[0] < end)
      throw new Error(`safetensors: the bytes of ${shownName(name)} overlap those of another tensor`);
    if (offsets[0] > end)
      throw new Error(`safetensors: ${offsets[0] - end} bytes before ${shownName(name)} belong to no tensor`);
    end = offsets[1];
  }
  if (end < payload) throw new Error(`safetensors: ${payload - end} bytes at the end belong to no tensor`);
  return entries;
}

/** By where the bytes begin; tensors without any before those that begin at the same place. */
const order = ({ data_offsets: a }: Entry, { data_offsets: b }: Entry): number => a[0] - b[0] || a[1] - b[1];

function readTensor(
  name: string,
  { dtype, shape, data_offsets: [begin, end] }: Entry,
  payload: Uint8Array,
): HostTensor {
  // A copy of its own: views of four bytes an element need an aligned beginning.
  const bytes = payload.slice(begin, end);
  if (Object.hasOwn(DTYPES, dtype)) return { shape, data: new DTYPES[dtype as keyof typeof DTYPES](bytes.buffer) };
  const wide = CONVERTED_TYPES[dtype];
  if (wide === undefined) {
    const allowed = [...Object.keys(DTYPES), ...Object.keys(CONVERTED_TYPES)].join(', ');
    throw new Error(`safetensors: ${shownName(name)} is ${dtype}; allowed: ${allowed}`);
  }
  return { shape, data: wide(bytes) };
}

/** Which tensors are read, and the callback for those that were converted. */
export interface DecodeOptions {
  /** Default: all. What is not wanted may be of any type. */
  readonly wanted?: ReadonlySet<string>;
  /** Called with the name and the type of every tensor that was converted to F32. */
  readonly onConverted?: (name: string, dtype: string) => void;
}

/**
 * The tensors in the bytes of a safetensors file. F16, BF16 and F64 become F32, rounded to nearest. Throws one line that says
 * what is wrong with a malformed file, whether or not what is wrong is wanted.
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  { wanted, onConverted = () => {} }: DecodeOptions = {},
): Map<string, HostTensor> {
  const { header, start } = readHeader(bytes, bytes.length);
  // A plain view: `slice` of a Buffer would not copy.
  const payload = new Uint8Array(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const entries = checkedEntries(header, payload.length).filter(([name]) => wanted === undefined || wanted.has(name));
  return new Map(
    entries.map(([name, entry]) => {
      if (Object.hasOwn(CONVERTED_TYPES, entry.dtype)) onConverted(name, entry.dtype);
      return [name, readTensor(name, entry, payload)];
    }),
  );
}

/** What is wrong with the header of a safetensors file, which says whether all its bytes are there. Throws one line. */
export function checkSafetensorsHeader(path: string): void {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const length = Buffer.alloc(LENGTH_BYTES);
    readSync(file, length, 0, LENGTH_BYTES, 0);
    const start = LENGTH_BYTES + Math.min(Number(length.readBigUInt64LE()), MAXIMUM_HEADER, size);
    const first = Buffer.alloc(Math.min(start, size));
    readSync(file, first, 0, first.length, 0);
    const read = readHeader(first, size);
    checkedEntries(read.header, size - read.start);
  } finally {
    closeSync(file);
  }
}

/** The texts that a file carries besides its tensors. Throws one line where it is malformed. */
export function readMetadata(bytes: Uint8Array): Readonly<Record<string, string>> {
  const { [METADATA]: metadata } = readHeader(bytes, bytes.length).header;
  return typeof metadata === 'object' && metadata !== null ? (metadata as Record<string, string>) : {};
}

/**
 * The bytes of a safetensors file, tensors in the order given, with texts besides; the same content gives the same bytes.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, Entry | typeof metadata> = metadata === undefined ? {} : { [METADATA]: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    const end = offset + data.byteLength;
    header[name] = {
      dtype: data instanceof Int32Array ? 'I32' : 'F32',
      shape: [...shape],
      data_offsets: [offset, end],
    };
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Padding with spaces aligns the data, as the format recommends.
  const headerBytes = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  headerBytes.set(text);
  const file = new Uint8Array(LENGTH_BYTES + headerBytes.length + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes.length), true);
  file.set(headerBytes, LENGTH_BYTES);
  let position = LENGTH_BYTES + headerBytes.length;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}
