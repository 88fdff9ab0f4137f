import { join } from 'node:path';
import { Command } from 'commander';
import { DamagedRun } from '../../run/damaged-run.js';
import type { Condition } from '../../sweep/conditions.js';
import { runsAt } from '../../sweep/found-runs.js';
import { elrPlanOnDisk, groupsOnDisk } from '../../sweep/groups-on-disk.js';
import { cores } from '../../system/processors.js';
import { positiveNumbers } from '../../text/grammar/range-grammar.js';
import { printLine } from '../../text/output.js';
import { runsArgument, toleranceOption, whereOption } from '../options/where.js';
import { type LeftOut, leavingOut } from '../run/left-out.js';
import { tellSlurmStates } from '../sweep/tell-slurm-states.js';
import { isInteractive, printSweep, runApp, type ScreenOptions, withScreenOptions } from './app-session.js';

interface WatchOptions extends ScreenOptions {
  readonly alpha: readonly number[];
  readonly tolerance: number;
  readonly where?: readonly Condition[];
}

async function watch(leftOut: LeftOut, path: string, options: WatchOptions): Promise<void> {
  const { alpha, tolerance } = options;
  const { directory, where } = runsAt(path, options.where);
  const { SweepFollower } = await import('../../../tui/data/sweep-follower.js');
  if (isInteractive(options)) {
    // Report bad input before taking over the screen.
    groupsOnDisk(directory, where);
    const plan = elrPlanOnDisk(directory, where);
    const session = { directory, plan, where, title: path, alpha, tolerance, workers: cores(), begin: false };
    process.exit(await runApp(session, options));
  }
  const sweep = new SweepFollower(directory, { tolerance, where }).look();
  const { settings, setting, title } = sweep;
  const others = settings.length > 1 ? ` (1 of ${settings.length} settings; others: --where NAME=VALUE)` : '';
  if (!options.json && settings[setting]) printLine(`${title}, ${settings[setting]}${others}\n`);
  await printSweep(sweep, { alpha, tolerance }, options);
  for (const { state, folder, problem } of sweep.runs)
    if (state === 'damaged') leftOut.add(join(directory, folder), new DamagedRun(problem!));
  if (!options.json) tellSlurmStates(directory);
}

/** `regimes watch`: a sweep on disk beside the toy, live while another process writes it. */
export const watchCommand = (): Command =>
  withScreenOptions(new Command('watch'))
    .argument(...runsArgument)
    .option('--alpha <list>', 'one positive number per group of the toy', positiveNumbers, [1, 2, 4])
    .option(...toleranceOption)
    .option(...whereOption)
    .action(leavingOut(watch));
