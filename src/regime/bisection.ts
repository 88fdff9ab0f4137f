import { type Bracket, type JudgedRun, measureThresholds } from './thresholds.js';

/** Where to run next so that the thresholds of a sweep are bracketed more narrowly. */

/** The factor by which ELRs go on beyond those that were tried, where a regime was not seen. */
const OUTWARD = 10;
/** So many undecided ELRs in a row at an end, and nothing is expected beyond them. */
const ENOUGH_UNDECIDED = 2;
/** Where a threshold has no run on one side, gaps between undecided ELRs are not split below this factor. */
const COARSE = 4;
/** A middle may be off by this part of its gap for the sake of fewer digits. */
const ROUNDING = 1 / 20;

const width = (low: number, high: number): number => Math.log(high) - Math.log(low);

/** The geometric mean, with as few digits as there can be; undefined if there is no number between. */
function roundedMiddle(low: number, high: number): number | undefined {
  const middle = Math.sqrt(low) * Math.sqrt(high);
  for (let digits = 1; digits <= 17; digits += 1) {
    const value = Number(middle.toPrecision(digits));
    const isNear = Math.abs(width(middle, value)) <= ROUNDING * width(low, high);
    if (isNear && value > low && value < high) return value;
  }
  return undefined;
}

/** The middle of the widest gap, the lowest of equals, between ascending ELRs; undefined if none is wider than `factor`. */
function middleOfWidest(elrs: readonly number[], factor: number): number | undefined {
  // Gaps that are halves of one differ by the rounding of their ends: what is about as wide as the widest is as wide.
  const gaps = elrs.slice(1).map((high, i) => ({ low: elrs[i]!, high, width: width(elrs[i]!, high) }));
  const widest = Math.max(...gaps.map((gap) => gap.width));
  if (!(widest > Math.log(factor))) return undefined;
  const gap = gaps.find((each) => each.width >= (1 - 2 * ROUNDING) * widest && each.width > Math.log(factor));
  return gap && roundedMiddle(gap.low, gap.high);
}

/** Beyond `edge`, the last decided ELR on an open side, none of `beyond` could be decided: farther out, or between them. */
function outward(edge: number, beyond: readonly number[], step: number): number | undefined {
  if (beyond.length >= ENOUGH_UNDECIDED) {
    const ascending = [edge, ...beyond].sort((a, b) => a - b);
    return middleOfWidest(ascending, COARSE);
  }
  const farthest = step > 1 ? Math.max(edge, ...beyond) : Math.min(edge, ...beyond);
  const next = Number((farthest * step).toPrecision(12));
  return next > 0 && Number.isFinite(next) ? next : undefined;
}

/** Whether both sides of a threshold were seen, no farther apart than `factor`. */
export const isWithin = ({ below, above }: Bracket, factor: number): boolean =>
  // The rounding of a quotient is no reason for another run.
  below !== null && above !== null && above / below <= factor * (1 + 1e-12);

/** The next ELR for one threshold; `elrs` are all that were tried, ascending. */
function nextElr(elrs: readonly number[], bracket: Bracket, factor: number): number | undefined {
  const { below, above } = bracket;
  if (isWithin(bracket, factor)) return undefined;
  if (below !== null && above !== null) {
    const inside = elrs.filter((elr) => elr >= below && elr <= above);
    // With an undecided ELR in the middle of two such gaps the bracket is within the factor.
    return middleOfWidest(inside, Math.sqrt(factor));
  }
  if (above !== null) {
    const beyond = elrs.filter((elr) => elr < above);
    return outward(above, beyond, 1 / OUTWARD);
  }
  if (below === null) return undefined;
  const beyond = elrs.filter((elr) => elr > below);
  return outward(below, beyond, OUTWARD);
}

/** One for each threshold at most; `runs` ascend. */
function nextOfBoth(runs: readonly JudgedRun[], factor: number): number[] {
  const elrs = runs.map(({ elr }) => elr);
  const { convergence, divergence } = measureThresholds(runs);
  const wanted = [convergence, divergence].map((bracket) => nextElr(elrs, bracket, factor));
  return [...new Set(wanted.filter((elr) => elr !== undefined))];
}

/** How many ELRs to ask for. */
export interface SearchOptions {
  /** Runs that can be trained side by side: so many ELRs are asked for where they can help; default: 1. */
  readonly atOnce?: number;
}

/**
 * The ELRs to run next so that in the end both thresholds are known within `factor` > 1: the middle of the widest gap inside a bracket
 * that is wider, on the logarithmic axis, and a factor ten beyond the ends where a regime was not seen; at most one for each threshold.
 * Where more than these can be run at once, they are followed by those that would be next if none of these could be decided. `tried`
 * has every ELR once, undecided where its runs do not tell or did not begin; the answer is always new, and depends on nothing else.
 * Empty where both are known, where no run is decided, and where the gaps between undecided ELRs are so narrow that nothing more can be
 * expected.
 */
export function nextElrs(tried: readonly JudgedRun[], factor: number, { atOnce = 1 }: SearchOptions = {}): number[] {
  const assumed = (elrs: readonly number[]): JudgedRun[] =>
    [...tried, ...elrs.map((elr): JudgedRun => ({ elr, regime: 'undecided' }))].sort((a, b) => a.elr - b.elr);
  const wanted = nextOfBoth(assumed([]), factor);
  let more = wanted;
  while (more.length > 0 && wanted.length < atOnce) {
    more = nextOfBoth(assumed(wanted), factor).slice(0, atOnce - wanted.length);
    wanted.push(...more);
  }
  return wanted;
}
