import { Command } from 'commander';
import { type ElrCurvatures, readingsOf } from '../../readings/readings.js';
import { equilibriumOf, type ToyReading } from '../../readings/toy-reading.js';
import { type MeasuredRun, measureRecord } from '../../regime/analyse.js';
import { averageByElr } from '../../regime/seed-averages.js';
import { readCurvature } from '../../run/curvature-record.js';
import type { ElrManifest } from '../../run/manifest.js';
import { equilibriumObstacle } from '../../run/training-settings.js';
import type { Condition } from '../../sweep/conditions.js';
import { runsAt } from '../../sweep/found-runs.js';
import { isRunOf, RATES_AND_SEED, runsOfGroup } from '../../sweep/groups.js';
import { groupsOnDisk } from '../../sweep/groups-on-disk.js';
import type { Varied } from '../../sweep/plan.js';
import { SweepReader } from '../../sweep/sweep-reader.js';
import { valuesOrRange } from '../../text/grammar/range-grammar.js';
import { printJson, printLine } from '../../text/output.js';
import { variedText } from '../../text/setting-text.js';
import { type ElrReadings, elrReadingsText } from '../../text/verification/alpha-text.js';
import { readingTable } from '../../text/verification/reading-text.js';
import { stationaryEquilibria } from '../../verify/threshold-rows.js';
import { runsArgument, toleranceOption, whereOption } from '../options/where.js';
import { type LeftOut, leavingOut } from '../run/left-out.js';

interface AlphaOptions {
  readonly elr?: readonly number[];
  readonly tolerance: number;
  readonly where?: readonly Condition[];
  readonly json?: true;
}

/** A run that has taken a step, measured. */
interface ReadRun {
  readonly directory: string;
  readonly manifest: ElrManifest;
  readonly measured: MeasuredRun;
}

/** Curvatures of runs, those at one ELR together, by rising ELR. */
function curvaturesByElr(runs: readonly ReadRun[]): ElrCurvatures[] {
  const elrs = [...new Set(runs.map(({ manifest }) => manifest.configuration.rate.value))];
  return elrs
    .map((elr) => {
      const atElr = runs.filter(({ manifest }) => manifest.configuration.rate.value === elr);
      return { elr, curvatures: atElr.flatMap(({ directory }) => readCurvature(directory) ?? []) };
    })
    .filter(({ curvatures }) => curvatures.length > 0);
}

interface ReadSetting {
  readonly setting: Varied;
  /** Why T3 and T4 need not hold for these runs; null if they should. */
  readonly obstacle: string | null;
  readonly readings: readonly ToyReading[];
  readonly elrs: readonly ElrReadings[];
}

/** What of a setting's runs the readings should be compared with: the ELRs asked for, else all runs in equilibrium. */
const wantedElrs = (runs: readonly MeasuredRun[], elrs: readonly number[] | undefined): readonly number[] =>
  elrs ?? runs.filter(({ regime }) => regime === 'chaotic equilibrium').map(({ elr }) => elr);

async function readSetting(setting: Varied, runs: readonly ReadRun[], options: AlphaOptions): Promise<ReadSetting> {
  const { toyTheory } = await import('../../../toy/theory/equilibrium.js');
  const { tolerance } = options;
  const measured = averageByElr(runs.map((run) => run.measured));
  const readings = readingsOf(stationaryEquilibria(measured), curvaturesByElr(runs), toyTheory);
  const elrs = wantedElrs(measured, options.elr).map((elr): ElrReadings => {
    const run = measured.find((each) => each.elr === elr);
    const nearest = run ?? measured[0]!;
    const context = { randomLoss: { mean: nearest.randomLoss, error: nearest.randomLossError }, tolerance };
    const read = readings.map((reading) => ({ reading, equilibrium: equilibriumOf(reading, elr, toyTheory, context) }));
    return { elr, read, ...(run && { run }) };
  });
  const obstacles = runs.map(({ manifest }) => equilibriumObstacle(manifest.configuration.training));
  return { setting, obstacle: obstacles.find((reason) => reason !== undefined) ?? null, readings, elrs };
}

function settingText({ setting, obstacle, readings, elrs }: ReadSetting): string {
  const heading = variedText(setting);
  const none =
    'no reading: no run in equilibrium with a stationary part, and no curvature (regimes curvature --groups)';
  const parts = readings.length === 0 ? [none] : [readingTable(readings), ...elrs.map(elrReadingsText)];
  const caution = obstacle === null ? [] : [`T3 and T4 do not apply to these runs: ${obstacle}`];
  return [...(heading === '' ? [] : [`${heading}\n${'='.repeat(heading.length)}`]), ...caution, ...parts].join('\n\n');
}

/** The readings and their predictions as JSON, one line per setting. */
const settingJson = ({ setting, obstacle, readings, elrs }: ReadSetting) => ({
  setting,
  obstacle,
  readings,
  elrs: elrs.map(({ elr, run, read }) => ({
    elr,
    measured: run && {
      regime: run.regime,
      loss: run.loss,
      ess: run.effectiveStep,
      shares: run.shares,
      errors: run.errors,
    },
    predicted: read.map(({ reading, equilibrium }) => ({ from: reading.name, ...equilibrium })),
  })),
});

async function alpha(leftOut: LeftOut, path: string, options: AlphaOptions): Promise<void> {
  const { directory, where } = runsAt(path, options.where);
  const settings = groupsOnDisk(directory, where, RATES_AND_SEED);
  const isWanted = isRunOf(settings);
  const runs = new SweepReader(directory, { onDamaged: leftOut.damaged(isWanted) })
    .each(
      ({ record, ...run }) => ({
        ...run,
        measured: record.taken === 0 ? undefined : measureRecord(run.manifest, record, options.tolerance),
      }),
      { isWanted },
    )
    .flatMap(({ measured, ...run }) => (measured === undefined ? [] : [{ ...run, measured }]));
  const read: ReadSetting[] = [];
  for (const each of settings) {
    const own = runsOfGroup(each, runs);
    if (own.length > 0) read.push(await readSetting(each.setting, own, options));
  }
  if (options.json) for (const each of read) printJson(settingJson(each));
  else printLine(read.length === 0 ? 'no run with a step yet' : read.map(settingText).join('\n\n'));
}

/** `regimes alpha`: the network of a sweep read as a toy in every available way. */
export const alphaCommand = (): Command =>
  new Command('alpha')
    .argument(...runsArgument)
    .option('--elr <list>', 'ELRs to predict, a list or FROM:TO:COUNT (default: those in equilibrium)', valuesOrRange)
    .option(...toleranceOption)
    .option(...whereOption)
    .option('--json', 'print JSON only, one line per setting')
    .action(leavingOut(alpha));
