import { setTimeout } from 'node:timers/promises';
import { removeCheckpoints } from '../../src/run/checkpoint.js';
import type { RunOutcome } from '../../src/run/manifest.js';
import type { RunWriter } from '../../src/run/run-writer.js';
import { hasFiniteLoss } from '../../src/run/step-line.js';
import { makeDirectory } from '../../src/system/atomic.js';
import { lockDirectory } from '../../src/system/lock.js';
import { UsageError } from '../../src/system/usage-error.js';
import type { Engine } from '../engine/engine.js';
import { momentOf } from '../observe/observer.js';
import { evaluateOnTest } from '../observe/test-set.js';
import type { Training, TrainingState, TrainingStep } from '../training/train.js';
import { Checkpointer } from './checkpointer.js';
import { observersOf } from './observers.js';
import { type OpenRecordOptions, openRecord } from './open-record.js';
import { openRunEngine, type PreparedRun, runSteps, trainingOf } from './prepare.js';

/** Callbacks of a run, and whether it continues one on disk. */
export interface RecordOptions extends OpenRecordOptions {
  /** Called after every step. */
  readonly onStep?: (step: TrainingStep) => void;
  /** Steps between checkpoints; default: one checkpoint every half minute. */
  readonly checkpointEvery?: number;
  /** Milliseconds to wait for another process to leave the directory; default: none. */
  readonly patience?: number;
  /** The engine that takes the steps and measures between them, made of the run's own; default: that one. */
  readonly stepEngine?: (engine: Engine) => Engine;
  /** Aborting it ends the run after the step that is being taken, with a checkpoint; `resume` goes on from there. */
  readonly signal?: AbortSignal;
}

interface Recording {
  readonly run: PreparedRun;
  readonly directory: string;
  readonly engine: Engine;
  readonly training: Training;
  readonly writer: RunWriter;
  /** Seconds before these steps. */
  readonly before: number;
}

/** Takes the steps that are left, each recorded and observed, with checkpoints; then evaluates. */
async function takeSteps(recording: Recording, from: TrainingState | undefined, options: RecordOptions) {
  const { run, engine, training, writer, before } = recording;
  const observers = observersOf(recording, from);
  const checkpointer = new Checkpointer(recording, observers, options.checkpointEvery);
  const begin = performance.now();
  try {
    if (from === undefined) await observers.after(momentOf(training, 0));
    for await (const step of runSteps(run, engine, training, from?.step)) {
      writer.append(step);
      options.onStep?.(step);
      if (!hasFiniteLoss(step)) continue;
      await observers.after(momentOf(training, step.step + 1));
      // After the last step nothing is gained by stopping.
      if (options.signal?.aborted && step.step + 1 < run.configuration.steps) {
        await checkpointer.write();
        options.signal.throwIfAborted();
      }
      await checkpointer.after(step.step + 1);
    }
    await observers.end();
  } finally {
    await observers.dispose();
  }
  const seconds = before + (performance.now() - begin) / 1000;
  const weights = await training.weights();
  const { model, data, configuration } = run;
  const outcome = { seconds, test: await evaluateOnTest(engine, model, data, weights, configuration.training.loss) };
  writer.finish(weights, outcome);
  return outcome;
}

/** Takes the lock of a directory, which another process may be about to leave. */
async function lockPatiently(directory: string, patience: number): Promise<() => void> {
  makeDirectory(directory);
  for (const deadline = performance.now() + patience; ; await setTimeout(50)) {
    try {
      return lockDirectory(directory);
    } catch (error) {
      if (!(error instanceof UsageError) || performance.now() >= deadline) throw error;
    }
  }
}

/**
 * Trains a run and keeps it in `directory`; what came out (`RunOutcome`). Throws a UsageError if there is a run already and `resume` is not
 * given, if training fails (what was recorded stays), and the signal's reason where it is aborted.
 *
 * @example
 * const configuration = await describeRun({ rate: elrRate(1e-2), width: 2, trainImages: 160, batch: 16, steps: 50 });
 * const { seconds, test } = await recordRun(prepareRun(configuration), 'runs/one', {
 *   onStep: ({ step, loss }) => step % 10 === 0 && process.stderr.write(`step ${step}: loss ${loss}\n`),
 * });
 * console.log(seconds > 0 && test.accuracy >= 0); // true
 */
export async function recordRun(run: PreparedRun, directory: string, options: RecordOptions = {}): Promise<RunOutcome> {
  const engine = await openRunEngine(run.configuration);
  const release = await lockPatiently(directory, options.patience ?? 0);
  try {
    const { writer, state, seconds } = await openRecord(run, directory, engine, options);
    const stepEngine = options.stepEngine?.(engine) ?? engine;
    const training = trainingOf(run, stepEngine, state);
    let outcome: RunOutcome;
    try {
      const recording = { run, directory, engine: stepEngine, training, writer, before: seconds };
      outcome = await takeSteps(recording, state, options);
    } catch (error) {
      if (options.signal?.aborted && error === options.signal.reason) writer.suspend();
      else writer.fail((error as Error).message);
      throw error;
    } finally {
      await training.dispose();
    }
    // The run is finished by now, even if these cannot be removed.
    removeCheckpoints(directory);
    return outcome;
  } finally {
    release();
  }
}
