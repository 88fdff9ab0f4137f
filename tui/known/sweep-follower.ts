import { join } from 'node:path';
import { configurationFields } from '../../src/archive/configuration-fields.js';
import { stepsPerEpoch } from '../../src/archive/epochs.js';
import { stepInGroups } from '../../src/invariant-groups.js';
import { measureRun, NETWORK_TOLERANCE } from '../../src/measure.js';
import { readBalance } from '../../src/run/balance-record.js';
import { readCurvature } from '../../src/run/curvature-record.js';
import { StepFollower } from '../../src/run/follow-steps.js';
import { isLocked } from '../../src/run/lock.js';
import type { ElrManifest } from '../../src/run/manifest.js';
import { readManifest } from '../../src/run/run-directory.js';
import { readSweepPlan, type SweepRun } from '../../src/run/sweep-directory.js';
import type { PlannedRun } from '../../src/run/sweep-plan.js';
import { type Condition, type SweepSetting, selectRuns, sweepSettings } from '../../src/run/sweep-settings.js';
import { variedText } from '../../src/text/setting-text.js';
import { sweepTitle } from '../../src/text/sweep-title.js';
import { type VerifiedRun, verifyMeasured } from '../../src/verify.js';
import { toyTheory } from '../../toy/theory.js';
import { groupSeriesOf, seriesOf } from './series.js';
import { type KnownRun, type KnownSweep, NO_SERIES, type RunState } from './sweep.js';

/** A planned run of which nothing is on disk. */
export const waitingRun = ({ folder, configuration }: Omit<PlannedRun, 'varied'>): KnownRun => ({
  folder,
  elr: configuration.elr ?? Number.NaN,
  seed: configuration.seed,
  state: 'waiting',
  step: 0,
  steps: configuration.steps,
  stepsPerEpoch: null,
  secondsPerStep: null,
  testAccuracy: null,
  problem: null,
  configuration: configurationFields(configuration),
  groups: [],
  measured: null,
  series: NO_SERIES,
  groupSeries: [],
});

/** A run as it is on disk. */
export function knownRun(folder: string, run: SweepRun, state: RunState, tolerance?: number): KnownRun {
  const { manifest, steps } = run;
  const { outcome, failure, configuration } = manifest;
  const inGroups = steps.map((step) => stepInGroups(step, manifest.invariantGroups));
  return {
    ...waitingRun({ folder, configuration }),
    state,
    step: steps.length,
    stepsPerEpoch: stepsPerEpoch(manifest),
    secondsPerStep: outcome === null || steps.length === 0 ? null : outcome.seconds / steps.length,
    testAccuracy: outcome?.test.accuracy ?? null,
    problem: failure,
    groups: manifest.invariantGroups?.map(({ name }) => name) ?? manifest.groups,
    measured: steps.length === 0 ? null : measureRun(run, tolerance),
    series: seriesOf(steps),
    groupSeries: groupSeriesOf(inGroups),
  };
}

const hasEnded = (state: RunState): boolean => state === 'finished' || state === 'failed';

/** Follows one planned run: what has not changed on disk is neither read nor measured again. */
class RunFollower {
  private stamp = '';
  private known: KnownRun;
  private steps: StepFollower | undefined;

  constructor(
    private readonly directory: string,
    private readonly planned: PlannedRun,
    private readonly tolerance: number,
  ) {
    this.known = waitingRun(planned);
  }

  look(): KnownRun {
    try {
      return this.read();
    } catch (error) {
      const problem = (error as Error).message.split('\n')[0]!;
      if (this.known.problem !== problem) this.known = { ...waitingRun(this.planned), state: 'damaged', problem };
      this.stamp = '';
      return this.known;
    }
  }

  private read(): KnownRun {
    const found = readManifest(this.directory);
    if (found === undefined) {
      if (this.known.state !== 'waiting') this.known = waitingRun(this.planned);
      return this.known;
    }
    const isLive = found.status === 'running' && isLocked(this.directory);
    // Its process may have ended between the two.
    const manifest = found.status === 'running' && !isLive ? (readManifest(this.directory) ?? found) : found;
    const state = manifest.status === 'running' && !isLive ? 'interrupted' : manifest.status;
    const settled = `${manifest.created} ${state}`;
    // What has ended does not change any more until it is begun again.
    if (this.stamp === settled && hasEnded(state)) return this.known;
    this.steps ??= new StepFollower(this.directory);
    const steps = this.steps.read();
    const stamp = hasEnded(state) ? settled : `${settled} ${steps.length}`;
    if (this.stamp !== stamp) {
      const run = { directory: this.directory, manifest: manifest as ElrManifest, steps };
      this.known = knownRun(this.planned.folder, run, state, this.tolerance);
    }
    this.stamp = stamp;
    if (hasEnded(state)) this.steps = undefined;
    return this.known;
  }
}

export interface SweepFollowerOptions {
  readonly tolerance?: number;
  readonly where?: readonly Condition[];
}

/** What other commands have left with the runs, by their folders; one that cannot be read is none. */
function leftWith<Left>(
  runs: readonly VerifiedRun[],
  read: (directory: string) => Left | undefined,
): Map<string, Left> {
  return new Map(
    runs.flatMap(({ directory }): [string, Left][] => {
      try {
        const left = read(directory);
        return left === undefined ? [] : [[directory, left]];
      } catch {
        return [];
      }
    }),
  );
}

/** Reads a sweep again and again. Steps of runs that have ended are let go once they are measured. */
export class SweepFollower {
  private readonly runs = new Map<string, RunFollower>();
  private readonly tolerance: number;
  private readonly where: readonly Condition[];

  constructor(
    private readonly directory: string,
    { tolerance = NETWORK_TOLERANCE, where = [] }: SweepFollowerOptions = {},
  ) {
    this.tolerance = tolerance;
    this.where = where;
  }

  /**
   * The sweep as it is on disk, in one of its settings. Throws a UsageError where there is no sweep, where its runs are at no
   * fixed ELR, and where no run meets the conditions.
   */
  look(setting = 0): KnownSweep {
    const settings = sweepSettings(selectRuns(readSweepPlan(this.directory), this.where));
    const place = Math.max(0, Math.min(setting, settings.length - 1));
    const { planned }: SweepSetting = settings[place] ?? { setting: {}, planned: [] };
    const ordered = planned
      .filter(({ configuration }) => configuration.elr !== null)
      .sort((a, b) => a.configuration.elr! - b.configuration.elr!);
    const runs = ordered.map((run) => this.follower(run).look());
    return {
      directory: this.directory,
      title: planned[0] === undefined ? this.directory : sweepTitle(planned[0].configuration),
      settings: settings.map((each) => variedText(each.setting)),
      setting: place,
      runs,
      writing: runs.some(({ state }) => state === 'running'),
      verification: this.verify(ordered, runs),
    };
  }

  private verify(planned: readonly PlannedRun[], runs: readonly KnownRun[]): KnownSweep['verification'] {
    const begun = runs.flatMap(({ folder, measured }, i): VerifiedRun[] => {
      const { training } = planned[i]!.configuration;
      return measured === null ? [] : [{ directory: join(this.directory, folder), training, run: measured }];
    });
    const left = { curvatures: leftWith(begun, readCurvature), balances: leftWith(begun, readBalance) };
    return verifyMeasured(begun, toyTheory, { tolerance: this.tolerance, ...left });
  }

  private follower(run: PlannedRun): RunFollower {
    const known = this.runs.get(run.folder);
    if (known !== undefined) return known;
    const made = new RunFollower(join(this.directory, run.folder), run, this.tolerance);
    this.runs.set(run.folder, made);
    return made;
  }
}
