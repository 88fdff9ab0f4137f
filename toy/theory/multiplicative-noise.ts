/**
 * Laws of multiplicative noise (theory.md, T10, T14): each step sees alpha s in place of alpha, s >= 0 of mean 1, drawn
 * anew. Two thresholds belong to a law: R = k E[s^2] = 1, where the mean square of many runs begins to grow, and
 * E log|1 - 2 k s| = 0, up to which almost every single run converges.
 */
import { UsageError } from '../../src/system/usage-error.js';
import { noiseThresholdRatio } from './noise.js';

/** bernoulli: s = Bernoulli(1/m) m. exponential: density exp(-s), m = 2. lognormal: log s Gaussian of variance log m. */
export const NOISE_LAWS = ['bernoulli', 'exponential', 'lognormal'] as const;
/** The law of the random factor of multiplicative noise. */
export type NoiseLaw = (typeof NOISE_LAWS)[number];

/** Fails (UsageError) unless m = E[s^2] is 1 or more, and 2 for the exponential law, which has no other. */
export function checkNoiseLaw(law: NoiseLaw, secondMoment: number): void {
  noiseThresholdRatio(secondMoment);
  if (law === 'exponential' && secondMoment !== 2)
    throw new UsageError(`the second moment of exponential noise is 2, not ${secondMoment}`);
}

const EULER = 0.5772156649015329;

/** exp(-a) Ei(a), a > 0: by its series, where that is long by the asymptotic one. */
function scaledExponentialIntegral(a: number): number {
  if (a > 40) {
    let [term, sum] = [1 / a, 1 / a];
    for (let n = 1; n < 40; n += 1) {
      term *= n / a;
      sum += term;
    }
    return sum;
  }
  let [term, sum] = [1, EULER + Math.log(a)];
  for (let n = 1; n < 200; n += 1) {
    term *= a / n;
    sum += term / n;
  }
  return Math.exp(-a) * sum;
}

/** Nodes of the double exponential rule (Takahasi and Mori, 1974) and its largest abscissa. */
const NODES = 400;
const REACH = 3.6;

/** Integral over [0, length] of a function of the place, given as its distance from both ends; logarithms at an end are fine. */
function integrate(of: (fromStart: number, fromEnd: number) => number, length: number): number {
  const spacing = (2 * REACH) / NODES;
  let sum = 0;
  for (let i = 0; i <= NODES; i += 1) {
    const t = -REACH + i * spacing;
    const growth = Math.PI * Math.sinh(t);
    const [fromStart, fromEnd] = [length / (1 + Math.exp(-growth)), length / (1 + Math.exp(growth))];
    const weight = (Math.PI * Math.cosh(t) * fromStart * fromEnd) / length;
    if (weight > 0) sum += weight * of(fromStart, fromEnd);
  }
  return sum * spacing;
}

/** Standard deviations beyond which a Gaussian counts as 0. */
const FAR = 12;

/** E log|1 - exp(d (z - centre))| of a standard normal z: d the deviation of log s, centre where 2ks = 1. */
function lognormalGrowth(deviation: number, centre: number): number {
  const density = (z: number): number => Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
  const middle = Math.max(-FAR, Math.min(FAR, centre));
  const value = (z: number, distance: number): number => {
    const size = Math.abs(centre) < FAR ? distance : z - centre;
    return density(z) * Math.log(Math.abs(Math.expm1(deviation * size)));
  };
  const below = integrate((fromStart, fromEnd) => value(-FAR + fromStart, -fromEnd), middle + FAR);
  const above = integrate((fromStart) => value(middle + fromStart, fromStart), FAR - middle);
  return (middle > -FAR ? below : 0) + (middle < FAR ? above : 0);
}

/**
 * E log|1 - 2 k s|, nats a step: how fast r = tan theta of almost every single run falls or grows near the minimum of one
 * group (T10). Bernoulli: log|1 - 2km| / m. Exponential: -exp(-a) Ei(a), a = 1 / (2k). Lognormal: by quadrature, to about
 * 1e-13. Fails (UsageError) as `checkNoiseLaw`, and unless k is positive.
 */
export function singleRunGrowth(k: number, law: NoiseLaw, secondMoment: number): number {
  checkNoiseLaw(law, secondMoment);
  if (!(k > 0 && Number.isFinite(k))) throw new UsageError(`k is ${k}; allowed: a positive number`);
  if (law === 'bernoulli') return Math.log(Math.abs(1 - 2 * k * secondMoment)) / secondMoment;
  if (law === 'exponential') return -scaledExponentialIntegral(1 / (2 * k));
  const deviation = Math.sqrt(Math.log(secondMoment));
  if (deviation === 0) return Math.log(Math.abs(1 - 2 * k));
  return lognormalGrowth(deviation, deviation / 2 - Math.log(2 * k) / deviation);
}

/** Relative, of a threshold found by bisection. */
const ACCURACY = 1e-13;

/**
 * The k at which E log|1 - 2 k s| = 0: almost every single run converges below it, none above (T10). Never below the
 * mean-square threshold 1 / m, since E log|1 - 2ks| <= log(E (1 - 2ks)^2) / 2 (Jensen); the same for Bernoulli noise. For
 * exponential s it is 1 / (2 log mu) = 1.342, mu = 1.4513692 the constant of Ramanujan and Soldner (R = 2.68); for
 * lognormal s with log s of variance 2.25 it is 1.975 (R = 18.7). Fails (UsageError) as `checkNoiseLaw`.
 */
export function singleRunThresholdRatio(law: NoiseLaw, secondMoment: number): number {
  checkNoiseLaw(law, secondMoment);
  let low = noiseThresholdRatio(secondMoment);
  if (law === 'bernoulli' || secondMoment === 1) return low;
  let high = 1.05 * low;
  for (; singleRunGrowth(high, law, secondMoment) < 0; high *= 1.05) low = high;
  while (high - low > ACCURACY * high) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (singleRunGrowth(middle, law, secondMoment) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
