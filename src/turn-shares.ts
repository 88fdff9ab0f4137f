/**
 * Norm shares from the whole distribution of the gradients of groups (theory.md, K4), where g_i / sum g_j knows their means alone.
 */

/** log(1 + exp x) without overflow. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Its inverse, for y > 0. */
const inverseSoftplus = (y: number): number => y + Math.log(-Math.expm1(-y));

const MOST_STEPS = 60;
/** Of logarithms: far below what a run's averages are known to. */
const ACCURACY = 1e-12;

/** What a group would do with its norm share fixed at exp(u): the mean of log(1 + ess^2), and its derivative by u. */
function turning(logs: readonly number[], steps: number, u: number): { readonly mean: number; readonly slope: number } {
  let sum = 0;
  let slope = 0;
  for (const log of logs) {
    const x = 2 * (log - u);
    sum += softplus(x);
    slope -= 2 / (1 + Math.exp(-x));
  }
  return { mean: sum / steps, slope: slope / steps };
}

/** The logarithm of the share at which a group turns by `wanted` in the mean; Newton's method from below, where it cannot overshoot. */
function shareFor(
  logs: readonly number[],
  steps: number,
  wanted: number,
): { readonly u: number; readonly slope: number } {
  const centre = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  let u = centre - inverseSoftplus((wanted * steps) / logs.length) / 2;
  for (let i = 0; i < MOST_STEPS; i += 1) {
    const { mean, slope } = turning(logs, steps, u);
    const change = (wanted - mean) / slope;
    u += change;
    if (Math.abs(change) < ACCURACY) break;
  }
  return { u, slope: turning(logs, steps, u).slope };
}

/**
 * The shares, summing to 1, at which all groups would turn alike: the means of log(1 + (elr g_i / w_i)^2) over the steps are equal
 * (K4), from `products`, elr g_i = ess_i w_i of each step for each group. Exact for shares that do not move; where all g_i are constant it is
 * g_i / sum g_j. Steps without a gradient count. NaN for all where a group never has one, or a product is not finite.
 */
export function turnShares(products: readonly (readonly number[])[]): number[] {
  const steps = products[0]?.length ?? 0;
  const logs = products.map((values) => values.filter((value) => value !== 0).map(Math.log));
  if (logs.some((values) => values.length === 0 || !values.every(Number.isFinite)))
    return products.map(() => Number.NaN);
  const means = products.map((values) => values.reduce((sum, value) => sum + value, 0) / steps);
  const total = means.reduce((sum, value) => sum + value, 0);
  let log = Math.log(Math.log1p(total ** 2));
  let shares: number[] = [];
  for (let i = 0; i < MOST_STEPS; i += 1) {
    const wanted = Math.exp(log);
    const found = logs.map((values) => shareFor(values, steps, wanted));
    shares = found.map(({ u }) => Math.exp(u));
    const sum = shares.reduce((a, b) => a + b, 0);
    // d log(sum) / d log(wanted): -1/2 where steps are small.
    const slope = found.reduce((a, { slope: own }, j) => a + (shares[j]! * wanted) / own, 0) / sum;
    const change = -Math.log(sum) / slope;
    if (!Number.isFinite(change)) return products.map(() => Number.NaN);
    log += Math.max(-2, Math.min(2, change));
    if (Math.abs(change) < ACCURACY) break;
  }
  return shares;
}
