import type { RandomSource } from '../../src/numerics/random.js';

/** Changes of the bytes of a file: what disks, editors and other programs do to it, and what an adversary would. */

export const oneOf = <Value>(random: RandomSource, values: readonly Value[]): Value =>
  values[random.below(values.length)]!;

type Mutation = (bytes: Buffer, random: RandomSource) => Buffer;

/** Beginning and end of a piece, of a few bytes mostly. */
function piece(bytes: Buffer, random: RandomSource): [number, number] {
  const from = random.below(bytes.length + 1);
  const length = Math.floor(2 ** (random.uniform() * Math.log2(bytes.length + 2)));
  return [from, Math.min(bytes.length, from + length)];
}

const spliced = (bytes: Buffer, from: number, to: number, between: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), between, bytes.subarray(to)]);

const flipBit: Mutation = (bytes, random) => {
  const changed = Buffer.from(bytes);
  if (changed.length > 0) changed[random.below(changed.length)]! ^= 1 << random.below(8);
  return changed;
};

const setByte: Mutation = (bytes, random) => {
  const changed = Buffer.from(bytes);
  if (changed.length > 0) changed[random.below(changed.length)] = random.below(256);
  return changed;
};

const removePiece: Mutation = (bytes, random) => spliced(bytes, ...piece(bytes, random), Buffer.alloc(0));

const repeatPiece: Mutation = (bytes, random) => {
  const [from, to] = piece(bytes, random);
  return spliced(bytes, to, to, bytes.subarray(from, to));
};

const movePiece: Mutation = (bytes, random) => {
  const [from, to] = piece(bytes, random);
  const rest = spliced(bytes, from, to, Buffer.alloc(0));
  const place = random.below(rest.length + 1);
  return spliced(rest, place, place, bytes.subarray(from, to));
};

/** As a machine that lost power leaves a file whose length was on the disk, and its content was not. */
const zeroPiece: Mutation = (bytes, random) => {
  const [from, to] = piece(bytes, random);
  return spliced(bytes, from, to, Buffer.alloc(to - from));
};

const cut: Mutation = (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1));

const append: Mutation = (bytes, random) =>
  Buffer.concat([bytes, Buffer.from(Array.from({ length: 1 + random.below(40) }, () => random.below(256)))]);

const VALUES = [
  ...['null', 'true', '{}', '[]', '""', '"abc"', '"NaN"', '"Infinity"', '-1', '0', '1e999', '-0', '1.5', '1e308'],
  ...['5e-324', '9007199254740993', '18446744073709551616', '01', '0x10', 'NaN', '"\\u0000"', '[[[[]]]]', '1e-400'],
];
const TOKEN = /"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[{}[\],:]/gi;

/** Another value, name or bracket in the place of one in JSON. */
const replaceToken: Mutation = (bytes, random) => {
  const text = bytes.toString('latin1');
  const tokens = [...text.matchAll(TOKEN)];
  if (tokens.length === 0) return setByte(bytes, random);
  const { index, 0: token } = oneOf(random, tokens);
  const other = random.uniform() < 0.5 ? oneOf(random, VALUES) : oneOf(random, tokens)[0];
  return spliced(bytes, index, index + token.length, Buffer.from(other, 'latin1'));
};

const lineOrder: Mutation = (bytes, random) => {
  const lines = bytes.toString('latin1').split('\n');
  const [a, b] = [random.below(lines.length), random.below(lines.length)];
  [lines[a], lines[b]] = [lines[b]!, lines[a]!];
  return Buffer.from(lines.join('\n'), 'latin1');
};

const repeatLine: Mutation = (bytes, random) => {
  const lines = bytes.toString('latin1').split('\n');
  const place = random.below(lines.length);
  return Buffer.from(lines.toSpliced(place, 0, lines[place]!).join('\n'), 'latin1');
};

const removeLine: Mutation = (bytes, random) => {
  const lines = bytes.toString('latin1').split('\n');
  return Buffer.from(lines.toSpliced(random.below(lines.length), 1).join('\n'), 'latin1');
};

const MUTATIONS: readonly Mutation[] = [
  ...[flipBit, setByte, removePiece, repeatPiece, movePiece, zeroPiece, cut, append],
  // Files of text are the more numerous, and a token is what most of their readers look at.
  ...[replaceToken, replaceToken, replaceToken, lineOrder, repeatLine, removeLine],
];

/** The bytes with one to three changes. */
export function mutate(bytes: Buffer, random: RandomSource): Buffer {
  let changed = bytes;
  for (let left = 1 + random.below(3); left > 0; left -= 1) changed = oneOf(random, MUTATIONS)(changed, random);
  return changed;
}
