import { type JudgedRun, measureRun, measureThresholds } from '../../regime/analyse.js';
import { nextElrs } from '../../regime/bisection.js';
import { averageByElr } from '../../regime/seed-averages.js';
import { isFinished, readSweepPlan, type SweepReader, type SweepRun } from '../../sweep/directory.js';
import { type Condition, RATES_AND_SEED, refinedRuns, runsOfSetting, type SweepSetting } from '../../sweep/groups.js';
import type { PlannedRun } from '../../sweep/plan.js';
import { formatNumber, log } from '../../text/output.js';
import { refinementLines } from '../../text/refinement-text.js';
import { variedText } from '../../text/setting-text.js';
import { settingsOnDisk } from '../options/where.js';
import { sweepWithProgress } from './sweep.js';

export interface RefineOptions {
  /** Both sides of a threshold are to be no farther apart. */
  readonly factor: number;
  /** So many runs are added to a setting at most, by this and earlier calls. */
  readonly mostRuns: number;
  /** A loss within this fraction of that of random points counts as divergence. */
  readonly tolerance: number;
  readonly where?: readonly Condition[] | undefined;
}

/** What there is of a setting, and what is to be added to it. */
interface Refinement {
  readonly setting: SweepSetting;
  /** Every ELR that was planned, ascending. */
  readonly tried: readonly JudgedRun[];
  readonly added: readonly PlannedRun[];
  /** Whether there would be more runs to add, were more allowed. */
  readonly limited: boolean;
}

/** Every ELR of a setting, undecided where no run has a step. */
function triedElrs(setting: SweepSetting, runs: readonly SweepRun[], tolerance: number): JudgedRun[] {
  const begun = runsOfSetting(setting, runs).filter(({ steps }) => steps.length > 0);
  const judged = new Map(averageByElr(begun.map((run) => measureRun(run, tolerance))).map((run) => [run.elr, run]));
  const elrs = new Set(setting.planned.map(({ configuration }) => configuration.elr!));
  return [...elrs].sort((a, b) => a - b).map((elr) => judged.get(elr) ?? { elr, regime: 'undecided' });
}

function refine(setting: SweepSetting, runs: readonly SweepRun[], options: RefineOptions): Refinement {
  const tried = triedElrs(setting, runs, options.tolerance);
  const added: PlannedRun[] = [];
  let left = options.mostRuns - setting.planned.filter(({ refined }) => refined).length;
  const wanted = nextElrs(tried, options.factor).map((elr) => refinedRuns(setting, elr));
  for (const more of wanted) {
    if (more.length > left) return { setting, tried, added, limited: true };
    left -= more.length;
    added.push(...more);
  }
  return { setting, tried, added, limited: false };
}

const nameOf = ({ setting }: SweepSetting): string => {
  const text = variedText(setting);
  return text === '' ? '' : `${text}: `;
};

/** Says what is added to a setting; nothing where nothing is. */
function tellAdded({ setting, added }: Refinement): void {
  const elrs = new Set(added.map(({ configuration }) => configuration.elr!));
  if (elrs.size === 0) return;
  const list = [...elrs].map((elr) => formatNumber(elr)).join(', ');
  log(`${nameOf(setting)}adding ELR ${list} (${added.length} ${added.length === 1 ? 'run' : 'runs'})`);
}

function tellResult({ setting, tried, limited }: Refinement, { factor, mostRuns }: RefineOptions): void {
  const reason = limited
    ? `--most-runs ${mostRuns} does not allow another ELR`
    : 'no further run is expected to decide more';
  for (const line of refinementLines(measureThresholds(tried), { factor, reason })) log(nameOf(setting) + line);
}

/** Runs what is planned and not finished; whether a run failed. */
async function finish(directory: string, runs: readonly PlannedRun[]): Promise<boolean> {
  if (runs.length === 0) return false;
  const failures = await sweepWithProgress(directory, { ...readSweepPlan(directory), runs });
  return failures.length > 0;
}

/**
 * Adds runs to a sweep until its thresholds are known within a factor, or no more can be decided or added, and says on
 * stderr how narrowly they are. What is planned already is run first, so that a call that was interrupted goes on as if it
 * had not been. Answers whether all runs were well. Ctrl-C ends the program as it ends a sweep.
 */
export async function refineSweep(directory: string, reader: SweepReader, options: RefineOptions): Promise<boolean> {
  const settings = () => settingsOnDisk(directory, options.where, RATES_AND_SEED);
  const planned = settings().flatMap((setting) => setting.planned);
  let failed = await finish(
    directory,
    planned.filter((run) => !isFinished(directory, run)),
  );
  for (;;) {
    const runs = reader.read();
    const refinements = settings().map((setting) => refine(setting, runs, options));
    const added = refinements.flatMap((each) => each.added);
    if (added.length === 0) {
      for (const each of refinements) tellResult(each, options);
      return !failed;
    }
    refinements.forEach(tellAdded);
    const anyFailed = await finish(directory, added);
    failed ||= anyFailed;
    if (anyFailed && !haveBegun(added, reader)) {
      log('none of these runs began; no more are added');
      return false;
    }
  }
}

/** Whether a step was taken in one of the runs. */
const haveBegun = (planned: readonly PlannedRun[], reader: SweepReader): boolean =>
  runsOfSetting({ setting: {}, planned }, reader.read()).some(({ steps }) => steps.length > 0);
