import { Command } from 'commander';
import { readForecast } from '../../forecast/forecast-file.js';
import { readAnnealing } from '../../run/annealing-record.js';
import { readBalance } from '../../run/balance-record.js';
import { readCurvature } from '../../run/curvature-record.js';
import { readKept } from '../../run/kept-record.js';
import { shortenedManifest } from '../../run/recorded-run.js';
import type { Condition } from '../../sweep/conditions.js';
import { readSweepPlan } from '../../sweep/directory.js';
import { runsAt } from '../../sweep/found-runs.js';
import { isRunOf, RATES_AND_SEED, runsOfGroup } from '../../sweep/groups.js';
import { groupsOnDisk } from '../../sweep/groups-on-disk.js';
import { RATES, type Varied } from '../../sweep/plan.js';
import { SweepReader } from '../../sweep/sweep-reader.js';
import { UsageError } from '../../system/usage-error.js';
import { count, factor } from '../../text/grammar/value-grammar.js';
import { counted, log, printJson, printLine } from '../../text/output.js';
import { variedText } from '../../text/setting-text.js';
import { findingsText } from '../../text/verification/findings.js';
import { verificationText } from '../../text/verification/verification-text.js';
import { measureSweepRecord } from '../../verify/measured-sweep.js';
import { type Verification, verifyMeasuredSweep } from '../../verify/verify.js';
import { runsArgument, toleranceOption, whereOption } from '../options/where.js';
import { type LeftOut, leavingOut } from '../run/left-out.js';
import { refineSweep } from './refine.js';
import { type PlaceOptions, withPlaceOptions } from './slurm-options.js';
import { tellSlurmStates } from './tell-slurm-states.js';
import { placedTraining } from './trainer-at.js';

interface VerifyOptions extends PlaceOptions {
  readonly tolerance: number;
  readonly where?: readonly Condition[];
  readonly predicted?: string;
  readonly steps?: number;
  readonly refine?: number;
  readonly mostRuns?: number;
  readonly json?: true;
}

/** What other commands have left with the runs, by their folders; what cannot be read is left out and named. */
export const leftWith = <Known>(
  leftOut: LeftOut,
  runs: readonly { readonly directory: string }[],
  read: (directory: string) => Known | undefined,
) => readKept(runs, read, ({ directory }, error) => leftOut.add(directory, error));

/** Runs that --refine adds to a setting: enough for two brackets a factor 100 wide, three seeds and a factor 1.5. */
const MOST_RUNS = 48;

function refuseContradiction({ refine, mostRuns, steps, on, where = [] }: VerifyOptions): void {
  if (refine === undefined) {
    if (on === 'slurm') throw new UsageError('--on slurm goes with --refine: who trains the runs that it adds');
    if (mostRuns !== undefined) throw new UsageError('--most-runs goes with --refine: how many runs it may add');
    return;
  }
  if (steps !== undefined) throw new UsageError('--refine judges whole runs; --steps cannot be given with it');
  const fixed = where.find(({ name }) => RATES.includes(name));
  if (fixed)
    throw new UsageError(`--refine chooses the ELRs; --where ${fixed.name}=${fixed.value} cannot be given with it`);
}

async function verify(leftOut: LeftOut, path: string, options: VerifyOptions, command: Command): Promise<void> {
  refuseContradiction(options);
  const { directory, where } = runsAt(path, options.where);
  if (options.refine !== undefined) readSweepPlan(path);
  const { train } = await placedTraining(options, command);
  const { tolerance, json, predicted, steps, refine, mostRuns = MOST_RUNS } = options;
  if (!json) tellSlurmStates(directory);
  const { toyTheory } = await import('../../../toy/theory/equilibrium.js');
  const forecast = predicted === undefined ? {} : { forecast: readForecast(predicted) };
  const isPlanned = isRunOf(groupsOnDisk(directory, where));
  const isAsked = (folder: string): boolean => refine !== undefined || isPlanned(folder);
  const reader = new SweepReader(directory, { onDamaged: leftOut.damaged(isAsked) });
  if (refine !== undefined) {
    const well = await refineSweep(directory, { factor: refine, mostRuns, tolerance, where, reader, train });
    if (!well) process.exitCode = 1;
  }
  const settings = groupsOnDisk(directory, where, RATES_AND_SEED);
  const fewest = steps ?? 1;
  const shorter: number[] = [];
  const runs = reader
    .each(
      (run) => {
        if (run.record.taken < fewest) {
          shorter.push(run.record.taken);
          return [];
        }
        const manifest = steps === undefined ? run.manifest : shortenedManifest(run.manifest, steps);
        return [measureSweepRecord({ ...run, manifest }, tolerance)];
      },
      { isWanted: isAsked, steps },
    )
    .flat();
  // What was measured at the end of a run says nothing of a shorter one.
  const known = steps === undefined ? runs : [];
  const curvatures = leftWith(leftOut, known, readCurvature);
  const balances = leftWith(leftOut, known, readBalance);
  const annealings = leftWith(leftOut, known, readAnnealing);
  const verified = settings.map((setting) => ({
    setting: setting.setting,
    ...verifyMeasuredSweep(runsOfGroup(setting, runs), toyTheory, {
      ...{ tolerance, curvatures, balances, annealings },
      ...forecast,
    }),
  }));
  if (verified.every((each) => each.runs.length === 0)) {
    if (process.exitCode === 1) throw new Error(`no run of ${path} can be judged`);
    const longest = steps !== undefined && shorter.length > 0 ? `; the longest has ${Math.max(...shorter)}` : '';
    throw new UsageError(`${path} has ${noRun(steps)}${longest}`);
  }
  if (steps !== undefined && shorter.length > 0)
    log(`${counted(shorter.length, 'run')} with fewer than ${steps} steps left out`);
  if (json) for (const each of verified) printJson(each);
  else printLine(verified.map((each) => settingText(each, steps)).join('\n\n'));
}

const noRun = (steps: number | undefined): string =>
  `no run with ${steps === undefined ? 'a step' : `${steps} steps`} yet`;

/** What one setting shows, in three sentences and as tables, under a heading if the setting has a name. */
function settingText(
  { setting, ...verification }: { readonly setting: Varied } & Verification,
  steps: number | undefined,
): string {
  const found = (): string =>
    `${findingsText(verification, process.stdout.columns)}\n\n${verificationText(verification)}`;
  const text = verification.runs.length > 0 ? found() : noRun(steps);
  const heading = variedText(setting);
  return heading === '' ? text : `${heading}\n${'='.repeat(heading.length)}\n\n${text}`;
}

/** `regimes verify`: the runs of a sweep against the theory. */
export const verifyCommand = (): Command =>
  withPlaceOptions(
    new Command('verify')
      .argument(...runsArgument)
      .option(...toleranceOption)
      .option(...whereOption)
      .option('--predicted <dir>', 'folder written by regimes predict; adds rows that test its predictions')
      .option(
        '--steps <count>',
        'judge each run by its first <count> steps only, as if training had been shorter',
        count,
      )
      .option(
        '--refine <factor>',
        'add runs, with all seeds at each new ELR, until both ends of each threshold bracket are within this factor',
        factor,
      )
      .option(
        '--most-runs <count>',
        `at most this many runs added to each setting by --refine, in total (default: ${MOST_RUNS})`,
        count,
      )
      .option('--json', 'print JSON only, one line per setting'),
  ).action(leavingOut(verify));
