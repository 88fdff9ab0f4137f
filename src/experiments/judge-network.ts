import { type MeasuredRun, measureRun, NETWORK_TOLERANCE } from '../regime/analyse.js';
import { averageByElr } from '../regime/seed-averages.js';
import { type JudgedRun, measureThresholds } from '../regime/thresholds.js';
import { hasElr, type RecordedRun } from '../run/recorded-run.js';
import type { JudgedSweep } from './experiment.js';

export interface JudgedNetwork extends JudgedSweep {
  readonly of: 'network';
  /** The runs that have begun, by rising ELR, seeds averaged. */
  readonly measured: readonly MeasuredRun[];
}

/** Regimes and thresholds of runs of a network that differ in ELR and seed; at an ELR without one the regime is undecided. */
export function judgeNetwork(label: string, runs: readonly RecordedRun[], elrs: readonly number[]): JudgedNetwork {
  const byElr = runs
    .filter(hasElr)
    .toSorted((a, b) => a.manifest.configuration.rate.value - b.manifest.configuration.rate.value)
    .map((run) => measureRun(run, NETWORK_TOLERANCE));
  const measured = averageByElr(byElr);
  const judged = elrs.map((elr): JudgedRun => measured.find((run) => run.elr === elr) ?? { elr, regime: 'undecided' });
  return { of: 'network', label, runs: judged, measured, thresholds: measureThresholds(judged) };
}
