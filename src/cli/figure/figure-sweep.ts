import type { SweepData } from '../../../tui/figure/sweep-data.js';
import { DamagedRun } from '../../run/damaged-run.js';
import { type Measurement, readMeasurements } from '../../run/measurements.js';
import type { Condition } from '../../sweep/conditions.js';
import { runsAt } from '../../sweep/found-runs.js';
import { isRunOf, RATES_AND_SEED, runsOfGroup, type SweepGroup } from '../../sweep/groups.js';
import { groupsOnDisk } from '../../sweep/groups-on-disk.js';
import { type PlannedRun, runFolder, type Varied } from '../../sweep/plan.js';
import { type DamagedFolder, SweepReader, type SweepRecord } from '../../sweep/sweep-reader.js';
import { UsageError } from '../../system/usage-error.js';
import type { Fact } from '../../text/facts-text.js';
import { sweepFacts } from '../../text/run/sweep-facts.js';
import { variedText } from '../../text/setting-text.js';
import { sweepTitle } from '../../text/titles.js';
import type { LeftOut } from '../run/left-out.js';

/** The runs of one setting of a sweep, ready to be drawn. */
export interface FigureSource {
  /** What tells it from other settings, as part of a name of a file; empty where there is one. */
  readonly suffix: string;
  readonly sweep: SweepData;
  /** What is trained on what, for captions. */
  readonly about: readonly Fact[];
  /** The runs themselves, and what was planned of them. */
  readonly runs: readonly SweepRecord[];
  readonly planned: readonly PlannedRun[];
  readonly setting: Varied;
}

export interface FigureSourceOptions {
  readonly alpha: readonly number[];
  readonly tolerance: number;
  readonly where?: readonly Condition[] | undefined;
  /** Options in which runs of one setting may differ besides rate and seed; default: none. */
  readonly joined?: readonly string[];
  /** Where runs are counted that cannot be read. */
  readonly leftOut: LeftOut;
}

const measurementsOf = (runs: readonly SweepRecord[]): Map<string, Measurement[]> =>
  new Map(runs.map(({ directory }) => [directory, readMeasurements(directory)]));

/** What the title of a sweep says already. */
const TITLED = new Set(['model', 'width', 'depth', 'norm', 'groups', 'lastLayer', 'data', 'batch']);

/** What is trained on what, and what else tells the setting from others. */
function titleOf({ planned, setting }: SweepGroup, directory: string): string {
  const configuration = planned[0]?.configuration;
  if (configuration === undefined) return directory;
  // In a figure the folder of the data is of no interest.
  const name = sweepTitle({ ...configuration, data: configuration.data.replace(/:.*/, '') });
  const others = Object.entries(setting).filter(([option]) => !TITLED.has(option));
  return [name, variedText(Object.fromEntries(others))].filter((text) => text !== '').join(', ');
}

/** The settings of a sweep on disk whose runs meet the conditions, seeds together. Throws a UsageError where no run has a step, a DamagedRun where that is because they are damaged. */
export async function figureSources(
  path: string,
  { where: asked, alpha, tolerance, joined = [], leftOut }: FigureSourceOptions,
): Promise<FigureSource[]> {
  const { directory, where } = runsAt(path, asked);
  const { sweepDataOf } = await import('../../../tui/figure/sweep-runs.js');
  const settings = groupsOnDisk(directory, where, [...RATES_AND_SEED, ...joined]);
  const isWanted = isRunOf(settings);
  const name = leftOut.damaged();
  const damaged: DamagedFolder[] = [];
  const onDamaged = (run: DamagedFolder): void => {
    damaged.push(run);
    name(run);
  };
  const all = new SweepReader(directory, { onDamaged }).each((run) => run, { isWanted });
  const sources = settings.map((setting): FigureSource => {
    const runs = runsOfGroup(setting, all);
    const title = titleOf(setting, directory);
    const measurements = measurementsOf(runs);
    return {
      suffix: settings.length > 1 ? runFolder(setting.setting) : '',
      sweep: sweepDataOf(runs, {
        ...{ title, alpha, tolerance, measurements },
        damaged: runsOfGroup(setting, damaged).length,
      }),
      about: sweepFacts(runs.filter(({ record }) => record.taken > 0)),
      runs,
      planned: setting.planned,
      setting: setting.setting,
    };
  });
  const begun = sources.filter(({ sweep }) => sweep.runs.some(({ stepsTaken }) => stepsTaken > 0));
  if (begun.length === 0 && damaged.length > 0) throw new DamagedRun(`${path} has no run that can be drawn`);
  if (begun.length === 0) throw new UsageError(`${path} has no run with a step yet`);
  return begun;
}
