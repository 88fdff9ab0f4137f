import type { ElrManifest, Manifest } from '../run/manifest.js';
import type { RecordedRun, SweepRun } from '../run/recorded-run.js';
import type { RunResiduals } from '../sphere/identities.js';
import { averagedFrom } from './averaged-part.js';
import { classifyTrajectory } from './classifier.js';
import { type GradientFall, gradientFall } from './gradient-fall.js';
import type { Regime, RegimeDecision, RegimeEvidence } from './regime.js';
import {
  type AverageErrors,
  averagesOf,
  errorsOf,
  type NoiseShare,
  noiseShareOf,
  type RunAverages,
} from './run-averages.js';
import { type RunRecord, recordOf } from './run-record.js';
import { type RunSeries, stepSeries } from './run-series.js';
import { type StationaryPart, stationaryElements } from './stationary-part.js';

export type { NoiseShare } from './run-averages.js';

/**
 * What a run of a sweep shows: its regime and its averages, over its stationary part where it is in equilibrium or diverges,
 * over its second half otherwise.
 */
export interface MeasuredRun extends RunAverages, RunResiduals {
  readonly elr: number;
  readonly seed: number;
  readonly regime: Regime | 'undecided';
  readonly status: 'running' | 'finished' | 'failed';
  readonly steps: number;
  /** What the averages are over; null if the run is in neither regime or has no stationary part. */
  readonly stationary: StationaryPart | null;
  /** Standard errors of the averages; null if they are not over a stationary part. */
  readonly errors: AverageErrors | null;
  readonly randomLoss: number;
  /** Standard error of `randomLoss`. */
  readonly randomLossError: number;
  readonly evidence: RegimeEvidence;
  /** R, what noise keeps of the loss (T14), over the same part as the averages; its error NaN if the part is too short. */
  readonly noiseShare: NoiseShare;
  /** How E|g|^2 falls with the loss of a run that converges; null of other runs, and where it is too short to tell. */
  readonly gradientFall: GradientFall | null;
  /** The runs this one stands for, where it is the average of several seeds. */
  readonly members?: readonly MeasuredRun[];
}

/**
 * Networks: a loss within this fraction of that of random points counts as divergence. The toy's 5% is out of reach:
 * random points are isotropic, while a diverging run visits points along gradients, whose mean loss is somewhat lower.
 */
export const NETWORK_TOLERANCE = 0.4;

/** The largest of numbers from 0 on; NaN if one of them is. */
export const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

/** A run as far as its regime depends on it. */
interface JudgedSeries {
  readonly manifest: Manifest;
  readonly series: RunSeries;
}

/** The regime of a run; one that is still going, or was interrupted, is never judged. */
function judge({ manifest, series }: JudgedSeries, tolerance: number): RegimeDecision {
  const decision = classifyTrajectory(series, manifest.randomLoss.mean, { tolerance });
  if (manifest.status !== 'running') return decision;
  return { regime: 'undecided', evidence: { ...decision.evidence, reason: 'the run is not finished' } };
}

/** The part of a run over which it is averaged: its stationary part, or its second half where it has none. */
export const judgedPart = (series: RunSeries, stationary: StationaryPart | null): RunSeries =>
  series.from(
    stationary === null
      ? averagedFrom(series.length)
      : Math.max(0, (stationary.start - series.skipped) / series.interval),
  );

/** The stationary part of a run, in steps. */
function stationaryPartOf(series: RunSeries): StationaryPart | null {
  const { interval, skipped } = series;
  const found = stationaryElements(series.logLoss(), interval);
  return found && { ...found, start: skipped + interval * found.start, steps: interval * found.steps };
}

/** The regime of a run, and the part over which its averages are: the stationary one, or the second half. */
function averagedPart(run: JudgedSeries, tolerance: number) {
  const decision = judge(run, tolerance);
  const { series } = run;
  const keepsLevel = decision.regime === 'chaotic equilibrium' || decision.regime === 'divergence';
  const stationary = keepsLevel ? stationaryPartOf(series) : null;
  return { decision, stationary, part: judgedPart(series, stationary) };
}

/**
 * Regime and noise share of one run alone, as `measureRun` has them: what can be said of steps of which only the quantities of all
 * groups together are kept.
 */
export const judgeSteps = ({ manifest, steps }: Pick<RecordedRun, 'manifest' | 'steps'>): JudgedRecord =>
  judgeRecord(manifest, { series: stepSeries(steps) });

/** What `judgeSteps` says of a run. */
export type JudgedRecord = Pick<MeasuredRun, 'regime' | 'noiseShare'>;

/** The same of a record. */
export function judgeRecord(manifest: Manifest, { series }: Pick<RunRecord, 'series'>): JudgedRecord {
  const { decision, part } = averagedPart({ manifest, series }, NETWORK_TOLERANCE);
  return { regime: decision.regime, noiseShare: noiseShareOf(part, manifest.configuration.training.momentum) };
}

/** Runs do not change once read; a live view asks for the same ones again and again. */
const records = new WeakMap<SweepRun, RunRecord>();
const measured = new WeakMap<
  RunRecord,
  { readonly manifest: ElrManifest; readonly tolerance: number; readonly run: MeasuredRun }
>();

/** Regime and averages of one run. */
export function measureRun(sweepRun: SweepRun, tolerance = NETWORK_TOLERANCE): MeasuredRun {
  const record = records.get(sweepRun) ?? recordOf(sweepRun);
  records.set(sweepRun, record);
  return measureRecord(sweepRun.manifest, record, tolerance);
}

/** The same from its record. */
export function measureRecord(manifest: ElrManifest, record: RunRecord, tolerance = NETWORK_TOLERANCE): MeasuredRun {
  const known = measured.get(record);
  if (known?.tolerance === tolerance && known.manifest === manifest) return known.run;
  const run = measuredAnew(manifest, record, tolerance);
  measured.set(record, { manifest, tolerance, run });
  return run;
}

function measuredAnew(manifest: ElrManifest, record: RunRecord, tolerance: number): MeasuredRun {
  const { series, taken } = record;
  const { decision, stationary, part } = averagedPart({ manifest, series }, tolerance);
  return {
    elr: manifest.configuration.rate.value,
    seed: manifest.configuration.seed,
    ...decision,
    status: manifest.status,
    steps: taken,
    ...averagesOf(part),
    stationary,
    errors: stationary === null ? null : errorsOf(part),
    noiseShare: noiseShareOf(part, manifest.configuration.training.momentum),
    gradientFall: decision.regime === 'convergence' ? gradientFall(series) : null,
    ...record.residuals(),
    randomLoss: manifest.randomLoss.mean,
    randomLossError: manifest.randomLoss.standardError,
  };
}
