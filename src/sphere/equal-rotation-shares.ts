import { mean } from '../numerics/means.js';
import { type Slope, safeguardedNewton } from '../numerics/safeguarded-newton.js';

/**
 * Norm shares from the whole distribution of the gradients of groups (theory.md, K4), where g_i / sum g_j knows their means alone.
 */

/** log(1 + exp x) without overflow. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Its inverse, for y > 0. */
const inverseSoftplus = (y: number): number => y + Math.log(-Math.expm1(-y));

/** Logarithm of a mean turning below which squares of steps lose digits to underflow. */
const LEAST = Math.log(1e-290);

/** Products of the steps of a group that are not kept one by one: values, and how many steps each stands for. */
export interface WeightedProducts {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

/** The steps of a group: logarithms of those that have a gradient, with how many steps each stands for, and the number of all. */
interface GroupSteps {
  readonly logs: Float64Array;
  /** Absent: one each. */
  readonly weights?: Float64Array;
  readonly steps: number;
  /** Those that have a gradient. */
  readonly moving: number;
  /** Mean of all products. */
  readonly mean: number;
  readonly centre: number;
  readonly top: number;
}

function groupSteps(products: ArrayLike<number>): GroupSteps {
  const all = new Float64Array(products.length);
  let found = 0;
  for (let i = 0; i < products.length; i += 1) {
    if (products[i] === 0) continue;
    all[found] = Math.log(products[i]!);
    found += 1;
  }
  const logs = all.subarray(0, found);
  const centre = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  return { logs, steps: products.length, moving: found, mean: mean(products), centre, top: largestOf(logs) };
}

const largestOf = (logs: Float64Array): number => logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

function weightedSteps({ values, weights }: WeightedProducts): GroupSteps {
  const isMoving = (_: number, i: number): boolean => values[i] !== 0;
  const logs = values.filter(isMoving).map(Math.log);
  const ofLogs = weights.filter(isMoving);
  const total = (of: (i: number) => number, count: Float64Array): number =>
    count.reduce((sum, weight, i) => sum + weight * of(i), 0);
  const [steps, moving] = [total(() => 1, weights), total(() => 1, ofLogs)];
  const centre = total((i) => logs[i]!, ofLogs) / moving;
  return {
    logs,
    weights: ofLogs,
    steps,
    moving,
    mean: total((i) => values[i]!, weights) / steps,
    centre,
    top: largestOf(logs),
  };
}

/** What a group would do with its norm share fixed at exp(u): the mean of log(1 + ess^2), and its derivative by u. */
function turning({ logs, weights, steps }: GroupSteps, u: number): Slope {
  let sum = 0;
  let slope = 0;
  for (let i = 0; i < logs.length; i += 1) {
    const x = 2 * (logs[i]! - u);
    const weight = weights === undefined ? 1 : weights[i]!;
    sum += weight * softplus(x);
    slope -= (weight * 2) / (1 + Math.exp(-x));
  }
  return { value: sum / steps, slope: slope / steps };
}

/**
 * The logarithm of the share at which a group turns by `wanted` in the mean. The start is below it, where Newton's method cannot
 * overshoot, the turning being convex: the largest step alone turns by as much there, or all do, each by what their geometric mean would.
 */
function shareFor(group: GroupSteps, wanted: number): number {
  const { steps, moving, centre, top } = group;
  const total = wanted * steps;
  const start = Math.max(centre - inverseSoftplus(total / moving) / 2, top - inverseSoftplus(total) / 2);
  return safeguardedNewton((u) => {
    const { value, slope } = turning(group, u);
    return { value: value - wanted, slope };
  }, start);
}

/**
 * The shares, summing to 1, at which all groups would turn alike: the means of log(1 + (elr g_i / w_i)^2) over the steps are equal
 * (K4), from `products`, elr g_i = ess_i w_i of each step for each group. Exact for shares that do not move; where all g_i are constant it is
 * g_i / sum g_j. Steps without a gradient count. NaN for all where a group never has one, or a product is not finite,
 * and where steps are below 1e-145. Products may be weighted where each stands for several steps. The products of a group are read once, before those of the next are asked for.
 */
export function equalRotationShares(products: Iterable<ArrayLike<number> | WeightedProducts>): number[] {
  const groups = Array.from(products, (each) => ('weights' in each ? weightedSteps(each) : groupSteps(each)));
  if (groups.some(({ logs }) => logs.length === 0 || !logs.every(Number.isFinite))) return groups.map(() => Number.NaN);
  const logSharesAt = (wanted: number): number[] => groups.map((group) => shareFor(group, wanted));
  /** log sum w_i at the logarithm of a common turning: -1/2 is its slope where steps are small. */
  const logTotal = (log: number): Slope => {
    const wanted = Math.exp(log);
    const found = logSharesAt(wanted);
    const shares = found.map(Math.exp);
    const sum = shares.reduce((a, b) => a + b, 0);
    const slope = groups.reduce((a, group, i) => a + (shares[i]! * wanted) / turning(group, found[i]!).slope, 0) / sum;
    return { value: Math.log(sum), slope };
  };
  // Exact where all gradients are constant.
  const start = Math.log(softplus(2 * Math.log(groups.reduce((sum, group) => sum + group.mean, 0))));
  if (start < LEAST) return groups.map(() => Number.NaN);
  return logSharesAt(Math.exp(safeguardedNewton(logTotal, start))).map(Math.exp);
}
