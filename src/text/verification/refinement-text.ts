import { isWithin } from '../../regime/bisection.js';
import { undecidedClause } from '../../regime/brackets.js';
import type { Bracket, Thresholds } from '../../regime/thresholds.js';
import { formatNumber } from '../output.js';

export interface RefinementTextOptions {
  /** What both sides of a threshold were to be apart at most. */
  readonly factor: number;
  /** Why no more runs were added where a threshold is wider. */
  readonly reason: string;
}

function line(name: string, bracket: Bracket, { factor, reason }: RefinementTextOptions): string {
  const { below, above } = bracket;
  const clause = undecidedClause(bracket);
  if (below === null && above === null) return `${name}: no run is decided${clause}`;
  if (below === null || above === null) {
    const seen = above === null ? `above ELR ${formatNumber(below!)}` : `below ELR ${formatNumber(above)}`;
    return `${name}: ${seen}, not bracketed; ${reason}${clause}`;
  }
  const between = `${name}: between ELR ${formatNumber(below)} and ${formatNumber(above)}`;
  const apart = `a factor ${formatNumber(above / below)}`;
  return isWithin(bracket, factor)
    ? `${between}, ${apart}${clause}`
    : `${between}, ${apart}, more than ${formatNumber(factor)}: ${reason}${clause}`;
}

/** How narrowly the thresholds are known after refinement, a line each. */
export const refinementLines = ({ convergence, divergence }: Thresholds, options: RefinementTextOptions): string[] => [
  line('convergence threshold', convergence, options),
  line('divergence threshold', divergence, options),
];
