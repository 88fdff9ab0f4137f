import { MOST_BLOCKS, MOST_THREADS, MOST_TOGETHER } from '../../system/bounds.js';

/** How single values are written, on the command line and in the terminal; each failure is one line that says what is allowed. */

/** A text that is no such value. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
  /** So that commander reports it as it reports its own. */
  readonly code = 'commander.invalidArgument';
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What `0,0005` looks like where it is taken for two numbers; Number() would read 0005 as 5. */
const LEADING_ZEROS = /^[+-]?0\d/;

const DECIMAL_COMMA = /^[+-]?\d+,\d+(e[+-]?\d+)?$/i;
/** Hyphens, dashes and the mathematical sign, which look like the minus of the keyboard. */
const OTHER_MINUS = /[\u2010-\u2015\u2212\ufe63\uff0d]/;

/** What a text that is no number was probably meant as. */
function hint(text: string): string {
  if (DECIMAL_COMMA.test(text)) return ' (decimals are written with a point)';
  return OTHER_MINUS.test(text) ? ' (a minus is written as -, the sign of the keyboard)' : '';
}

/** The finite number of a text. */
export function parseNumber(text: string, allowed: string): number {
  const trimmed = text.trim();
  if (LEADING_ZEROS.test(trimmed) && !trimmed.includes(','))
    throw new ValueError(`Allowed: ${allowed}, without leading zeros (decimals are written with a point).`);
  const value = DECIMAL.test(trimmed) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new ValueError(`Allowed: ${allowed}${hint(trimmed)}.`);
  return value;
}

/** Finite numbers that meet a condition; `allowed` names them. */
const numberThat =
  (allowed: string, isAllowed: (value: number) => boolean) =>
  (text: string): number => {
    const value = parseNumber(text, allowed);
    if (!isAllowed(value)) throw new ValueError(`Allowed: ${allowed}.`);
    return value;
  };

/** A finite number above 0. */
export const positiveNumber = numberThat('a number greater than 0', (value) => value > 0);

/** A finite number other than 0. */
export const nonZeroNumber = numberThat('a number other than 0', (value) => value !== 0);

/** A finite number above 1. */
export const factor = numberThat('a number greater than 1', (value) => value > 1);

/** A number strictly between 0 and 1. */
export const fraction = numberThat('a number between 0 and 1, both excluded', (value) => value > 0 && value < 1);

/** A number greater than 0, at most 1. */
export const probability = numberThat('a number greater than 0, at most 1', (value) => value > 0 && value <= 1);

/** Whole numbers between bounds; `allowed` names them. */
export const wholeNumber = (least: number, allowed: string, most = Number.MAX_SAFE_INTEGER) =>
  numberThat(allowed, (value) => Number.isSafeInteger(value) && value >= least && value <= most);

/** 1, 2, 3 ... */
export const count = wholeNumber(1, 'a whole number from 1 on');

/** 1, 2, 3 ... up to a bound. */
export const countUpTo = (most: number, least = 1) =>
  wholeNumber(least, `a whole number from ${least} to ${most}`, most);

/** 1, 2, 3 ... of threads or processes. */
export const threadCount = countUpTo(MOST_THREADS);

/** 1, 2, 3 ... of runs that share one graph. */
export const togetherCount = countUpTo(MOST_TOGETHER);

/** 1, 2, 3 ... of the blocks of a network. */
export const blockCount = countUpTo(MOST_BLOCKS);

/** 0, 1, 2 ... */
export const seed = wholeNumber(0, 'a whole number from 0 on');

/** One of a fixed list of words. */
export const oneOf =
  <T extends string>(words: readonly T[]) =>
  (text: string): T => {
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) throw new ValueError(`Allowed: ${words.join(', ')}.`);
    return word;
  };

/** A finite number from 0 on. */
export const nonNegativeNumber = numberThat('a number from 0 on', (value) => value >= 0);

/** A number from 0 to below 1. */
export const part = numberThat('a number from 0 to below 1', (value) => value >= 0 && value < 1);
