import { basename } from 'node:path';
import { measureRecord, NETWORK_TOLERANCE } from '../../src/regime/analyse.js';
import { MOST_BLOCKS } from '../../src/regime/block-series.js';
import { recordOf } from '../../src/regime/run-record.js';
import { groupNames } from '../../src/run/manifest.js';
import type { Measurement } from '../../src/run/measurements.js';
import type { SweepRun } from '../../src/run/recorded-run.js';
import { stepsPerEpoch } from '../../src/run/run-epochs.js';
import { recordedFloors } from '../../src/sphere/noise-floor.js';
import type { SweepRecord } from '../../src/sweep/sweep-reader.js';
import { defined } from '../../src/system/defined.js';
import { measureSweepRecord } from '../../src/verify/measured-sweep.js';
import { verifyMeasuredSweep } from '../../src/verify/verify.js';
import { toyTheory } from '../../toy/theory/equilibrium.js';
import { blockSeriesOf, groupSeriesOf, seriesOf } from './block-means.js';
import { networkThreshold } from './network-threshold.js';
import type { EpochValues, GroupSeries, RunData, RunSeries, SweepData } from './sweep-data.js';

/** How figures name the runs, and what they compare them with. */
export interface SweepDataOptions {
  /** What is trained on what: the title of the figures. */
  readonly title: string;
  /** Of the toy that the application shows beside the network; figures of the network alone do not use it. Default: one group, [1]. */
  readonly alpha?: readonly number[];
  /** Runs whose loss is within this fraction of that of random points count as diverged; default: `NETWORK_TOLERANCE`, 0.4. */
  readonly tolerance?: number;
  /** Runs that cannot be read; default: none. */
  readonly damaged?: number;
  /** What was measured at fixed weights, by the folder of a run. */
  readonly measurements?: ReadonlyMap<string, readonly Measurement[]>;
}

/** Training as the batches see it, test images with running statistics, as the authors have it. */
const epochValues = ({ epoch, train, test, gradient }: Measurement): EpochValues => ({
  epoch,
  loss: train.training.loss,
  error: 1 - train.training.accuracy,
  testError: 1 - test.evaluation.accuracy,
  egn: gradient.egn,
});

/** A run of up to so many steps is drawn step by step, whose points take more memory than all that is recorded of them. */
const MOST_DRAWN = 2 * MOST_BLOCKS;

/** The groups of a run, which have names before its first step. */
function groupSeries({ manifest, record: { taken, series } }: SweepRecord): GroupSeries[] {
  if (taken === 0) return groupNames(manifest).map((name) => ({ name, share: [], ess: [] }));
  return groupSeriesOf(series, series.length > MOST_DRAWN ? MOST_BLOCKS : Number.POSITIVE_INFINITY);
}

/** Every step of a run, or the means of blocks where it is too long for that. */
function runSeries({ manifest, record: { steps, series, blocks } }: SweepRecord): RunSeries {
  const { momentum } = manifest.configuration.training;
  if (blocks !== undefined) return blockSeriesOf(series, blocks, { momentum, most: Number.POSITIVE_INFINITY });
  if (steps!.length > MOST_DRAWN) return seriesOf(steps!, momentum, MOST_BLOCKS);
  const { columns } = steps!;
  return {
    step: Array.from(columns.step),
    loss: Array.from(columns.loss),
    error: Array.from(columns.accuracy, (accuracy) => 1 - accuracy),
    egn: Array.from(columns.egn),
    ess: Array.from(columns.ess),
    floor: Array.from(recordedFloors(columns, momentum).floors),
  };
}

function runData(
  run: SweepRecord,
  { tolerance, measurements }: Pick<SweepDataOptions, 'tolerance' | 'measurements'>,
): RunData {
  const { directory, manifest, record } = run;
  return {
    folder: basename(directory),
    elr: manifest.configuration.rate.value,
    seed: manifest.configuration.seed,
    stepsPerEpoch: stepsPerEpoch(manifest),
    seconds: manifest.outcome?.seconds,
    stepsTaken: record.taken,
    measured: record.taken > 0 ? measureRecord(manifest, record, tolerance) : undefined,
    series: runSeries(run),
    groups: groupSeries(run),
    epochs: measurements?.get(directory)?.map(epochValues),
  };
}

/**
 * Runs as read from disk (`readSweep`, or `readRun` where `hasElr` holds) as data for figures: every step of them, or of runs of more than
 * 65,536 steps the means of blocks.
 *
 * @example
 * const data = sweepData(readSweep('runs/sweep'), { title: 'ConvNet of width 2' });
 * await writeFigure(networkLossFigure(data), 'loss.svg');
 */
export const sweepData = (runs: readonly SweepRun[], options: SweepDataOptions): SweepData =>
  sweepDataOf(
    runs.map((run) => ({ ...run, record: recordOf(run) })),
    options,
  );

/** The same of their records. */
export function sweepDataOf(runs: readonly SweepRecord[], options: SweepDataOptions): SweepData {
  const { title, alpha = [1], tolerance = NETWORK_TOLERANCE, damaged = 0, measurements } = options;
  const failed = runs.filter(({ manifest, record }) => manifest.status === 'failed' && record.taken === 0).length;
  const begun = runs.filter(({ record }) => record.taken > 0);
  const measured = begun.map((run) => measureSweepRecord(run, tolerance));
  const verification = verifyMeasuredSweep(measured, toyTheory, { tolerance });
  return {
    ...{ title, alpha, tolerance, verification },
    threshold: networkThreshold(verification),
    hidden: { damaged, failed },
    runs: runs.map((run) => runData(run, defined({ tolerance, measurements }))),
  };
}
