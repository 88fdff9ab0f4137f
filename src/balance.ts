import { mean, standardError } from './averages.js';
import type { BalancePoint } from './run/balance-record.js';
import type { Estimate } from './statistics/estimate.js';
import { neighbourError } from './statistics/neighbour-error.js';
import { propagateErrors } from './statistics/propagate.js';

/** Of a pair of independent batches a, b, on the unit sphere: loss and gradients are those of single batches. */
export interface BalancePair {
  /** Of b. */
  readonly loss: number;
  /** |g_b|^2. */
  readonly squaredEgn: number;
  /** g_a . g_b: its mean is the squared EGN of the mean gradient. */
  readonly slope: number;
  /** g_a . H_b g_a: its mean is what the mean loss bends by along a batch's gradient. */
  readonly curvature: number;
}

/**
 * Means over pairs of batches at one point, with their standard errors. The batch b of a pair is the a of the next, which the
 * errors of slope and curvature allow for.
 */
export function balancePoint(step: number, pairs: readonly BalancePair[]): BalancePoint {
  const estimate = (of: (pair: BalancePair) => number, error: (values: readonly number[]) => number): Estimate => {
    const values = pairs.map(of);
    return { mean: mean(values), error: error(values) };
  };
  return {
    step,
    loss: estimate(({ loss }) => loss, standardError),
    squaredEgn: estimate(({ squaredEgn }) => squaredEgn, standardError),
    slope: estimate(({ slope }) => slope, neighbourError),
    curvature: estimate(({ curvature }) => curvature, neighbourError),
  };
}

/** Fewest points whose scatter tells an error. */
const FEWEST_POINTS = 4;

/** Of several points the error is that of their scatter, where there are enough; at least that of the pairs at each. */
function overPoints(points: readonly BalancePoint[], of: (point: BalancePoint) => Estimate): Estimate {
  const estimates = points.map(of);
  const means = estimates.map((estimate) => estimate.mean);
  const within = Math.hypot(...estimates.map(({ error }) => error)) / points.length;
  return { mean: mean(means), error: points.length < FEWEST_POINTS ? within : Math.max(within, standardError(means)) };
}

/** ELR over balance ELR, E[g_a . H_b g_a] ELR / (2 E[g_a . g_b]), from the slope and the curvature. */
const ratio =
  (elr: number) =>
  (slope: number, curvature: number): number =>
    (elr * curvature) / (2 * slope);

/** The ratio with each point left out in turn: slope and curvature rise and fall together, so their errors partly cancel. */
function ratioByJackknife(points: readonly BalancePoint[], elr: number): number {
  const without = points.map((_, left) => {
    const others = points.filter((_point, i) => i !== left);
    return ratio(elr)(mean(others.map(({ slope }) => slope.mean)), mean(others.map((point) => point.curvature.mean)));
  });
  const centre = mean(without);
  const squares = without.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(((points.length - 1) / points.length) * squares);
}

const UNKNOWN: Estimate = { mean: Number.NaN, error: Number.NaN };

/** Beyond so many standard errors a sign is known. */
const BEYOND_CHANCE = 2;

/**
 * ELR / balance ELR over points of one run (theory.md, T13): below 1 steps lower the loss on average, above 1 they raise it, and
 * where the loss keeps its level it is 1, all to the second order of a step. The means of slope and curvature over the points
 * are what counts, as the change of the loss adds up. The error is that of a jackknife over the points where there are
 * four or more, else that of the batches as if slope and curvature varied independently, which is too large where they rise and
 * fall together. NaN where the slope is not positive beyond two standard errors: then the point is nearly stationary, and no
 * ELR is known to lower its loss.
 */
export function balanceRatio(points: readonly BalancePoint[], elr: number): Estimate {
  const slope = overPoints(points, (point) => point.slope);
  const curvature = overPoints(points, (point) => point.curvature);
  if (!(slope.mean > BEYOND_CHANCE * slope.error)) return UNKNOWN;
  const error =
    points.length >= FEWEST_POINTS ? ratioByJackknife(points, elr) : propagateErrors(ratio(elr), [slope, curvature]);
  return { mean: ratio(elr)(slope.mean, curvature.mean), error };
}

/**
 * The ELR at which steps neither lower nor raise the loss on average, 2 E[g_a . g_b] / E[g_a . H_b g_a] (T13). Negative where the
 * loss bends down along gradients, so that every step lowers it. NaN where `balanceRatio` is, and where the sign of the
 * curvature is not known beyond two standard errors.
 */
export function balanceElr(points: readonly BalancePoint[]): Estimate {
  const { mean: inverse, error } = balanceRatio(points, 1);
  if (!(Math.abs(inverse) > BEYOND_CHANCE * error)) return UNKNOWN;
  return { mean: 1 / inverse, error: error / inverse ** 2 };
}
