import { mean, standardError } from '../numerics/means.js';
import type { Series } from '../numerics/series.js';
import { blockJackknife } from '../numerics/statistics/jackknife.js';
import { meanWithError } from '../numerics/statistics/mean-error.js';
import { noiseState } from '../readings/noise-floor.js';
import type { Valley } from '../readings/valley.js';
import type { RegimeTheory } from '../regime/theory.js';
import type { LossLost } from '../run/annealing-record.js';
import { annealingPrediction } from '../verify/annealing-rows.js';
import { type CombinedLoss, combineLosses } from '../verify/combined-loss.js';
import type { Subject, SubjectPrediction } from './experiment.js';

/** What runs lose when their rate is decayed to almost nothing, beside the noise floor ELR E|g_a|^2 / 4 (theory.md, T14). */

/** The rate falls linearly to this part of itself. */
export const ANNEALING_FACTOR = 1e-3;

/** Steps in which the rate falls, where nothing else is asked for. */
export const ANNEAL_STEPS = 400;

/** Losses and noise floors of the steps of a run, and the losses of its last steps after annealing. */
export interface AnnealedSeries {
  readonly losses: Series;
  /** ELR |g_a|^2 / 4 of each step. */
  readonly floors: Series;
  /** Of a whole epoch at the end of annealing. */
  readonly annealedLosses: Series;
}

/**
 * How many steps annealing takes: the fall of the rate, the rest of that epoch, and an epoch at the final rate in which the loss is
 * measured. There, weights hardly move, so that its mean is the training loss of all images, each seen once, in batches of the run's size
 * and normalised by their own statistics, as the losses before annealing are. The mean over the last epoch of the fall would
 * keep the noise floor of the rates in that epoch, a sixth of what is to be measured with 400 steps and 125 an epoch.
 */
export const annealingSteps = (fallSteps: number, perEpoch: number): number =>
  (Math.ceil(fallSteps / perEpoch) + 1) * perEpoch;

/**
 * What a run lost by annealing, and its noise floor before. Loss and floor are means over the last quarter before annealing, the
 * errors those that autocorrelation leaves (block jackknife for the floor and the ratio, whose loss and floor move together). The
 * error of the annealed loss is that of batches drawn at random at fixed weights: an upper bound, since they are all of the epoch.
 */
export function measureLoss({ losses, floors, annealedLosses }: AnnealedSeries): LossLost {
  const quarter = Math.max(1, Math.floor(losses.length / 4));
  const [last, before] = [losses.slice(-quarter), losses.slice(-2 * quarter, -quarter)];
  const noise = floors.slice(-quarter);
  const loss = meanWithError(last);
  const annealed = { mean: mean(annealedLosses), error: standardError(annealedLosses) };
  const predicted = blockJackknife([noise], ([floor]) => floor!);
  const ratio = blockJackknife([last, noise], ([level, floor]) => (level! - annealed.mean) / floor!);
  return {
    loss: { value: loss.mean, error: loss.error },
    fall: mean(before) - loss.mean,
    annealed: { value: annealed.mean, error: annealed.error },
    lost: { value: loss.mean - annealed.mean, error: Math.hypot(loss.error, annealed.error) },
    predicted: { value: predicted.value, error: predicted.error },
    ratio: { value: ratio.value, error: Math.hypot(ratio.error, annealed.error / predicted.value) },
  };
}

/**
 * What T4's curve says that a run loses whose ELR falls to `factor` of itself: its loss less F*(factor k), k the one at which T4 has this
 * loss. NaN where the loss is that of random points or more, which T4 has at no k.
 */
export function curveLoss(loss: number, randomLoss: number, theory: RegimeTheory, factor = ANNEALING_FACTOR): number {
  if (!(loss > 0 && loss < randomLoss)) return Number.NaN;
  const sum = 2 * randomLoss;
  const elr = theory.ratioFromLoss(loss / randomLoss) / sum;
  return loss - theory.equilibrium([sum], factor * elr).loss;
}

/** Mean of |log ratio|: 0 where every ratio is 1, infinite where one is not positive; NaN of none. */
export const meanLogRatio = (ratios: readonly number[]): number =>
  mean(ratios.map((ratio) => (ratio > 0 ? Math.abs(Math.log(ratio)) : Number.POSITIVE_INFINITY)));

/** Runs at one rate, annealed. */
export interface AnnealedRate {
  /** ELR or learning rate; of the toy k. */
  readonly rate: number;
  /** The rate in words. */
  readonly words: string;
  /** Means over seeds. */
  readonly loss: CombinedLoss;
  /** What T4's curve says is lost; NaN where it says nothing. */
  readonly byCurve: number;
  /** Of networks, the mean over seeds: which condition of T14 a ratio other than 1 is due to. */
  readonly valley?: Valley;
}

/** Means of several valleys. Fails (Error) without any. */
export function meanValley(valleys: readonly Valley[]): Valley {
  if (valleys.length === 0) throw new Error('there are no valleys to average');
  const of = (name: keyof Valley): number => mean(valleys.map((valley) => valley[name]));
  return { distance: of('distance'), degree: of('degree'), balance: of('balance') };
}

/** Runs at several rates, trained in one way. */
export interface AnnealedArm {
  readonly of: Subject;
  readonly label: string;
  readonly rates: readonly AnnealedRate[];
}

/** Runs at one rate that differ in their seed, as one. Fails (Error) without runs. */
export function annealedRate(
  { rate, words }: Pick<AnnealedRate, 'rate' | 'words'>,
  runs: readonly LossLost[],
  { randomLoss, theory }: { readonly randomLoss: number; readonly theory: RegimeTheory },
): AnnealedRate {
  const loss = combineLosses(runs);
  return { rate, words, loss, byCurve: curveLoss(loss.loss.mean, randomLoss, theory) };
}

/** How far off predictions are, over the rates at which training does not diverge. */
export interface ArmSummary {
  readonly rates: number;
  /** Mean |log(lost / predicted)| of the noise floor (T14) and of T4's curve. */
  readonly floor: number;
  readonly curve: number;
}

/** Divergence is left out of both means: there the floor predicts nothing. */
export function summariseArm({ rates }: AnnealedArm): ArmSummary {
  const judged = rates.filter(({ loss }) => noiseState(loss.noiseShare) !== 'steps too large');
  return {
    rates: judged.length,
    floor: meanLogRatio(judged.map(({ loss }) => loss.ratio.mean)),
    curve: meanLogRatio(judged.map(({ loss, byCurve }) => loss.lost.mean / byCurve)),
  };
}

/** A row for each rate: the noise floor before annealing against what was lost. */
export const annealedRows = ({ of, label, rates }: AnnealedArm): SubjectPrediction[] =>
  rates.map(({ words, loss }) => ({ ...annealingPrediction(`${label}, ${words}`, loss), of }));
