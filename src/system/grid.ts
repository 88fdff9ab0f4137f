import { UsageError } from './usage-error.js';

/** Twelve digits, so that a grid from 1e-5 to 1 has 0.001 and not its neighbour. */
const rounded = (value: number): number => Number(value.toPrecision(12));

function checkGrid(ends: readonly number[], count: number, isAllowed: (end: number) => boolean, allowed: string): void {
  const bad = ends.find((end) => !(Number.isFinite(end) && isAllowed(end)));
  if (bad !== undefined) throw new UsageError(`a grid cannot begin or end at ${bad}; allowed: ${allowed}`);
  if (!(Number.isSafeInteger(count) && count >= 2))
    throw new UsageError(`a grid cannot have ${count} numbers; allowed: whole numbers from 2 on`);
}

function spaced(count: number, at: (part: number) => number): number[] {
  const values = Array.from({ length: count }, (_, i) => rounded(at(i / (count - 1))));
  if (values.every(Number.isFinite)) return values;
  throw new UsageError(
    'the ends of a grid are too far apart to compute with; allowed: a factor or distance below 1e308',
  );
}

/**
 * `count` numbers from `from` to `to`, both included, equally spaced in the logarithm and rounded to twelve digits. Fails (UsageError)
 * unless both ends are positive and finite, less than a factor of 1e308 apart, and there are at least two numbers.
 *
 * @example
 * console.log(logarithmicGrid(1e-4, 1, 5)); // [ 0.0001, 0.001, 0.01, 0.1, 1 ]
 */
export function logarithmicGrid(from: number, to: number, count: number): number[] {
  checkGrid([from, to], count, (end) => end > 0, 'positive numbers');
  return spaced(count, (part) => from * 10 ** (Math.log10(to / from) * part));
}

/**
 * `count` numbers from `from` to `to`, both included, equally spaced and rounded to twelve digits. Fails (UsageError) unless both ends
 * are finite and less than 1e308 apart, and there are at least two numbers.
 *
 * @example
 * console.log(linearGrid(0, 0.5, 6)); // [ 0, 0.1, 0.2, 0.3, 0.4, 0.5 ]
 */
export function linearGrid(from: number, to: number, count: number): number[] {
  checkGrid([from, to], count, () => true, 'finite numbers');
  return spaced(count, (part) => from + (to - from) * part);
}
