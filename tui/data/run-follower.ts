import { configurationFields } from '../../src/archive/setting-differences.js';
import { measureRecord } from '../../src/regime/analyse.js';
import { LARGE_RECORD, readRecord, recordBytes, recordOf } from '../../src/regime/run-record.js';
import { StepFollower } from '../../src/run/follow-steps.js';
import { lengtheningObstacle } from '../../src/run/lengthening.js';
import { type ElrManifest, groupNames } from '../../src/run/manifest.js';
import { elrOf } from '../../src/run/rate.js';
import { readManifest } from '../../src/run/run-directory.js';
import { stepsPerEpoch } from '../../src/run/run-epochs.js';
import { seenOf } from '../../src/run/step-lines.js';
import { refuseDamaged } from '../../src/run/whole-run.js';
import type { PlannedRun } from '../../src/sweep/plan.js';
import type { SweepRecord } from '../../src/sweep/sweep-reader.js';
import { isLocked } from '../../src/system/lock.js';
import { blockSeriesOf, groupSeriesOf, seriesOf } from '../figure/block-means.js';
import { NO_SERIES } from '../figure/sweep-data.js';
import type { RunSnapshot, RunState } from './sweep-snapshot.js';

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
export function runSnapshot(
  folder: string,
  { manifest, record }: Pick<SweepRecord, 'manifest' | 'record'>,
  state: RunState,
  tolerance?: number,
): RunSnapshot {
  const { outcome, failure, configuration } = manifest;
  const { taken, series, steps, blocks } = record;
  const { momentum } = configuration.training;
  return {
    ...waitingRun({ folder, configuration }),
    state,
    step: taken,
    stepsPerEpoch: stepsPerEpoch(manifest),
    secondsPerStep: outcome === null || taken === 0 ? null : outcome.seconds / taken,
    testAccuracy: outcome?.test.accuracy ?? null,
    lengthening: lengtheningObstacle(manifest) ?? null,
    problem: failure,
    groups: groupNames(manifest),
    measured: taken === 0 ? null : measureRecord(manifest, record, tolerance),
    series: blocks === undefined ? seriesOf(steps!, momentum) : blockSeriesOf(series, blocks, { momentum }),
    groupSeries: series.groups.length > MOST_GROUPS ? [] : groupSeriesOf(series),
  };
}

/** The largest number of groups whose lines can still be told apart on a terminal. */
const MOST_GROUPS = 24;

/** A large record is read again where it has grown by this factor. */
const GROWTH = 1.05;

const hasEnded = (state: RunState): boolean => state === 'finished' || state === 'failed';

/** Follows one planned run: what has not changed on disk is neither read nor measured again. */
export class RunFollower {
  private stamp = '';
  private snapshot: RunSnapshot;
  private steps: StepFollower | undefined;
  /** Bytes of a large record when it was read. */
  private largeBytes = 0;

  /** From `large` bytes on a record is read in blocks. */
  constructor(
    private readonly directory: string,
    private readonly planned: PlannedRun,
    private readonly tolerance: number,
    private readonly large = LARGE_RECORD,
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
    if (recordBytes(this.directory) >= this.large) return this.readLarge(manifest as ElrManifest, state, settled);
    // A run that goes on may be far from its end.
    this.steps ??= new StepFollower(this.directory, state === 'finished' ? manifest.configuration.steps : undefined);
    const steps = this.steps.read();
    const stamp = hasEnded(state) ? settled : `${settled} ${steps.length}`;
    if (this.stamp !== stamp) {
      refuseDamaged(this.directory, manifest, seenOf(steps));
      const run = { manifest: manifest as ElrManifest, steps };
      this.snapshot = runSnapshot(this.planned.folder, { ...run, record: recordOf(run) }, state, this.tolerance);
    }
    this.stamp = stamp;
    if (hasEnded(state)) this.steps = undefined;
    return this.snapshot;
  }

  /** A record that is read in blocks is read whole: again where it has grown by a twentieth, or its state is another. */
  private readLarge(manifest: ElrManifest, state: RunState, settled: string): RunSnapshot {
    this.steps = undefined;
    const bytes = recordBytes(this.directory);
    const isKnown = this.stamp === settled && bytes >= this.largeBytes && bytes < GROWTH * this.largeBytes;
    if (isKnown) return this.snapshot;
    const { directory, large } = this;
    const record = readRecord({ directory, manifest }, { large });
    this.snapshot = runSnapshot(this.planned.folder, { manifest, record }, state, this.tolerance);
    [this.stamp, this.largeBytes] = [settled, bytes];
    return this.snapshot;
  }
}
