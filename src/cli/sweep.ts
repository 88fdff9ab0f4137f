import { Command } from 'commander';
import type { SweepFailure } from '../../deep/sweep.js';
import { stepsPerEpoch } from '../run/epoch.js';
import type { ElrConfiguration } from '../run/manifest.js';
import { formatNumber, log, printJson } from '../text/output.js';
import { UsageError } from '../usage-error.js';
import { count, valuesOrRange } from './arguments.js';
import { Progress } from './progress.js';
import {
  checkpointSteps,
  chosenEngine,
  cores,
  type RunOptions,
  runConfiguration,
  withRunOptions,
} from './run-options.js';

interface SweepOptions extends RunOptions {
  readonly elr: readonly number[];
  readonly out: string;
  readonly workers?: number;
  readonly json?: true;
}

/** Exit code of a program ended by Ctrl-C. */
export const INTERRUPTED = 130;

interface SweepPlan {
  readonly runs: readonly ElrConfiguration[];
  readonly stepsPerEpoch: number;
}

/** Runs of a sweep, checked: data, model and checkpoint fit. Each run has one thread: the cores are shared by runs. */
export async function planSweep(options: RunOptions, elrs: readonly number[], workers = cores()): Promise<SweepPlan> {
  if (options.steps !== undefined && options.epochs !== undefined) {
    throw new UsageError('--steps and --epochs exclude each other; give one');
  }
  const { countTestImages, countTrainImages } = await import('../../deep/data/open.js');
  const { prepareRun } = await import('../../deep/run.js');
  const { trainImages, data } = options;
  const trainCount = countTrainImages(data, trainImages);
  const distinct = [...new Set(elrs)].sort((a, b) => a - b);
  const threads = 1;
  const engine = await chosenEngine(options, { threads, sideBySide: Math.min(workers, distinct.length) });
  const resolved = { trainCount, testCount: countTestImages(data), threads, engine };
  const runs = distinct.map((elr) => runConfiguration(options, { elr }, resolved));
  prepareRun(runs[0]!);
  return { runs, stepsPerEpoch: stepsPerEpoch(options, trainCount) };
}

/** Runs a sweep with progress on stderr; Ctrl-C ends it with exit code 130, finished runs kept. */
export async function sweepWithProgress(
  directory: string,
  runs: readonly ElrConfiguration[],
  { workers = cores(), ...checkpoints }: { readonly workers?: number; readonly checkpointEvery?: number } = {},
): Promise<readonly SweepFailure[]> {
  const { runSweep } = await import('../../deep/sweep.js');
  const progress = new Progress();
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const failures = await runSweep(directory, runs, {
      workers,
      ...checkpoints,
      signal: abort.signal,
      onProgress: ({ steps, totalSteps, runsDone, runs: all }) =>
        progress.update(steps, totalSteps, `${runsDone} of ${all} runs`),
    });
    progress.end();
    for (const { elr, reason } of failures) log(`ELR ${formatNumber(elr)} failed: ${reason}`);
    return failures;
  } catch (error) {
    progress.end();
    if (!abort.signal.aborted) throw error;
    log(`interrupted; finished runs are in ${directory}, the same command continues`);
    process.exit(INTERRUPTED);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

async function sweep(options: SweepOptions): Promise<void> {
  const { workers } = options;
  const { runs, stepsPerEpoch: epoch } = await planSweep(options, options.elr, workers);
  const processes = {
    ...(workers === undefined ? {} : { workers }),
    ...checkpointSteps(options.checkpointEvery, epoch),
  };
  const failures = await sweepWithProgress(options.out, runs, processes);
  if (options.json) printJson({ directory: options.out, runs: runs.length, failed: failures });
  else log(`${runs.length - failures.length} of ${runs.length} runs are finished; regimes verify ${options.out}`);
  if (failures.length > 0) process.exitCode = 1;
}

/** `regimes sweep`: the same training at many ELRs. */
export const sweepCommand = (): Command =>
  withRunOptions(new Command('sweep').description('Train a network at many fixed ELRs, one process a run.'))
    .requiredOption('--elr <list>', 'FROM:TO:COUNT, logarithmic, or numbers separated by commas', valuesOrRange)
    .requiredOption('--out <dir>', 'where the runs are kept; an unfinished sweep there is continued')
    .option('--workers <count>', 'runs side by side (default: all cores)', count)
    .option('--json', 'print JSON only')
    .action(sweep);
