/** Series of numbers: lists, or columns of a run, whose parts share its numbers and whose functions cost eight bytes an element. */

/** A list of numbers, or a column. */
export type Series = readonly number[] | Float64Array;

/** Elements from one place to before another; of a column, without a copy. */
export const partOf = (values: ArrayLike<number>, from: number, to = values.length): ArrayLike<number> =>
  values instanceof Float64Array ? values.subarray(from, to) : Array.prototype.slice.call(values, from, to);

/** What a function makes of each element. */
export function mapSeries(values: ArrayLike<number>, of: (value: number, place: number) => number): Float64Array {
  const made = new Float64Array(values.length);
  for (let place = 0; place < values.length; place += 1) made[place] = of(values[place]!, place);
  return made;
}

/** Whether all elements fulfil a condition. */
export function holdsThroughout(values: ArrayLike<number>, condition: (value: number) => boolean): boolean {
  for (let place = 0; place < values.length; place += 1) if (!condition(values[place]!)) return false;
  return true;
}

/** Whether all elements are the same number; true of none. */
export const areEqual = (values: ArrayLike<number>): boolean => holdsThroughout(values, (value) => value === values[0]);

/** Sum of products of elements at the same places. */
export const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** Sum of squared distances from a number. */
export function squaredDeviations(values: ArrayLike<number>, centre: number): number {
  let sum = 0;
  for (let place = 0; place < values.length; place += 1) sum += (values[place]! - centre) ** 2;
  return sum;
}
