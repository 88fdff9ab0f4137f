import type { Command } from 'commander';
import type { EngineChoice } from '../../../deep/engine/names.js';
import type { SweepSpec } from '../../../deep/study/spec.js';
import { NETWORK_TOLERANCE } from '../../regime/analyse.js';
import type { SweepPlan } from '../../sweep/plan.js';
import { cores } from '../../system/cores.js';
import { log, printLine } from '../../text/output.js';
import { sweepTitle } from '../../text/sweep-title.js';
import { positiveNumbers } from '../../text/value-grammar.js';
import { engineOption } from '../options/engine-option.js';
import { isInteractive, printSweep, runApp, type ScreenOptions, withScreenOptions } from './app-session.js';

/** The main job: a network small enough for two minutes on two cores, over five decades of ELR. */
const NETWORK: SweepSpec['base'] = {
  width: 4,
  batch: 16,
  epochs: 32,
  // Two minutes leave no time for it.
  measure: 'none',
};
const ELRS = [1e-5, 1e-4, 1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2, 3.2e-2, 1e-1, 1];
const DIRECTORY = 'runs/first-sweep';

interface StartOptions extends ScreenOptions {
  readonly out: string;
  readonly alpha: readonly number[];
  readonly engine: EngineChoice;
}

interface Job {
  readonly plan: SweepPlan;
  readonly title: string;
}

async function prepareJob({ engine }: StartOptions): Promise<Job> {
  const { planSweep } = await import('../../../deep/study/plan-sweep.js');
  const plan = await planSweep({ base: { ...NETWORK, engine }, vary: { elr: ELRS } }, { onNote: log });
  return { plan, title: sweepTitle(plan.runs[0]!.configuration) };
}

/** Progress on stderr, then toy and network side by side and the table of predictions on stdout. */
async function runAsText(options: StartOptions, { plan, title }: Job): Promise<void> {
  const { out, alpha } = options;
  const { printThresholds } = await import('../toy/thresholds.js');
  const { trainWithProgress } = await import('../sweep/train-with-progress.js');
  const { SweepFollower } = await import('../../../tui/data/sweep-follower.js');
  log(`${title}: ${plan.runs.length} runs in ${out}`);
  const toy = { alpha, tolerance: NETWORK_TOLERANCE };
  if (!options.json) printThresholds(toy);
  const failures = await trainWithProgress(plan, { directory: out });
  if (!options.json) printLine();
  await printSweep(new SweepFollower(out, toy).look(), toy, options);
  if (failures.length > 0) process.exitCode = 1;
}

/** The sweep in the background, the application in front. */
async function runAsApp(options: StartOptions, { plan, title }: Job): Promise<void> {
  const { out, alpha } = options;
  // Another sweep in this folder is bad input, reported before taking over the screen.
  const { extendSweep } = await import('../../sweep/directory.js');
  extendSweep(out, plan);
  const session = { directory: out, plan, title, alpha, tolerance: NETWORK_TOLERANCE, workers: cores(), begin: true };
  const code = await runApp(session, options);
  log(`runs are in ${out}; regimes watch ${out} shows them, and the same command continues training`);
  process.exit(code);
}

async function start(options: StartOptions): Promise<void> {
  const job = await prepareJob(options);
  await (isInteractive(options) ? runAsApp(options, job) : runAsText(options, job));
}

/** `regimes` without a command: toy and network side by side, live in a terminal, as text elsewhere. */
export const addStart = (root: Command): Command =>
  withScreenOptions(root)
    // Otherwise an --alpha or --out behind a command would be taken for this one's.
    .enablePositionalOptions()
    .option('--out <dir>', 'folder of the runs; an unfinished sweep in it is continued', DIRECTORY)
    .option('--alpha <list>', 'one positive number per group of the toy', positiveNumbers, [1, 2, 4])
    .option(...engineOption)
    .allowExcessArguments()
    .action((options: StartOptions, command: Command) => {
      const [word] = command.args;
      if (word !== undefined) command.error(`error: unknown command '${word}'`);
      return start(options);
    });
