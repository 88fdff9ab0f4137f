import type { AxisScale, FigureCells } from './figure.js';

/** Least and largest number of the cells; 0 and 0 where there is none. */
export function cellLimits(cells: FigureCells): [number, number] {
  if (cells.kind === 'states') return [0, 0];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of cells.values.flat()) {
    if (value === null || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 0];
}

/** Borders of cells from their rising centres, one more than there are: halfway on the scale, as far beyond the outer ones. */
export function cellBorders(centres: readonly number[], scale: AxisScale): number[] {
  const [first, last] = [centres[0], centres.at(-1)];
  if (first === undefined || last === undefined) return [];
  const isLogarithmic = scale === 'logarithmic' && first > 0;
  const to = (value: number): number => (isLogarithmic ? Math.log(value) : value);
  const from = (value: number): number => (isLogarithmic ? Math.exp(value) : value);
  if (centres.length === 1) return [from(to(first) - 0.5), from(to(first) + 0.5)];
  const places = centres.map(to);
  const inner = places.slice(1).map((place, i) => (place + places[i]!) / 2);
  const low = 2 * places[0]! - inner[0]!;
  const high = 2 * places.at(-1)! - inner.at(-1)!;
  return [low, ...inner, high].map(from);
}
