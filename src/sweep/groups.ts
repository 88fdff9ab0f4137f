import { basename } from 'node:path';
import { elrRate } from '../run/rate.js';
import { UsageError } from '../system/usage-error.js';
import { type Condition, conditionText, isMet, isSameRate, isSameValue, meetsConditions } from './conditions.js';
import { RUN } from './found-runs.js';
import {
  asAsked,
  optionName,
  type PlannedRun,
  plannedRun,
  RATES,
  runFolder,
  type SweepPlan,
  type Varied,
} from './plan.js';

/** The settings of a sweep: runs that differ in their rate alone, or in their seed too, are one setting. */

export interface SweepGroup {
  /** The values that distinguish it from other groups: everything else that varies; empty if nothing does. */
  readonly setting: Varied;
  readonly planned: readonly PlannedRun[];
}

/** Options in which runs of one setting may differ where seeds are averaged over. */
export const RATES_AND_SEED: readonly string[] = [...RATES, 'seed'];

/** What a run has in common with the others of its setting, which differ in `within`. */
export const settingOf = ({ varied }: Pick<PlannedRun, 'varied'>, within: readonly string[] = RATES): Varied =>
  Object.fromEntries(Object.entries(varied).filter(([name]) => !within.includes(name)));

/** The settings of these runs, in the order in which they first appear. */
export function sweepGroups(runs: readonly PlannedRun[], within: readonly string[] = RATES): SweepGroup[] {
  const groups = new Map<string, { setting: Varied; planned: PlannedRun[] }>();
  for (const run of runs) {
    const setting = settingOf(run, within);
    const key = JSON.stringify(setting);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { setting, planned: [run] });
    else group.planned.push(run);
  }
  return [...groups.values()];
}

/** The runs that a setting would have at one more ELR: one for each of its seeds. */
export function refinedRuns({ planned }: SweepGroup, elr: number): PlannedRun[] {
  const bySeed = new Map<string, PlannedRun>();
  for (const { varied, configuration } of planned.map(asAsked)) {
    const run = plannedRun({ ...configuration, rate: elrRate(elr) }, { ...varied, elr });
    if (!bySeed.has(run.folder)) bySeed.set(run.folder, { ...run, refined: true });
  }
  return [...bySeed.values()];
}

/** Whether a folder, by its path, is that of a run of one of these settings. */
export function isRunOf(groups: readonly SweepGroup[]): (directory: string) => boolean {
  const folders = new Set(groups.flatMap(({ planned }) => planned.map(({ folder }) => folder)));
  return (directory) => folders.has(basename(directory));
}

/** Of runs on disk, those that belong to a setting. */
export function runsOfGroup<Run extends { readonly directory: string }>(
  group: SweepGroup,
  runs: readonly Run[],
): Run[] {
  const isOwn = isRunOf([group]);
  return runs.filter(({ directory }) => isOwn(directory));
}

const isNamed = (name: string, wanted: string): boolean => wanted === name || wanted === optionName(name);

/** The same value, or what the folder is called after. */
const isValue = (name: string, value: number | string, wanted: string): boolean =>
  isSameValue(value, wanted) || runFolder({ [name]: value }) === `${optionName(name)}-${wanted}`;

/** What a run has under the name of an option, or as its folder. */
const valueIn = ({ folder, varied }: PlannedRun, name: string): number | string =>
  name === RUN ? folder : varied[name]!;

/**
 * The planned runs that meet all conditions; several of one option mean any of them, and `run` is the name of a folder. Throws a
 * UsageError if an option does not vary, or never has that value.
 */
export function selectRuns({ varied, runs }: SweepPlan, given: readonly Condition[]): PlannedRun[] {
  // A rate as tables show it stands for the one that looks like it, unless there is one that is exactly that.
  const isOneOf = (name: string, wanted: string): boolean =>
    runs.some((run) => isValue(name, valueIn(run, name), wanted));
  const isMeant = (name: string, value: number | string, wanted: string): boolean =>
    isValue(name, value, wanted) || (RATES.includes(name) && !isOneOf(name, wanted) && isSameRate(value, wanted));
  const meets = (name: string, value: number | string, condition: Condition): boolean =>
    isMet(value, condition, (a, b) => isMeant(name, a, b));
  const conditions = given.map((condition): Condition => {
    const { name } = condition;
    const option = name === RUN ? RUN : varied.find((each) => isNamed(each, name));
    if (option === undefined) {
      throw new UsageError(`${name} does not vary in this sweep; allowed: ${varied.map(optionName).join(', ')}`);
    }
    const values = [...new Set(runs.map((run) => valueIn(run, option)))];
    if (!values.some((each) => meets(option, each, condition))) {
      throw new UsageError(`no run with ${conditionText(condition)}; allowed: ${values.join(', ')}`);
    }
    return { ...condition, name: option };
  });
  const chosen = runs.filter((run) =>
    meetsConditions(conditions, (condition) => meets(condition.name, valueIn(run, condition.name), condition)),
  );
  if (chosen.length > 0 || conditions.length === 0) return chosen;
  const text = given.map(conditionText).join(',');
  throw new UsageError(`no run with ${text}: this sweep has each of these values, but not in combination`);
}
