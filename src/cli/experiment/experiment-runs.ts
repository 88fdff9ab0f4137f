import { basename } from 'node:path';
import type { JudgedSweep } from '../../experiments/experiment.js';
import {
  type JudgedRun,
  type MeasuredRun,
  measureRun,
  measureThresholds,
  NETWORK_TOLERANCE,
} from '../../regime/analyse.js';
import { averageByElr } from '../../regime/seed-averages.js';
import { hasElr, type RecordedRun, SweepReader } from '../../sweep/directory.js';
import { cores } from '../options/run-options.js';
import { sweepWithProgress } from '../sweep/sweep.js';
import { planSweep } from '../sweep/sweep-plan.js';
import { commonOptions, networkAxes, type ProtocolOptions } from './experiment-options.js';

/** Training what an experiment needs, and reading it back. */

export interface TrainedRuns {
  readonly runs: readonly RecordedRun[];
  /** How many runs failed. */
  readonly failed: number;
}

/**
 * Trains the runs of one sweep of an experiment in `directory`, those that are finished there excepted, and reads all of them.
 * `own` is what the experiment adds to the options; `varied` names what varies, the rate first.
 */
export async function trainSweep(
  directory: string,
  options: ProtocolOptions,
  own: Readonly<Record<string, unknown>>,
  varied: readonly string[],
): Promise<TrainedRuns> {
  const { workers = cores() } = options;
  const request = { axes: networkAxes(options, own), common: commonOptions(options), varied };
  const { plan } = await planSweep(request, workers);
  const failures = await sweepWithProgress(directory, plan, { workers });
  const folders = new Set(plan.runs.map(({ folder }) => folder));
  const runs = new SweepReader(directory).all().filter((run) => folders.has(basename(run.directory)));
  return { runs: runs.filter(({ steps }) => steps.length > 0), failed: failures.length };
}

export interface JudgedNetwork extends JudgedSweep {
  readonly of: 'network';
  /** The runs that have begun, by rising ELR, seeds averaged. */
  readonly measured: readonly MeasuredRun[];
}

/** Regimes and thresholds of runs of a network that differ in ELR and seed; at an ELR without one the regime is undecided. */
export function judgeNetwork(label: string, runs: readonly RecordedRun[], elrs: readonly number[]): JudgedNetwork {
  const byElr = runs
    .filter(hasElr)
    .toSorted((a, b) => a.manifest.configuration.elr - b.manifest.configuration.elr)
    .map((run) => measureRun(run, NETWORK_TOLERANCE));
  const measured = averageByElr(byElr);
  const judged = elrs.map((elr): JudgedRun => measured.find((run) => run.elr === elr) ?? { elr, regime: 'undecided' });
  return { of: 'network', label, runs: judged, measured, thresholds: measureThresholds(judged) };
}
