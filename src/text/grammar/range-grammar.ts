import { MOST_GROUPS } from '../../system/bounds.js';
import { linearGrid, logarithmicGrid } from '../../system/grid.js';
import { parseNumber, ValueError } from './value-grammar.js';

/** How several numbers are written in one text: lists, ranges, and axes of diagrams. */

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

const MOST_POINTS = 10_000;
const RANGE = `FROM:TO:COUNT (logarithmic) or FROM:TO:COUNT:lin, like 1e-5:1:11, COUNT from 2 to ${MOST_POINTS}`;

export interface Range {
  readonly values: readonly number[];
  readonly scale: 'logarithmic' | 'linear';
}

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
  return linear
    ? { values: linearGrid(from, to, points), scale: 'linear' }
    : { values: logarithmicGrid(from, to, points), scale: 'logarithmic' };
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
