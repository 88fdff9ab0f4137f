import { combineRuns } from '../numerics/statistics/combine-runs.js';
import type { Estimate } from '../numerics/statistics/estimate.js';
import { propagateErrors } from '../numerics/statistics/estimate.js';
import { type Relaxation, shareAfter, shareOfThreshold } from '../regime/finite-run.js';
import type { ShortRuns } from './short-runs.js';
import type { ThresholdForecast } from './simplest-forecast.js';

/** What the readings of noise rest on. */
export interface ProbedNoise {
  /** By rising ELR. */
  readonly shares: readonly ShortRuns[];
  /** R that runs keep in equilibrium. */
  readonly plateau: Estimate;
  readonly relaxation: { readonly decay: Estimate; readonly exponent: Estimate } | null;
}

/** Parts of the ELR of divergence at which short runs already are in equilibrium: above them rare steps dominate E|g|^2. */
const IN_EQUILIBRIUM = [1 / 8, 1 / 4];
/** A run tells how the loss falls without noise where its R is below this part of that of an equilibrium. */
const FAR_FROM_IT = 2 / 3;
/** exp of the mean of log t over the last half of a run, in units of its length: R is that of this time. */
const CENTRE = 2 / Math.E;

const NONE: Estimate = { mean: Number.NaN, error: Number.NaN };
const over = (values: readonly Estimate[]): Estimate => {
  if (values.length === 0) return NONE;
  const { mean: value, error } = combineRuns(values);
  return { mean: value, error };
};

/** The ELR nearest to a place on the logarithmic axis. */
const nearest = (shares: readonly ShortRuns[], elr: number): ShortRuns =>
  shares.reduce((a, b) => (Math.abs(Math.log(b.elr / elr)) < Math.abs(Math.log(a.elr / elr)) ? b : a));

/** Decay without noise, from decay (1 - R / plateau), and the exponent q of E|g|^2 ~ L^q, of the runs that noise limits little. */
function relaxationOf(shares: readonly ShortRuns[], plateau: number): ProbedNoise['relaxation'] {
  const free = shares.filter(({ share }) => share.mean < FAR_FROM_IT * plateau);
  if (free.length < 2) return null;
  const decay = over(
    free.map((each) => {
      const part = 1 - each.share.mean / plateau;
      return { mean: each.decay.mean / part, error: each.decay.error / part };
    }),
  );
  const [loss, square] = [over(free.map((each) => each.decay)), over(free.map((each) => each.gradientDecay))];
  const of = (a: number, b: number): number => b / a;
  return { decay, exponent: { mean: of(loss.mean, square.mean), error: propagateErrors(of, [loss, square]) } };
}

/** The noise of a probe, from its short runs below the ELR of divergence; null if there are fewer than three ELRs. */
export function probedNoise(shares: readonly ShortRuns[], divergence: number): ProbedNoise | null {
  if (shares.length < 3) return null;
  const plateau = over(IN_EQUILIBRIUM.map((part) => nearest(shares, part * divergence).share));
  return { shares, plateau, relaxation: relaxationOf(shares, plateau.mean) };
}

/** A number at an ELR. */
interface Point {
  readonly elr: number;
  readonly value: Estimate;
}

/**
 * Where a straight line between neighbours, over log ELR, first rises from below a level to it; undefined if it does not. With
 * the error that those of both neighbours and of the level give.
 */
function firstRise(points: readonly Point[], level: Estimate): Estimate | undefined {
  const at = points.findIndex(
    ({ value }, i) => i > 0 && value.mean >= level.mean && points[i - 1]!.value.mean < level.mean,
  );
  if (at < 0) return undefined;
  const [below, above] = [points[at - 1]!, points[at]!];
  const place = (a: number, b: number, to: number): number => {
    const part = Math.min(1, Math.max(0, (to - a) / (b - a)));
    return below.elr * (above.elr / below.elr) ** part;
  };
  const numbers = [below.value, above.value, level] as const;
  const [a, b, to] = numbers.map((each) => each.mean) as [number, number, number];
  return { mean: place(a, b, to), error: propagateErrors(place, numbers) };
}

const logOf = ({ mean: value, error }: Estimate): Estimate => ({ mean: Math.log(value), error: error / value });

/** How long the runs of the probe are, and those of the sweep to come. */
export interface RunLengths {
  readonly probe: number;
  readonly sweep: number;
}

const sharePoints = (shares: readonly ShortRuns[]): Point[] =>
  shares.map(({ elr, share }) => ({ elr, value: logOf(share) }));

/** Why R crosses a level nowhere. */
const elsewhere = (points: readonly Point[], level: Estimate): string =>
  `R is ${points[0]!.value.mean >= level.mean ? 'above' : 'below'} that at every ELR of the probe`;

/** Where R rises to a level, or the reason why it does not. */
function whereShareIs(shares: readonly ShortRuns[], level: Estimate): Pick<ThresholdForecast, 'threshold' | 'note'> {
  const points = sharePoints(shares);
  const threshold = firstRise(points, level) ?? null;
  return threshold === null ? { threshold, note: elsewhere(points, level) } : { threshold };
}

/**
 * The ELR up to which the second half of a run falls by 0.15 nats (T14, a run of finite length): R at the end of such a run follows from
 * decay and exponent, and from it R of the short runs at the same ELR.
 */
function lawReading({ shares, plateau, relaxation }: ProbedNoise, { probe, sweep }: RunLengths): ThresholdForecast {
  const row = { name: 'the fall of the loss to its noise floor', source: 'T14' };
  if (relaxation === null) return { ...row, threshold: null, note: 'noise limits all runs of the probe' };
  const { decay, exponent } = relaxation;
  const ofEnd = shareOfThreshold({ decay: decay.mean, exponent: exponent.mean });
  const words = `L ~ t^-${decay.mean.toPrecision(2)}, g^2 ~ L^${exponent.mean.toPrecision(2)}`;
  if (exponent.mean >= 1)
    return { ...row, threshold: null, note: `${words}: with q from 1 on the runs head for no floor` };
  if (!(ofEnd > 0)) return { ...row, threshold: null, note: `${words}: even without noise the loss falls too little` };
  const levelOf = (decayed: number, q: number, most: number): number => {
    const known: Relaxation = { decay: decayed, exponent: q };
    return Math.log(most * shareAfter(shareOfThreshold(known), (CENTRE * probe) / sweep, known));
  };
  const level = {
    mean: levelOf(decay.mean, exponent.mean, plateau.mean),
    error: propagateErrors(levelOf, [decay, exponent, plateau]),
  };
  const { threshold, note } = whereShareIs(shares, level);
  return { ...row, threshold, note: note === undefined ? words : `${words}: ${note}` };
}

/** The smallest ELR at which E|g|^2, and with it the floor, does not fall with time. */
function stoppedFloorReading({ shares }: ProbedNoise): ThresholdForecast {
  const rises = shares.map(({ elr, gradientDecay: { mean: value, error } }) => ({
    elr,
    value: { mean: -value, error },
  }));
  const threshold = firstRise(rises, { mean: 0, error: 0 }) ?? null;
  const row = { name: 'the noise floor stops falling', source: 'T14', threshold };
  return threshold === null ? { ...row, note: 'E|g|^2 falls at every ELR of the probe, or at none' } : row;
}

/** The smallest ELR at which R is that of an equilibrium. */
const equilibriumShareReading = ({ shares, plateau }: ProbedNoise): ThresholdForecast => ({
  name: "R is an equilibrium's",
  source: 'T14',
  ...whereShareIs(shares, logOf(plateau)),
});

/** The readings of a probe's noise, none of them fitted to thresholds. */
export const noiseReadings = (noise: ProbedNoise, lengths: RunLengths): ThresholdForecast[] => [
  lawReading(noise, lengths),
  stoppedFloorReading(noise),
  equilibriumShareReading(noise),
];
