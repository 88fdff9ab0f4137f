import { join } from 'node:path';
import { NETWORK_TOLERANCE } from '../../src/regime/analyse.js';
import { readAnnealing } from '../../src/run/annealing-record.js';
import { readBalance } from '../../src/run/balance-record.js';
import { readCurvature } from '../../src/run/curvature-record.js';
import { readKept } from '../../src/run/kept-record.js';
import { type Condition, conditionText } from '../../src/sweep/conditions.js';
import { isSweep, RUN } from '../../src/sweep/found-runs.js';
import { type SweepGroup, selectRuns, sweepGroups } from '../../src/sweep/groups.js';
import { elrPlanOnDisk } from '../../src/sweep/groups-on-disk.js';
import type { PlannedRun, Varied } from '../../src/sweep/plan.js';
import { variedText } from '../../src/text/setting-text.js';
import { runsWords, settingConditions } from '../../src/text/shell-words.js';
import { sweepTitle } from '../../src/text/titles.js';
import type { VerifiedRun } from '../../src/verify/measured-sweep.js';
import { verifyMeasured } from '../../src/verify/verify.js';
import { toyTheory } from '../../toy/theory/equilibrium.js';
import { RunFollower } from './run-follower.js';
import type { RunSnapshot, SweepSnapshot } from './sweep-snapshot.js';

export interface SweepFollowerOptions {
  readonly tolerance?: number;
  readonly where?: readonly Condition[];
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
   * The sweep as it is on disk, in one of its settings. Throws a UsageError if there is no sweep, where its runs are at no
   * fixed ELR, and where no run meets the conditions.
   */
  look(setting = 0): SweepSnapshot {
    const settings = sweepGroups(selectRuns(elrPlanOnDisk(this.directory, this.where), this.where));
    const place = Math.max(0, Math.min(setting, settings.length - 1));
    const { setting: own, planned }: SweepGroup = settings[place] ?? { setting: {}, planned: [] };
    const ordered = planned
      .filter(({ configuration }) => configuration.rate.kind === 'elr')
      .sort((a, b) => a.configuration.rate.value - b.configuration.rate.value);
    const runs = ordered.map((run) => this.follower(run).look());
    return {
      directory: this.directory,
      title: planned[0] === undefined ? this.directory : sweepTitle(planned[0].configuration),
      settings: settings.map((each) => variedText(each.setting)),
      setting: place,
      runs,
      isSweep: isSweep(this.directory),
      asArguments: this.asArguments(own),
      writing: runs.some(({ state }) => state === 'running'),
      verification: this.verify(ordered, runs),
    };
  }

  /** The folder and the conditions, each once; a single run by its own folder. */
  private asArguments(setting: Varied): string {
    const all = [...this.where, ...settingConditions(setting)];
    const where = [...new Map(all.map((each) => [conditionText(each), each])).values()];
    const [run, ...more] = where.filter(({ name }) => name === RUN);
    if (run === undefined || more.length > 0) return runsWords(this.directory, where);
    return runsWords(
      join(this.directory, run.value),
      where.filter((each) => each !== run),
    );
  }

  private verify(planned: readonly PlannedRun[], runs: readonly RunSnapshot[]): SweepSnapshot['verification'] {
    const begun = runs.flatMap(({ folder, measured }, i): VerifiedRun[] => {
      const { training } = planned[i]!.configuration;
      return measured === null ? [] : [{ directory: join(this.directory, folder), training, run: measured }];
    });
    // What cannot be read is none.
    const left = {
      curvatures: readKept(begun, readCurvature),
      balances: readKept(begun, readBalance),
      annealings: readKept(begun, readAnnealing),
    };
    return verifyMeasured(begun, toyTheory, { tolerance: this.tolerance, ...left });
  }

  private follower(run: PlannedRun): RunFollower {
    const follower = this.runs.get(run.folder);
    if (follower !== undefined) return follower;
    const made = new RunFollower(join(this.directory, run.folder), run, this.tolerance);
    this.runs.set(run.folder, made);
    return made;
  }
}
