import { basename } from 'node:path';
import { stepsPerEpoch } from '../../src/archive/epochs.js';
import { measureRun } from '../../src/regime/analyse.js';
import type { Measurement } from '../../src/run/measurements.js';
import { recordedFloors } from '../../src/sphere/noise-floor.js';
import type { SweepRun } from '../../src/sweep/recorded-run.js';
import { verifySweep } from '../../src/verify/verify.js';
import { toyTheory } from '../../toy/theory/equilibrium.js';
import { networkThreshold } from './network-threshold.js';
import type { EpochValues, GroupSeries, RunData, SweepData } from './sweep-data.js';

/** What the runs of a sweep are compared with. */
export interface SweepDataOptions {
  readonly title: string;
  readonly alpha: readonly number[];
  readonly tolerance: number;
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

function groupSeries({ manifest, steps }: SweepRun): GroupSeries[] {
  const missing = new Array<number>(steps.length).fill(Number.NaN);
  return manifest.groups.map((name, i) => {
    const group = steps.columns.groups[i];
    return { name, share: Array.from(group?.share ?? missing), ess: Array.from(group?.ess ?? missing) };
  });
}

function runData(run: SweepRun, { tolerance, measurements }: SweepDataOptions): RunData {
  const { directory, manifest, steps } = run;
  const { columns } = steps;
  return {
    folder: basename(directory),
    elr: manifest.configuration.rate.value,
    seed: manifest.configuration.seed,
    stepsPerEpoch: stepsPerEpoch(manifest),
    seconds: manifest.outcome?.seconds,
    stepsTaken: steps.length,
    measured: steps.length > 0 ? measureRun(run, tolerance) : undefined,
    series: {
      step: Array.from(columns.step),
      loss: Array.from(columns.loss),
      error: Array.from(columns.accuracy, (accuracy) => 1 - accuracy),
      egn: Array.from(columns.egn),
      ess: Array.from(columns.ess),
      floor: Array.from(recordedFloors(columns, manifest.configuration.training.momentum).floors),
    },
    groups: groupSeries(run),
    epochs: measurements?.get(directory)?.map(epochValues),
  };
}

/** Runs as read from disk, every step of them, as data for figures. */
export function sweepData(runs: readonly SweepRun[], options: SweepDataOptions): SweepData {
  const { title, alpha, tolerance, damaged = 0 } = options;
  const failed = runs.filter(({ manifest, steps }) => manifest.status === 'failed' && steps.length === 0).length;
  const verification = verifySweep(runs, toyTheory, { tolerance });
  return {
    ...{ title, alpha, tolerance, verification },
    threshold: networkThreshold(verification),
    hidden: { damaged, failed },
    runs: runs.map((run) => runData(run, options)),
  };
}
