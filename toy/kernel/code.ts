/**
 * WebAssembly instructions on pairs of float64 numbers, as the bytes of expressions. An expression leaves one value; where
 * two values are pairs, an operation acts on both lanes alone, and rounds as JavaScript does.
 */

/** The bytes of an expression, or of statements. */
export type Code = readonly number[];

/** LEB128 of a whole number from 0 on. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

/** LEB128 of a 32-bit number that may be negative. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    const low = rest & 127;
    const isLast = (rest >> 6 === 0 && low < 64) || (rest >> 6 === -1 && low >= 64);
    bytes.push(isLast ? low : low + 128);
    if (isLast) return bytes;
  }
}

const binary =
  (...opcode: number[]) =>
  (a: Code, b: Code): Code => [...a, ...b, ...opcode];
const unary =
  (...opcode: number[]) =>
  (a: Code): Code => [...a, ...opcode];
/** Opcodes of pairs have a prefix and a number in LEB128. */
const vector = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];

export const add = binary(...vector(0xf0));
export const subtract = binary(...vector(0xf1));
export const multiply = binary(...vector(0xf2));
export const divide = binary(...vector(0xf3));
export const negate = unary(...vector(0xed));
export const squareRoot = unary(...vector(0xef));
/** The larger number, as `a < b ? b : a`: NaN where `a` is. */
export const larger = binary(...vector(0xf7));
/** Comparisons: all bits of a lane set where it holds, none where it does not or a number is NaN. */
export const isLess = binary(...vector(0x49));
export const both = binary(...vector(0x4e));
/** 1 where a lane of a mask is set, 0 where none is. */
export const isAny = unary(...vector(0x53));
/** 1 where every lane is, 0 where one is not. */
export const isAll = unary(...vector(0xc3));

const bytesOf = (value: number): number[] => Array.from(new Uint8Array(Float64Array.of(value).buffer));
/** The same number in both lanes. */
export const constant = (value: number): Code => [...vector(0x0c), ...bytesOf(value), ...bytesOf(value)];

/** Values of 16 bytes lie at multiples of 16. */
const place = (offset: number): number[] => [4, ...unsigned(offset)];
export const load = (address: Code, offset: number): Code => [...address, ...vector(0x00), ...place(offset)];
export const store = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...value,
  ...vector(0x0b),
  ...place(offset),
];

const INT32 = 0x7f;
const VECTOR = 0x7b;
const NOTHING = 0x40;

export const integer = (value: number): Code => [0x41, ...signed(value)];
export const integerAdd = binary(0x6a);
export const integerLess = binary(0x49);

/** Calls an imported function with one 32-bit number; it returns nothing. */
export const call = (fn: number, argument: Code): Code => [...argument, 0x10, ...unsigned(fn)];

/** A variable or parameter of a function. */
export interface Variable {
  readonly get: Code;
  set(value: Code): Code;
}

/** Statements of a function in the making, and its variables. */
export class Body {
  private readonly code: number[] = [];
  private pairs = 0;

  /** `integers`: 32-bit numbers of the function, parameters first. */
  constructor(
    private readonly parameters: number,
    private readonly integers: number,
  ) {}

  integer(number: number): Variable {
    return { get: [0x20, ...unsigned(number)], set: (value) => [...value, 0x21, ...unsigned(number)] };
  }

  /** Keeps a pair in a variable of its own; the code that reads it. */
  keep(value: Code): Code {
    const number = this.integers + this.pairs;
    this.pairs += 1;
    this.do([...value, 0x21, ...unsigned(number)]);
    return [0x20, ...unsigned(number)];
  }

  do(...statements: Code[]): void {
    for (const statement of statements) for (const byte of statement) this.code.push(byte);
  }

  /** What `inside` writes, run where the 32-bit condition is not 0. */
  when(condition: Code, inside: () => void): void {
    this.do(condition, [0x04, NOTHING]);
    inside();
    this.do([0x0b]);
  }

  /** What `inside` writes where the condition is not 0, and what `otherwise` writes where it is. */
  either(condition: Code, inside: () => void, otherwise: () => void): void {
    this.do(condition, [0x04, NOTHING]);
    inside();
    this.do([0x05]);
    otherwise();
    this.do([0x0b]);
  }

  /** What `inside` writes, run until the condition after it is 0. */
  repeat(inside: () => void, condition: Code): void {
    this.do([0x03, NOTHING]);
    inside();
    this.do(condition, [0x0d, 0x00, 0x0b]);
  }

  /** The function: its variables, then statements. */
  bytes(): Code {
    const variables = [2, ...unsigned(this.integers - this.parameters), INT32, ...unsigned(this.pairs), VECTOR];
    const all = [...variables, ...this.code, 0x0b];
    return [...unsigned(all.length), ...all];
  }
}
