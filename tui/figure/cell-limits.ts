import type { FigureCells } from './figure.js';

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
