import type { Command } from 'commander';
import type { AppSource } from '../../tui/app.js';
import { NETWORK_TOLERANCE } from '../measure.js';
import type { RunConfiguration } from '../run/manifest.js';
import { SweepReader } from '../run/sweep-directory.js';
import { positiveNumbers } from './arguments.js';
import { log, printLine } from './output.js';
import { formatDuration } from './progress.js';
import { cores, type RunOptions } from './run-options.js';
import { INTERRUPTED, planSweep, sweepWithProgress } from './sweep.js';
import { verificationText } from './verification-text.js';

/** The main job: a network small enough for two minutes on two cores, over five decades of ELR. */
const NETWORK: RunOptions = {
  model: 'convnet',
  width: 4,
  data: 'fashion-mnist',
  batch: 16,
  epochs: 16,
  seed: 1,
  order: 'shuffled',
  engine: 'cpu',
};
const ELRS = [1e-5, 1e-4, 1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2, 3.2e-2, 1e-1, 1];
const DIRECTORY = 'runs/first-sweep';

interface StartOptions {
  readonly out: string;
  readonly alpha: readonly number[];
  readonly once?: true;
}

interface Job {
  readonly runs: readonly RunConfiguration[];
  readonly elrs: readonly number[];
  readonly title: string;
}

async function prepareJob(): Promise<Job> {
  const runs = await planSweep(NETWORK, ELRS);
  const { model, width, data, batch } = runs[0]!;
  return { runs, elrs: runs.map(({ elr }) => elr), title: `${model} width ${width}, ${data}, batch ${batch}` };
}

/** Progress on stderr, then toy and network side by side and the table of predictions on stdout. */
async function runAsText({ out, alpha }: StartOptions, { runs, elrs, title }: Job): Promise<void> {
  const { printThresholds } = await import('./toy.js');
  const { sweepView } = await import('../../tui/sweep-view.js');
  const { sideBySideText } = await import('../../tui/plain.js');
  log(`${title}: ${runs.length} runs in ${out}`);
  printThresholds({ alpha, tolerance: NETWORK_TOLERANCE });
  const failures = await sweepWithProgress(out, runs);
  const view = sweepView(new SweepReader(out).read(), { alpha, tolerance: NETWORK_TOLERANCE, elrs });
  const first = view.verification.runs.findIndex(({ regime }) => regime === 'chaotic equilibrium');
  printLine();
  printLine(sideBySideText(view, Math.max(0, elrs.indexOf(view.verification.runs[first]?.elr ?? 0))));
  printLine();
  printLine(verificationText(view.verification));
  if (failures.length > 0) process.exitCode = 1;
}

/** The sweep in the background, the application in front. */
async function runAsApp({ out, alpha }: StartOptions, { runs, elrs, title }: Job): Promise<void> {
  const { runSweep } = await import('../../deep/sweep.js');
  const { showApp } = await import('../../tui/app.js');
  const { sweepView } = await import('../../tui/sweep-view.js');
  const reader = new SweepReader(out);
  const abort = new AbortController();
  const begin = performance.now();
  let status = 'starting';
  const sweep = runSweep(out, runs, {
    workers: cores(),
    signal: abort.signal,
    onProgress: ({ steps, totalSteps, runsDone, runs: all }) => {
      const seconds = (performance.now() - begin) / 1000;
      const left = steps > 0 ? `, ${formatDuration((seconds / steps) * (totalSteps - steps))} left` : '';
      status = runsDone === all ? `${all} runs, finished` : `${runsDone} of ${all} runs${left}`;
    },
  }).catch((error: Error) => {
    if (!abort.signal.aborted) status = `failed: ${error.message}`;
    return [];
  });
  const source: AppSource = {
    title,
    status: () => status,
    view: () => sweepView(reader.read(), { alpha, tolerance: NETWORK_TOLERANCE, elrs }),
  };
  const ending = await showApp(source);
  abort.abort();
  const failures = await sweep;
  for (const { elr, reason } of failures) log(`ELR ${elr} failed: ${reason}`);
  log(`runs are in ${out}; regimes verify ${out} prints the table, the same command continues`);
  process.exit(ending === 'interrupted' ? INTERRUPTED : failures.length > 0 ? 1 : 0);
}

async function start(options: StartOptions): Promise<void> {
  const interactive = process.stdin.isTTY && process.stdout.isTTY && !options.once;
  // Read when React and Ink are first imported: the development build of React leaks, and Ink knows no NO_COLOR.
  process.env.NODE_ENV ??= 'production';
  if (process.env.NO_COLOR !== undefined) process.env.FORCE_COLOR = '0';
  const job = await prepareJob();
  await (interactive ? runAsApp(options, job) : runAsText(options, job));
}

/** `regimes` without a command: toy and network side by side, live in a terminal, as text elsewhere. */
export const addStart = (root: Command): Command =>
  root
    // Otherwise an --alpha or --out behind a command would be taken for this one's.
    .enablePositionalOptions()
    .option('--out <dir>', 'where the runs are kept; an unfinished sweep there is continued', DIRECTORY)
    .option('--alpha <list>', 'positive number of each group of the toy', positiveNumbers, [1, 2, 4])
    .option('--once', 'plain text even in a terminal')
    .action(start);
