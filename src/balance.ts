import { mean, standardError } from './averages.js';
import type { BalancePair, BalancePoint } from './run/balance-record.js';
import type { Estimate } from './statistics/estimate.js';
import { propagateErrors } from './statistics/propagate.js';

/** Means over pairs of batches at one point, with their standard errors. */
export function balancePoint(step: number, pairs: readonly BalancePair[]): BalancePoint {
  const estimate = (of: (pair: BalancePair) => number): Estimate => {
    const values = pairs.map(of);
    return { mean: mean(values), error: standardError(values) };
  };
  return {
    step,
    loss: estimate(({ loss }) => loss),
    squaredEgn: estimate(({ squaredEgn }) => squaredEgn),
    slope: estimate(({ slope }) => slope),
    curvature: estimate(({ curvature }) => curvature),
  };
}

/** Fewest points whose scatter tells an error. */
const FEWEST_POINTS = 4;

/** Of several points the error is that of their scatter, where there are enough; else that of the pairs at each. */
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

/**
 * ELR / balance ELR over points of one run (theory.md, T13): below 1 steps lower the loss on average, above 1 they raise it, and
 * where the loss keeps its level it is 1, all up to the third order of a step. The means of slope and curvature over the points
 * are what counts, as the change of the loss adds up. The error is that of a jackknife over the points where there are
 * four or more, else that of the batches. NaN where the slope is not positive beyond two standard errors: then
 * the point is nearly stationary, and no ELR is known to lower its loss.
 */
export function balanceRatio(points: readonly BalancePoint[], elr: number): Estimate {
  const slope = overPoints(points, (point) => point.slope);
  const curvature = overPoints(points, (point) => point.curvature);
  if (!(slope.mean > 2 * slope.error)) return { mean: Number.NaN, error: Number.NaN };
  const error =
    points.length >= FEWEST_POINTS ? ratioByJackknife(points, elr) : propagateErrors(ratio(elr), [slope, curvature]);
  return { mean: ratio(elr)(slope.mean, curvature.mean), error };
}

/** The ELR at which steps neither lower nor raise the loss on average, 2 E[g_a . g_b] / E[g_a . H_b g_a] (T13). */
export function balanceElr(points: readonly BalancePoint[]): Estimate {
  const { mean: inverse, error } = balanceRatio(points, 1);
  return { mean: 1 / inverse, error: error / inverse ** 2 };
}
