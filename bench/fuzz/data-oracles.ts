import { isDeepStrictEqual } from 'node:util';
import { inflateSync } from 'node:zlib';

/** What the files of data sets may say, read a second time without the program's readers. */

export function isIdx(bytes: Buffer): boolean {
  const sizes = Array.from({ length: bytes[3]! }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const pixels = sizes.reduce((product, size) => product * size, 1);
  return bytes.readUInt16BE(0) === 0 && bytes[2] === 8 && bytes.length === 4 + 4 * sizes.length + pixels;
}

/** Whether a text has a class number a line; blanks around it and empty lines at the end say nothing. */
export function isLabelText(bytes: Buffer, count: number, classes: number): boolean {
  const lines = bytes.toString('utf8').replace(/\s+$/, '').split('\n');
  const isLabel = (text: string): boolean =>
    text.length > 0 && [...text].every((digit) => '0123456789'.includes(digit)) && Number(text) < classes;
  return lines.length === count && lines.every((line) => isLabel(line.trim()));
}

interface Element {
  readonly type: number;
  readonly content: Buffer;
}

/** All elements of some bytes of a MAT-file, every one of them whole; one of four bytes or fewer may stand in its own tag. */
function elementsOf(bytes: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
    const short = view.getUint16(2, true);
    const length = short > 0 ? short : view.getUint32(4, true);
    const from = at + (short > 0 ? 4 : 8);
    const end = short > 0 ? at + 8 : from + 8 * Math.ceil(length / 8);
    if (end > bytes.length || short > 4) throw new Error('not whole');
    found.push({
      type: short > 0 ? view.getUint16(0, true) : view.getUint32(0, true),
      content: bytes.subarray(from, from + length),
    });
    at = end;
  }
  return found;
}

interface MatArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly numbers: readonly number[];
}

const MATRIX = 14;
const DOUBLE = 9;

function arrayOf({ type, content }: Element): MatArray {
  const [flags, sizes, name, values, ...more] = elementsOf(content) as [Element, Element, Element, Element];
  const kind = flags.content[0]!;
  const isRight = type === MATRIX && more.length === 0 && flags.type === 6 && sizes.type === 5 && name.type === 1;
  // An array of bytes, or of doubles kept as doubles or, where all are small, as bytes.
  const isKept = (kind === 9 && values.type === 2) || (kind === 6 && (values.type === 2 || values.type === DOUBLE));
  if (!isRight || !isKept) throw new Error('not an array of numbers');
  const width = values.type === DOUBLE ? 8 : 1;
  const numbers = Array.from({ length: values.content.length / width }, (_, i) =>
    width === 8 ? values.content.readDoubleLE(8 * i) : values.content[i]!,
  );
  const shape = Array.from({ length: sizes.content.length / 4 }, (_, i) => sizes.content.readInt32LE(4 * i));
  return { name: name.content.toString('latin1'), shape, numbers };
}

/** Whether a MAT-file that is not deflated holds images and as many classes from 1 to 10, each array once. */
export function isSvhn(bytes: Buffer): boolean {
  const hasHeader = bytes.toString('latin1', 124, 128) === '\0\u0001IM';
  const arrays = elementsOf(bytes.subarray(128)).map(arrayOf);
  const [x, y] = ['X', 'y'].map((wanted) => arrays.filter(({ name }) => name === wanted)) as [MatArray[], MatArray[]];
  const [{ shape, numbers }] = x as [MatArray];
  const count = shape[3] ?? 1;
  const isImages = shape.slice(0, 3).join() === '32,32,3' && shape.length < 5 && numbers.length === 3072 * count;
  const labels = y[0]!.numbers;
  const isWhole = arrays.every((array) => array.numbers.length === array.shape.reduce((a, b) => a * b, 1));
  const isOnce = new Set(arrays.map(({ name }) => name)).size === arrays.length;
  const isClasses = labels.length === count && labels.every((label) => label >= 1 && label <= 10);
  return hasHeader && isImages && isWhole && isOnce && isClasses && count > 0;
}

/** What is deflated in each element of a MAT-file, with how many bytes that takes. */
function deflatedParts(bytes: Buffer): { readonly length: number; readonly content: Buffer }[] {
  const parts = [];
  for (let at = 128; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    if (bytes.readUInt32LE(at) !== 15 || at + 8 + length > bytes.length) throw new Error('not whole');
    parts.push({ length, content: inflateSync(bytes.subarray(at + 8, at + 8 + length)) });
    at += 8 + length;
  }
  return parts;
}

/**
 * Whether a deflated MAT-file says what another says. Of the first 124 bytes, which are text for people, nothing is believed; the bits
 * that fill the last byte of a deflated stream say nothing either.
 */
export const saysTheSame = (bytes: Buffer, original: Buffer): boolean =>
  bytes.subarray(124, 128).equals(original.subarray(124, 128)) &&
  isDeepStrictEqual(deflatedParts(bytes), deflatedParts(original));
