import type { Command } from 'commander';
import type { EngineChoice } from '../../deep/engine/names.js';
import type { SweepProgress } from '../../deep/sweep.js';
import { NETWORK_TOLERANCE } from '../measure.js';
import { extendSweep, SweepReader } from '../run/sweep-directory.js';
import type { SweepPlan } from '../run/sweep-plan.js';
import { log, printLine } from '../text/output.js';
import { variedText } from '../text/setting-text.js';
import { isInteractive, runApp } from './app-session.js';
import { positiveNumbers } from './arguments.js';
import { formatDuration } from './progress.js';
import { cores, engineOption, type RunOptions } from './run-options.js';
import { sweepWithProgress } from './sweep.js';
import { axisOf } from './sweep-candidates.js';
import { planSweep } from './sweep-plan.js';
import { TimeLeft } from './time-left.js';
import { sweepTitle } from './watch.js';

/** The main job: a network small enough for two minutes on two cores, over five decades of ELR. */
const NETWORK: Omit<RunOptions, 'engine'> = {
  model: 'convnet',
  width: 4,
  data: 'fashion-mnist',
  batch: 16,
  epochs: 32,
  seed: 1,
  order: 'shuffled',
  // Two minutes leave no time for it.
  measure: 'none',
};
const ELRS = [1e-5, 1e-4, 1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2, 3.2e-2, 1e-1, 1];
const DIRECTORY = 'runs/first-sweep';

interface StartOptions {
  readonly out: string;
  readonly alpha: readonly number[];
  readonly engine: EngineChoice;
  readonly once?: true;
}

interface Job {
  readonly plan: SweepPlan;
  readonly elrs: readonly number[];
  readonly title: string;
}

async function prepareJob({ engine }: StartOptions): Promise<Job> {
  const axes = Object.entries({ ...NETWORK, engine, elr: ELRS }).map(([name, values]) => axisOf(name, values));
  const { plan } = await planSweep({ axes, common: { measure: 'none' }, varied: ['elr'] });
  return { plan, elrs: ELRS, title: sweepTitle(plan.runs[0]!.configuration) };
}

/** Progress on stderr, then toy and network side by side and the table of predictions on stdout. */
async function runAsText({ out, alpha }: StartOptions, { plan, elrs, title }: Job): Promise<void> {
  const { printThresholds } = await import('./toy-thresholds.js');
  const { sweepView } = await import('../../tui/sweep-view.js');
  const { sweepText } = await import('../../tui/plain.js');
  log(`${title}: ${plan.runs.length} runs in ${out}`);
  printThresholds({ alpha, tolerance: NETWORK_TOLERANCE });
  const failures = await sweepWithProgress(out, plan);
  const view = sweepView(new SweepReader(out).read(), { alpha, tolerance: NETWORK_TOLERANCE, elrs });
  printLine();
  printLine(sweepText(view, process.stdout.columns));
  if (failures.length > 0) process.exitCode = 1;
}

/** How far a sweep is as a line; time left is judged from the pace since the first step. */
function progressText(): (progress: SweepProgress) => string {
  const timeLeft = new TimeLeft();
  return ({ work, totalWork, runsDone, runs }) => {
    if (runsDone === runs) return `${runs} runs, finished`;
    const seconds = timeLeft.seconds(work, totalWork);
    const left = seconds === undefined ? '' : `, ${formatDuration(seconds)} left`;
    return `${runsDone} of ${runs} runs${left}`;
  };
}

/** A sweep in the background: how far it is as a line, and at its end a line for everything that failed. */
async function runInBackground(out: string, plan: SweepPlan, signal: AbortSignal) {
  const { runSweep } = await import('../../deep/sweep.js');
  const text = progressText();
  let status = 'starting';
  const onProgress = (progress: SweepProgress): void => {
    status = text(progress);
  };
  const complaints = runSweep(out, plan, { workers: cores(), signal, onProgress }).then(
    (failures) => {
      if (failures.length > 0) status = `${plan.runs.length} runs, ${failures.length} failed`;
      return failures.map(({ varied, reason }) => `${variedText(varied)} failed: ${reason}`);
    },
    (error: Error) => {
      status = `failed: ${error.message}`;
      return signal.aborted ? [] : [`the sweep failed: ${error.message}`];
    },
  );
  return { complaints, status: () => status };
}

/** The sweep in the background, the application in front. */
async function runAsApp({ out, alpha }: StartOptions, { plan, elrs, title }: Job): Promise<void> {
  const { sweepView } = await import('../../tui/sweep-view.js');
  // Another sweep in this folder is bad input, to be told before there is a screen to tell it on.
  extendSweep(out, plan);
  const reader = new SweepReader(out);
  const abort = new AbortController();
  const { complaints, status } = await runInBackground(out, plan, abort.signal);
  const view = () => sweepView(reader.read(), { alpha, tolerance: NETWORK_TOLERANCE, elrs });
  const code = await runApp({ title, status, view }).finally(() => abort.abort());
  const failed = await complaints;
  for (const line of failed) log(line);
  log(`runs are in ${out}; regimes watch ${out} shows them, the same command continues`);
  process.exit(code === 0 && failed.length > 0 ? 1 : code);
}

async function start(options: StartOptions): Promise<void> {
  const job = await prepareJob(options);
  await (isInteractive(options.once) ? runAsApp(options, job) : runAsText(options, job));
}

/** `regimes` without a command: toy and network side by side, live in a terminal, as text elsewhere. */
export const addStart = (root: Command): Command =>
  root
    // Otherwise an --alpha or --out behind a command would be taken for this one's.
    .enablePositionalOptions()
    .option('--out <dir>', 'where the runs are kept; an unfinished sweep there is continued', DIRECTORY)
    .option('--alpha <list>', 'positive number of each group of the toy', positiveNumbers, [1, 2, 4])
    .option(...engineOption)
    .option('--once', 'plain text even in a terminal')
    .allowExcessArguments()
    .action((options: StartOptions, command: Command) => {
      const [word] = command.args;
      if (word !== undefined) command.error(`error: unknown command '${word}'`);
      return start(options);
    });
