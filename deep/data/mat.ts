import { constants, inflateSync } from 'node:zlib';
import { decompress } from '../../src/system/decompress.js';
import { DamagedFile } from '../../src/system/reading-error.js';

/**
 * Arrays of bytes in MATLAB's level 5 MAT-files, as SVHN comes in them: little-endian, each array an element, deflated or not. Anything
 * else that such a file may hold is refused.
 */
export interface MatArray {
  readonly name: string;
  readonly shape: readonly number[];
  /** With the first index fastest. */
  readonly data: Uint8Array;
}

const HEADER = 128;
const TYPE = { int8: 1, uint8: 2, int32: 5, uint32: 6, double: 9, matrix: 14, compressed: 15 } as const;
/** The kinds of array that hold numbers: double, and integers of 8 bits. */
const CLASS = { double: 6, uint8: 9 } as const;
const LARGEST_SHAPE = 8;

interface Element {
  readonly type: number;
  readonly content: Buffer;
  /** Where the next one begins. */
  readonly end: number;
}

/** What says that a file is no such file, or is damaged, in the words of its reader. */
type Refuse = (what: string) => never;

const padded = (length: number): number => Math.ceil(length / 8) * 8;

/** The element at a place; one of up to four bytes may stand within its own tag. `isWhole` where its content must be there. */
function elementAt(bytes: Buffer, at: number, refuse: Refuse, isWhole = true): Element {
  if (at + 8 > bytes.length) refuse('ends in the middle of an element');
  const type = bytes.readUInt32LE(at);
  const small = type >>> 16;
  if (small > 0) {
    if (small > 4) refuse('has an element whose length is none');
    return { type: type & 0xffff, content: bytes.subarray(at + 4, at + 4 + small), end: at + 8 };
  }
  const length = bytes.readUInt32LE(at + 4);
  if (isWhole && at + 8 + length > bytes.length) refuse('ends in the middle of an element');
  // What is deflated is not padded.
  const end = at + 8 + (type === TYPE.compressed ? length : padded(length));
  return { type, content: bytes.subarray(at + 8, at + 8 + length), end };
}

interface MatrixHead {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: number;
  /** Where the values begin. */
  readonly values: number;
}

/** Flags, shape and name of an array, which come before its values. */
function matrixHead(content: Buffer, refuse: Refuse): MatrixHead {
  const flags = elementAt(content, 0, refuse);
  const shape = elementAt(content, flags.end, refuse);
  const name = elementAt(content, shape.end, refuse);
  const isRight = flags.type === TYPE.uint32 && shape.type === TYPE.int32 && name.type === TYPE.int8;
  const rank = shape.content.length / 4;
  if (!isRight || flags.content.length !== 8 || !Number.isInteger(rank) || rank < 2 || rank > LARGEST_SHAPE)
    refuse('has something that is no array of numbers');
  const sizes = Array.from({ length: rank }, (_, i) => shape.content.readInt32LE(4 * i));
  if (sizes.some((size) => size < 0)) refuse('has an array of negative size');
  return { name: name.content.toString('latin1'), shape: sizes, kind: flags.content[0]!, values: name.end };
}

/** Values as bytes; doubles have to be whole numbers from 0 to 255. */
function valuesOf({ type, content }: Element, { name, kind }: MatrixHead, refuse: Refuse): Uint8Array {
  const isKnown = kind === CLASS.uint8 || kind === CLASS.double;
  if (isKnown && type === TYPE.uint8) return new Uint8Array(content.buffer, content.byteOffset, content.length);
  if (kind !== CLASS.double || type !== TYPE.double || content.length % 8 !== 0)
    return refuse(`has an array ${JSON.stringify(name)} that is neither of bytes nor of doubles`);
  return Uint8Array.from({ length: content.length / 8 }, (_, i) => {
    const value = content.readDoubleLE(8 * i);
    if (!Number.isInteger(value) || value < 0 || value > 255) refuse(`has a number ${value} that is no byte`);
    return value;
  });
}

const countOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

function inflate(content: Buffer, refuse: Refuse, options: { readonly isStart?: boolean } = {}): Buffer {
  try {
    if (options.isStart) return inflateSync(content, { finishFlush: constants.Z_SYNC_FLUSH });
    return decompress(inflateSync, content);
  } catch {
    return refuse('is damaged: it cannot be inflated');
  }
}

/** The element that is all of what was deflated. */
function inflatedElement(content: Buffer, refuse: Refuse): Element {
  const bytes = inflate(content, refuse);
  const element = elementAt(bytes, 0, refuse);
  if (element.end !== bytes.length) refuse('has bytes behind an array');
  return element;
}

/** The elements of a file. Where it is not `isWhole`, the content of the last may be cut off. */
function* elements(bytes: Buffer, refuse: Refuse, isWhole: boolean): Generator<Element> {
  const isOne =
    bytes.length >= HEADER && bytes.readUInt16LE(124) === 0x0100 && bytes.toString('latin1', 126, 128) === 'IM';
  if (!isOne) refuse('is not a level 5 MAT-file');
  for (let at = HEADER; at < bytes.length; ) {
    const element = elementAt(bytes, at, refuse, isWhole);
    yield element;
    at = element.end;
  }
}

const refusing =
  (path: string): Refuse =>
  (what) => {
    throw new DamagedFile(`${path} ${what}`);
  };

/** All arrays of a file. Throws a DamagedFile, with its path, where it holds anything else. */
export function parseMat(bytes: Buffer, path: string): MatArray[] {
  const refuse = refusing(path);
  const arrays = [...elements(bytes, refuse, true)].map((element) => {
    const { type, content } = element.type === TYPE.compressed ? inflatedElement(element.content, refuse) : element;
    if (type !== TYPE.matrix) refuse('has something that is no array');
    const head = matrixHead(content, refuse);
    const values = elementAt(content, head.values, refuse);
    const data = valuesOf(values, head, refuse);
    if (data.length !== countOf(head.shape) || values.end !== padded(content.length))
      refuse(
        `has an array ${JSON.stringify(head.name)} of ${data.length} numbers; its shape says ${countOf(head.shape)}`,
      );
    return { name: head.name, shape: head.shape, data };
  });
  const twice = arrays.find(({ name }, i) => arrays.findIndex((other) => other.name === name) < i);
  if (twice !== undefined) refuse(`has two arrays ${JSON.stringify(twice.name)}`);
  return arrays;
}

/** The name and shape of the first array of a file, of which the first kilobytes are given. */
export function parseMatStart(start: Buffer, path: string): Pick<MatArray, 'name' | 'shape'> {
  const refuse = refusing(path);
  const [first] = elements(start, refuse, false);
  if (first === undefined) return refuse('holds no array');
  const { type, content } =
    first.type === TYPE.compressed
      ? elementAt(inflate(first.content, refuse, { isStart: true }), 0, refuse, false)
      : first;
  if (type !== TYPE.matrix) refuse('has something that is no array');
  const { name, shape } = matrixHead(content, refuse);
  return { name, shape };
}
