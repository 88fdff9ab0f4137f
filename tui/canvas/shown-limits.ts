import { cellLimits } from '../figure/cell-ranges.js';
import type { FigureCells } from '../figure/figure.js';

/** Part of the cells at either end that may lie beyond the colours. */
const BEYOND = 0.02;
/** More decades in one map would leave few colours for each. */
const MOST_DECADES = 6;

/** Numbers from the first to the last colour of a map, and whether cells lie beyond. */
export interface ShownLimits {
  readonly limits: readonly [number, number];
  readonly isBelow: boolean;
  readonly isAbove: boolean;
}

/**
 * Limits within which colours tell numbers apart: some cells that converged to nothing, or that noise has thrown far out, would leave a
 * single colour for all others. What lies beyond has the colour of the nearer end.
 */
export function shownLimits(cells: FigureCells): ShownLimits {
  const [least, largest] = cellLimits(cells);
  if (cells.kind === 'states' || !(least < largest))
    return { limits: [least, largest], isBelow: false, isAbove: false };
  const sorted = cells.values
    .flat()
    .filter((value): value is number => value !== null && Number.isFinite(value))
    .sort((a, b) => a - b);
  const high = sorted[Math.ceil((1 - BEYOND) * (sorted.length - 1))]!;
  const low = sorted[Math.floor(BEYOND * (sorted.length - 1))]!;
  const limits = [cells.isLogarithm ? Math.max(low, high - MOST_DECADES) : low, high] as const;
  if (!(limits[0] < limits[1])) return { limits: [least, largest], isBelow: false, isAbove: false };
  const hasMinusInfinity = cells.values.some((row) => row.includes(Number.NEGATIVE_INFINITY));
  return { limits, isBelow: least < limits[0] || hasMinusInfinity, isAbove: largest > limits[1] };
}
