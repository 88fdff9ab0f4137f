import { mean, standardError } from '../numerics/means.js';
import { combineRuns } from '../numerics/statistics/combine-runs.js';
import type { Estimate } from '../numerics/statistics/estimate.js';
import { propagateErrors } from '../numerics/statistics/estimate.js';
import { neighbourError } from '../numerics/statistics/neighbour-error.js';
import type { BalancePoint } from '../run/balance-record.js';

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
  /** g_b . H_b g_b: what the loss of a batch bends by along its own gradient. */
  readonly ownCurvature?: number;
  /** L_b(x - eta g_a) - L_b(x) for a whole step, where one was tried. */
  readonly change?: number;
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
    ...(pairs.every(({ ownCurvature }) => ownCurvature !== undefined) && {
      ownCurvature: estimate(({ ownCurvature }) => ownCurvature!, standardError),
    }),
    ...(pairs.every(({ change }) => change !== undefined) && {
      change: estimate(({ change }) => change!, neighbourError),
    }),
  };
}

/** Fewest points whose scatter tells the error of an average over a run. */
export const FEWEST_POINTS = 4;

/** What a step does to a loss in second order over what it does in first order: ELR curvature / (2 slope). */
const ratio =
  (elr: number) =>
  (slope: number, curvature: number): number =>
    (elr * curvature) / (2 * slope);

/** A number of each point. */
type OfPoint = (point: BalancePoint) => Estimate;

/** A function of two means with each point left out in turn: they rise and fall together, so their errors partly cancel. */
function jackknifeError(
  points: readonly BalancePoint[],
  of: (a: number, b: number) => number,
  [first, second]: readonly [OfPoint, OfPoint],
): number {
  const without = points.map((_, left) => {
    const others = points.filter((_point, i) => i !== left);
    return of(mean(others.map((point) => first(point).mean)), mean(others.map((point) => second(point).mean)));
  });
  const centre = mean(without);
  const squares = without.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(((points.length - 1) / points.length) * squares);
}

const UNKNOWN: Estimate = { mean: Number.NaN, error: Number.NaN };

/** Number of standard errors beyond which a sign counts as known. */
const BEYOND_CHANCE = 2;

/**
 * ELR / balance ELR over points of one run (theory.md, T13): below 1 steps lower the loss on average, above 1 they raise it,
 * and where the loss keeps its level it is 1, all to the second order of a step. The means of slope and curvature over the
 * points are what counts, as the change of the loss adds up. The error is that of a jackknife over the points where there
 * are four or more, else that of the means as if slope and curvature varied independently, which is too large where they
 * rise and fall together. NaN if the slope is not positive beyond two standard errors: then the point is nearly
 * stationary, and no ELR is known to lower its loss.
 */
export const balanceRatio = (points: readonly BalancePoint[], elr: number): Estimate =>
  bySlope(points, ({ curvature }) => curvature, ratio(elr));

/** A function of the mean slope and of another mean over points. */
function bySlope(
  points: readonly BalancePoint[],
  other: OfPoint,
  of: (slope: number, other: number) => number,
): Estimate {
  const slope = combineRuns(points.map((point) => point.slope));
  if (!(slope.mean > BEYOND_CHANCE * slope.error)) return UNKNOWN;
  return ofMeans(points, of, [(point) => point.slope, other]);
}

/** A function of two means over points, with the error of `jackknifeError` where there are points enough for it. */
function ofMeans(
  points: readonly BalancePoint[],
  of: (first: number, second: number) => number,
  means: readonly [OfPoint, OfPoint],
): Estimate {
  const [first, second] = [combineRuns(points.map(means[0])), combineRuns(points.map(means[1]))];
  const error =
    points.length >= FEWEST_POINTS ? jackknifeError(points, of, means) : propagateErrors(of, [first, second]);
  return { mean: of(first.mean, second.mean), error };
}

/**
 * ELR / 2 x E[g_a . H_a g_a] / E|g_a|^2 over points of one run, on the unit sphere: the same-batch sharpness in units of 2 / ELR
 * (theory.md, T13 with a = b). In the toy without noise it is k of a converging run and 1 on the orbit of T4; on a floor of additive
 * noise it is k (T11). NaN where balances were kept without it.
 */
export function sameBatchSharpness(points: readonly BalancePoint[], elr: number): Estimate {
  if (!points.every(({ ownCurvature }) => ownCurvature !== undefined)) return UNKNOWN;
  const means = [(point: BalancePoint) => point.squaredEgn, (point: BalancePoint) => point.ownCurvature!] as const;
  return ofMeans(points, ratio(elr), means);
}

/**
 * The mean change of the loss by whole steps in units of what the slope alone would make of it, E[L_b(x - eta g_a) - L_b(x)] /
 * (ELR E[g_a . g_b]): -1 where nothing bends, 0 where the loss keeps its level. To second order it is `balanceRatio` - 1, so the
 * difference of the two is what steps are too large for, and what kinks make. NaN if no steps were tried, and where the slope
 * is not positive beyond two standard errors.
 */
export function changeBySlope(points: readonly BalancePoint[], elr: number): Estimate {
  if (!points.every(({ change }) => change !== undefined)) return UNKNOWN;
  return bySlope(
    points,
    ({ change }) => change!,
    (slope, change) => change / (elr * slope),
  );
}

/**
 * The ELR at which steps neither lower nor raise the loss on average, 2 E[g_a . g_b] / E[g_a . H_b g_a] (T13). Negative where
 * the loss bends down along gradients, so that every step lowers it. NaN if `balanceRatio` is, and where the sign of the
 * curvature is not known beyond two standard errors.
 */
export function breakEvenElr(points: readonly BalancePoint[]): Estimate {
  const { mean: inverse, error } = balanceRatio(points, 1);
  if (!(Math.abs(inverse) > BEYOND_CHANCE * error)) return UNKNOWN;
  return { mean: 1 / inverse, error: error / inverse ** 2 };
}
