import type { MeasuredRun } from '../../src/regime/analyse.js';
import type { Verification } from '../../src/verify/verify.js';

/** What the figures of a sweep are made of: plain data, of whole runs or of a sample of their steps. */
export interface SweepData {
  /** What is trained on what. */
  readonly title: string;
  /** Of the toy beside it. */
  readonly alpha: readonly number[];
  /** Of divergence, the same for toy and network. */
  readonly tolerance: number;
  /** ELR of the network at which k is 1, where the R of a run determines it; undefined where none does. */
  readonly threshold?: number | undefined;
  readonly verification: Pick<Verification, 'runs' | 'thresholds'>;
  /** Runs of which nothing can be drawn; default: none. */
  readonly hidden?: HiddenRuns | undefined;
  /** By rising ELR, every seed. */
  readonly runs: readonly RunData[];
}

/** How many runs cannot be read, and how many failed before their first step. */
export interface HiddenRuns {
  readonly damaged: number;
  readonly failed: number;
}

/** What a figure says of runs that it does not show, a note at most. */
export function hiddenNotes({ damaged, failed }: HiddenRuns = { damaged: 0, failed: 0 }): string[] {
  const runs = (count: number, words: string): string[] => (count === 0 ? [] : [`${count} ${words}`]);
  const parts = [...runs(damaged, 'damaged'), ...runs(failed, 'failed at once')];
  return parts.length === 0 ? [] : [`not shown: ${parts.join(', ')}`];
}

/** One run of a sweep as figures need it. */
export interface RunData {
  /** Tells runs apart. */
  readonly folder: string;
  readonly elr: number;
  readonly seed: number;
  readonly stepsPerEpoch: number;
  /** How long training took; undefined while it goes on. */
  readonly seconds?: number | undefined;
  readonly stepsTaken: number;
  readonly measured?: MeasuredRun | undefined;
  readonly series: RunSeries;
  /** Names and series of the scale-invariant groups, where they are known. */
  readonly groups?: readonly GroupSeries[] | undefined;
  /** Measurements on all images at fixed weights, where the run has them. */
  readonly epochs?: readonly EpochValues[] | undefined;
}

/** Quantities of steps, as many of each as there are of `step`. Error: share of wrong answers. */
export interface RunSeries {
  readonly step: readonly number[];
  readonly loss: readonly number[];
  readonly error: readonly number[];
  readonly egn: readonly number[];
  readonly ess: readonly number[];
  /** Noise floor ELR E|g|^2 / 4 of the steps (T14), with momentum as `verify` takes it; default: ESS x EGN / 4. */
  readonly floor?: readonly number[] | undefined;
  /** Where each value is the mean of several steps: of how many, and between which values they lie. */
  readonly within?: StepRanges | undefined;
}

/** Of a run that has taken no step. */
export const NO_SERIES: RunSeries = { step: [], loss: [], error: [], egn: [], ess: [] };

/** Lowest and highest of the steps behind each value of a series. */
export interface SeriesRange {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** The ranges of the steps behind the values of a run that has more steps than are kept. */
export interface StepRanges {
  /** Steps behind each value. */
  readonly window: number;
  readonly loss: SeriesRange;
  /** A run of the toy has none. */
  readonly error?: SeriesRange;
  readonly egn: SeriesRange;
  readonly ess: SeriesRange;
}

/** Norm share and ESS of one group, step by step. */
export interface GroupSeries {
  readonly name: string;
  readonly share: readonly number[];
  readonly ess: readonly number[];
}

/** Quantities at a number of passes over the training images; NaN if one was not measured. */
export interface EpochValues {
  readonly epoch: number;
  readonly loss: number;
  readonly error: number;
  readonly testError: number;
  readonly egn: number;
}

/** Mean loss of random points on the sphere over all runs; NaN without one. */
export const randomLossOf = ({ verification: { runs } }: Pick<SweepData, 'verification'>): number =>
  runs.reduce((sum, { randomLoss }) => sum + randomLoss / runs.length, runs.length === 0 ? Number.NaN : 0);
