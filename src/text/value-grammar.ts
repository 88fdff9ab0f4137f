import type { Beginning, Cadence } from '../run/epoch.js';
import { MOST_BLOCKS, MOST_GROUPS, MOST_THREADS, MOST_TOGETHER } from '../system/bounds.js';

/** How values are written, on the command line and in the terminal; each failure is one line that says what is allowed. */

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

function parseNumber(text: string, allowed: string): number {
  const trimmed = text.trim();
  if (LEADING_ZEROS.test(trimmed) && !trimmed.includes(','))
    throw new ValueError(`Allowed: ${allowed}, without leading zeros (decimals are written with a point).`);
  const value = DECIMAL.test(trimmed) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new ValueError(`Allowed: ${allowed}${hint(trimmed)}.`);
  return value;
}

/** A finite number above 0. */
export function positiveNumber(text: string): number {
  const allowed = 'a number greater than 0';
  const value = parseNumber(text, allowed);
  if (value <= 0) throw new ValueError(`Allowed: ${allowed}.`);
  return value;
}

/** A finite number other than 0. */
export function nonZeroNumber(text: string): number {
  const allowed = 'a number other than 0';
  const value = parseNumber(text, allowed);
  if (value === 0) throw new ValueError(`Allowed: ${allowed}.`);
  return value;
}

/** A finite number above 1. */
export function factor(text: string): number {
  const allowed = 'a number greater than 1';
  const value = parseNumber(text, allowed);
  if (value <= 1) throw new ValueError(`Allowed: ${allowed}.`);
  return value;
}

/** A number strictly between 0 and 1. */
export function fraction(text: string): number {
  const allowed = 'a number between 0 and 1, both excluded';
  const value = parseNumber(text, allowed);
  if (value <= 0 || value >= 1) throw new ValueError(`Allowed: ${allowed}.`);
  return value;
}

/** A number greater than 0, at most 1. */
export function probability(text: string): number {
  const allowed = 'a number greater than 0, at most 1';
  const value = parseNumber(text, allowed);
  if (value <= 0 || value > 1) throw new ValueError(`Allowed: ${allowed}.`);
  return value;
}

const wholeNumber =
  (least: number, allowed: string, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = parseNumber(text, allowed);
    if (!Number.isSafeInteger(value) || value < least || value > most) throw new ValueError(`Allowed: ${allowed}.`);
    return value;
  };

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

/** Positive numbers separated by commas. */
export function positiveNumbers(text: string): number[] {
  const allowed = 'positive numbers separated by commas, like 1,2,4';
  const values = text.split(',').map((part) => {
    const value = parseNumber(part, allowed);
    if (value <= 0) throw new ValueError(`Allowed: ${allowed}.`);
    return value;
  });
  if (values.length > MOST_GROUPS) throw new ValueError(`Allowed: ${allowed}, at most ${MOST_GROUPS}.`);
  return values;
}

/** One of a fixed list of words. */
export const oneOf =
  <T extends string>(words: readonly T[]) =>
  (text: string): T => {
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) throw new ValueError(`Allowed: ${words.join(', ')}.`);
    return word;
  };

const MOST_POINTS = 10_000;
const RANGE = `FROM:TO:COUNT (logarithmic) or FROM:TO:COUNT:lin, like 1e-5:1:11, COUNT from 2 to ${MOST_POINTS}`;

export interface Range {
  readonly values: readonly number[];
  readonly scale: 'logarithmic' | 'linear';
}

/** Twelve digits, so that 1e-5:1:6 gives 0.001 and not its neighbour. */
const rounded = (value: number): number => Number(value.toPrecision(12));

/** `a:b:n`: n numbers from a to b, equally spaced in the logarithm; `a:b:n:lin`: equally spaced. */
export function range(text: string): Range {
  const refuse = (): never => {
    throw new ValueError(`Allowed: ${RANGE}.`);
  };
  const words = text.split(':');
  const linear = words.length === 4 && words[3] === 'lin';
  if (words.length !== 3 && !linear) refuse();
  const [from, to, points] = words.slice(0, 3).map((word) => parseNumber(word, RANGE)) as [number, number, number];
  if (!Number.isSafeInteger(points) || points < 2 || points > MOST_POINTS) refuse();
  if (linear ? from < 0 || to < 0 : from <= 0 || to <= 0) refuse();
  const at = (part: number): number =>
    linear ? from + (to - from) * part : from * 10 ** (Math.log10(to / from) * part);
  const values = Array.from({ length: points }, (_, i) => rounded(at(i / (points - 1))));
  return { values, scale: linear ? 'linear' : 'logarithmic' };
}

/** A range as above, or positive numbers separated by commas. */
export const valuesOrRange = (text: string): readonly number[] =>
  text.includes(':') ? range(text).values : positiveNumbers(text);

/** `name=FROM:TO:COUNT[:lin]`: an axis of a diagram. */
export function axis(text: string): { name: string } & Range {
  const equals = text.indexOf('=');
  if (equals < 1) throw new ValueError(`Allowed: NAME=${RANGE}.`);
  return { name: text.slice(0, equals), ...range(text.slice(equals + 1)) };
}

/** A finite number from 0 on. */
export function nonNegativeNumber(text: string): number {
  const allowed = 'a number from 0 on';
  const value = parseNumber(text, allowed);
  if (value < 0) throw new ValueError(`Allowed: ${allowed}.`);
  return value;
}

/** A number from 0 to below 1. */
export function part(text: string): number {
  const allowed = 'a number from 0 to below 1';
  const value = parseNumber(text, allowed);
  if (value < 0 || value >= 1) throw new ValueError(`Allowed: ${allowed}.`);
  return value;
}

/** `from:to`, fractions of a run. */
export function span(text: string): { readonly from: number; readonly to: number } {
  const allowed = 'FROM:TO, fractions of the run like 0.5:0.9, the first not above the second';
  const words = text.split(':');
  const [from, to] = words.map((word) => parseNumber(word, allowed)) as [number, number];
  if (words.length !== 2 || from < 0 || to > 1 || from > to) throw new ValueError(`Allowed: ${allowed}.`);
  return { from, to };
}

const cadenceAs =
  (allowed: string) =>
  (text: string): Cadence => {
    const epochs = text.endsWith('e');
    const value = wholeNumber(1, allowed)(epochs ? text.slice(0, -1) : text);
    return { count: value, unit: epochs ? 'epochs' : 'steps' };
  };

/** `100`: steps; `2e`: epochs. */
export const cadence = cadenceAs('steps like 100, or epochs like 2e');

/** Several, separated by commas. */
export const cadences = (text: string): readonly Cadence[] =>
  text.split(',').map(cadenceAs('steps like 100,200 or epochs like 30e,60e, separated by commas'));

/** A cadence, or `none`. */
export const cadenceOrNone = (text: string): Cadence | 'none' =>
  text === 'none' ? text : cadenceAs('steps like 100, epochs like 2e, or none')(text);

/** `0.5`: half of the run; `30e`: after 30 epochs. */
export function beginning(text: string): Beginning {
  const allowed = 'a part of the run from 0 to below 1, or an epoch like 30e';
  if (text.endsWith('e')) return { epoch: wholeNumber(0, allowed)(text.slice(0, -1)) };
  const value = parseNumber(text, allowed);
  if (value < 0 || value >= 1) throw new ValueError(`Allowed: ${allowed}.`);
  return { part: value };
}
