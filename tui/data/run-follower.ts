import { stepsPerEpoch } from '../../src/archive/epochs.js';
import { configurationFields } from '../../src/archive/setting-differences.js';
import { measureRun } from '../../src/regime/analyse.js';
import { StepFollower } from '../../src/run/follow-steps.js';
import { lengtheningObstacle } from '../../src/run/lengthening.js';
import type { ElrManifest } from '../../src/run/manifest.js';
import { elrOf } from '../../src/run/rate.js';
import { readManifest } from '../../src/run/run-directory.js';
import { stepsInGroups } from '../../src/run/step-columns.js';
import { seenOf } from '../../src/run/step-lines.js';
import { refuseDamaged } from '../../src/run/whole-run.js';
import type { PlannedRun } from '../../src/sweep/plan.js';
import type { SweepRun } from '../../src/sweep/recorded-run.js';
import { isLocked } from '../../src/system/lock.js';
import { groupSeriesOf, seriesOf } from './block-means.js';
import { NO_SERIES, type RunSnapshot, type RunState } from './sweep-snapshot.js';

/** A planned run of which nothing is on disk. */
export const waitingRun = ({ folder, configuration }: Omit<PlannedRun, 'varied'>): RunSnapshot => ({
  folder,
  elr: elrOf(configuration) ?? Number.NaN,
  seed: configuration.seed,
  state: 'waiting',
  step: 0,
  steps: configuration.steps,
  stepsPerEpoch: null,
  secondsPerStep: null,
  testAccuracy: null,
  lengthening: null,
  problem: null,
  configuration: configurationFields(configuration),
  groups: [],
  measured: null,
  series: NO_SERIES,
  groupSeries: [],
});

/** A run as it is on disk. */
export function runSnapshot(folder: string, run: SweepRun, state: RunState, tolerance?: number): RunSnapshot {
  const { manifest, steps } = run;
  const { outcome, failure, configuration } = manifest;
  const inGroups = stepsInGroups(steps, manifest.invariantGroups);
  return {
    ...waitingRun({ folder, configuration }),
    state,
    step: steps.length,
    stepsPerEpoch: stepsPerEpoch(manifest),
    secondsPerStep: outcome === null || steps.length === 0 ? null : outcome.seconds / steps.length,
    testAccuracy: outcome?.test.accuracy ?? null,
    lengthening: lengtheningObstacle(manifest) ?? null,
    problem: failure,
    groups: manifest.invariantGroups?.map(({ name }) => name) ?? manifest.groups,
    measured: steps.length === 0 ? null : measureRun(run, tolerance),
    series: seriesOf(steps, configuration.training.momentum),
    groupSeries: groupSeriesOf(inGroups),
  };
}

const hasEnded = (state: RunState): boolean => state === 'finished' || state === 'failed';

/** Follows one planned run: what has not changed on disk is neither read nor measured again. */
export class RunFollower {
  private stamp = '';
  private snapshot: RunSnapshot;
  private steps: StepFollower | undefined;

  constructor(
    private readonly directory: string,
    private readonly planned: PlannedRun,
    private readonly tolerance: number,
  ) {
    this.snapshot = waitingRun(planned);
  }

  look(): RunSnapshot {
    try {
      return this.read();
    } catch (error) {
      const problem = (error as Error).message.split('\n')[0]!;
      if (this.snapshot.problem !== problem) this.snapshot = { ...waitingRun(this.planned), state: 'damaged', problem };
      this.stamp = '';
      return this.snapshot;
    }
  }

  private read(): RunSnapshot {
    const found = readManifest(this.directory);
    if (found === undefined) {
      if (this.snapshot.state !== 'waiting') this.snapshot = waitingRun(this.planned);
      return this.snapshot;
    }
    const isLive = found.status === 'running' && isLocked(this.directory);
    // Its process may have ended between the two.
    const manifest = found.status === 'running' && !isLive ? (readManifest(this.directory) ?? found) : found;
    const state = manifest.status === 'running' && !isLive ? 'interrupted' : manifest.status;
    const settled = `${manifest.created} ${manifest.configuration.steps} ${state}`;
    // What has ended does not change any more until it is begun again.
    if (this.stamp === settled && hasEnded(state)) return this.snapshot;
    // A run that goes on may be far from its end.
    this.steps ??= new StepFollower(this.directory, state === 'finished' ? manifest.configuration.steps : undefined);
    const steps = this.steps.read();
    const stamp = hasEnded(state) ? settled : `${settled} ${steps.length}`;
    if (this.stamp !== stamp) {
      refuseDamaged(this.directory, manifest, seenOf(steps));
      const run = { directory: this.directory, manifest: manifest as ElrManifest, steps };
      this.snapshot = runSnapshot(this.planned.folder, run, state, this.tolerance);
    }
    this.stamp = stamp;
    if (hasEnded(state)) this.steps = undefined;
    return this.snapshot;
  }
}
