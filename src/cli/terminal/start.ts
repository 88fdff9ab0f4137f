import type { Command } from 'commander';
import type { EngineChoice } from '../../../deep/engine/names.js';
import { DEFAULT_RUN, type SweepSpec } from '../../../deep/study/spec.js';
import { NETWORK_TOLERANCE } from '../../regime/analyse.js';
import type { SweepPlan } from '../../sweep/plan.js';
import { cores } from '../../system/processors.js';
import { positiveNumbers } from '../../text/grammar/range-grammar.js';
import { seed } from '../../text/grammar/value-grammar.js';
import { log, printLine } from '../../text/output.js';
import { sweepTitle } from '../../text/titles.js';
import { engineOption } from '../options/engine-option.js';
import { isInteractive, printSweep, runApp, type ScreenOptions, withScreenOptions } from './app-session.js';

/** The main job: a network small enough for less than three minutes on two cores. */
const NETWORK: SweepSpec['base'] = {
  width: 4,
  batch: 16,
  epochs: 32,
  // Three minutes leave no time for it.
  measure: 'none',
};
/** A factor of four or five apart over three decades: enough to see which regimes there are. */
const ELRS = [1e-4, 5e-4, 2e-3, 8e-3, 3.2e-2, 1e-1];
/**
 * The rest of the time goes where it decides most, to ELRs inside the brackets of both thresholds. It is counted in runs, all of the same
 * number of steps, never in seconds, and runs are added two at once on any machine: the same seed gives the same runs everywhere.
 */
const REFINEMENT = { factor: 1.5, mostRuns: 6, atOnce: 2, tolerance: NETWORK_TOLERANCE };
const DIRECTORY = 'runs/first-sweep';

interface StartOptions extends ScreenOptions {
  readonly out: string;
  readonly alpha: readonly number[];
  readonly engine: EngineChoice;
  readonly seed: number;
}

interface Job {
  readonly plan: SweepPlan;
  readonly title: string;
}

async function prepareJob({ engine, seed }: StartOptions): Promise<Job> {
  const { planSweep } = await import('../../../deep/study/plan-sweep.js');
  const plan = await planSweep({ base: { ...NETWORK, engine, seed }, vary: { elr: ELRS } }, { onNote: log });
  return { plan, title: sweepTitle(plan.runs[0]!.configuration) };
}

/** Progress on stderr, then what was found, toy and network side by side and the table of predictions on stdout. */
async function runAsText(options: StartOptions, { plan, title }: Job): Promise<void> {
  const { out, alpha } = options;
  const { extendSweep } = await import('../../sweep/extend-sweep.js');
  const { SweepReader } = await import('../../sweep/sweep-reader.js');
  const { refineSweep } = await import('../sweep/refine.js');
  const { trainWithProgress: train } = await import('../sweep/train-with-progress.js');
  const { SweepFollower } = await import('../../../tui/data/sweep-follower.js');
  log(`${title}: ${plan.runs.length} runs in ${out}, then up to ${REFINEMENT.mostRuns} around the thresholds`);
  extendSweep(out, plan);
  const well = await refineSweep(out, { ...REFINEMENT, reader: new SweepReader(out), train });
  const toy = { alpha, tolerance: NETWORK_TOLERANCE };
  const sweep = new SweepFollower(out, toy).look();
  if (!options.json) {
    const { findingsText } = await import('../../text/verification/findings.js');
    const { printThresholds } = await import('../toy/thresholds.js');
    printLine(`${findingsText(sweep.verification, process.stdout.columns)}\n`);
    printThresholds(toy);
    printLine();
  }
  await printSweep(sweep, { ...toy, isIntroduced: true }, options);
  if (!well) process.exitCode = 1;
}

/** The sweep in the background, the application in front. */
async function runAsApp(options: StartOptions, { plan, title }: Job): Promise<void> {
  const { out, alpha } = options;
  // Another sweep in this folder is bad input, reported before taking over the screen.
  const { extendSweep } = await import('../../sweep/extend-sweep.js');
  extendSweep(out, plan);
  const session = { directory: out, plan, title, alpha, tolerance: NETWORK_TOLERANCE, workers: cores() };
  const code = await runApp({ ...session, refinement: REFINEMENT, begin: true }, options);
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
    .option('--seed <number>', 'seed of initialisation and order', seed, DEFAULT_RUN.seed)
    .option(...engineOption)
    .allowExcessArguments()
    .action((options: StartOptions, command: Command) => {
      const [word] = command.args;
      if (word !== undefined) command.error(`error: unknown command '${word}'`);
      return start(options);
    });
