import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { randomSource } from '../../src/numerics/random.js';
import { hasCheckpoint, latestCheckpoint, removeCheckpoints } from '../../src/run/checkpoint.js';
import { MANIFEST_FORMAT, type Manifest, type RunOutcome } from '../../src/run/manifest.js';
import { readManifest } from '../../src/run/run-directory.js';
import { RunWriter } from '../../src/run/run-writer.js';
import { hasFiniteLoss } from '../../src/run/step-line.js';
import { refuseDamaged } from '../../src/run/whole-run.js';
import { makeDirectory } from '../../src/system/atomic.js';
import { lockDirectory } from '../../src/system/lock.js';
import { packageVersion } from '../../src/system/package.js';
import { UnreadableFile } from '../../src/system/reading-error.js';
import { UsageError } from '../../src/system/usage-error.js';
import { checksum } from '../data/image-set.js';
import type { Engine } from '../engine/engine.js';
import { randomPointLoss } from '../evaluate/random-points.js';
import { evaluateOnTest } from '../evaluate/test-set.js';
import { invariantGroups, type Model, namesWithRole } from '../models/model.js';
import { momentOf } from '../observe/observer.js';
import { observersOf } from '../observe/observers.js';
import { STREAMS, type Training, type TrainingState, type TrainingStep } from '../training/train.js';
import { Checkpointer } from './checkpointer.js';
import { checkpointAtEnd, isLonger } from './lengthen.js';
import { openRunEngine, type PreparedRun, runSteps, trainingOf } from './prepare.js';

/** Callbacks of a run, and whether it continues one on disk. */
export interface RecordOptions {
  /** Called after every step. */
  readonly onStep?: (step: TrainingStep) => void;
  /** Called with each line of information for the user. */
  readonly onNote?: (line: string) => void;
  /** Continues the same run if the directory holds it unfinished, or finished after fewer steps. */
  readonly resume?: boolean;
  /** Begins a damaged run anew, in place of what is left of it; default: it is refused. */
  readonly redoDamaged?: boolean;
  /** Steps between checkpoints; default: one checkpoint every half minute. */
  readonly checkpointEvery?: number;
  /** Milliseconds to wait for another process to leave the directory; default: none. */
  readonly patience?: number;
  /** The engine that takes the steps and measures between them, made of the run's own; default: that one. */
  readonly stepEngine?: (engine: Engine) => Engine;
  /** Aborting it ends the run after the step that is being taken, with a checkpoint; `resume` goes on from there. */
  readonly signal?: AbortSignal;
}

/** Checksum of the initial parameters. */
const startChecksum = (initial: PreparedRun['initial']): string =>
  [...initial.values()].reduce((hash, values) => hash.update(values), createHash('sha256')).digest('hex');

/** The scale-invariant groups, if they are not simply the single tensors. */
function groupsOf(model: Model): Pick<Manifest, 'invariantGroups'> {
  const groups = invariantGroups(model).map(({ name, tensors }) => ({ name, tensors: [...tensors] }));
  return groups.every(({ tensors }) => tensors.length === 1) ? {} : { invariantGroups: groups };
}

async function createManifest(run: PreparedRun, engine: Engine): Promise<Manifest> {
  const { configuration, data, model, initial } = run;
  const { seed, batch, training } = configuration;
  const random = randomSource(seed, STREAMS.randomPoints);
  return {
    format: MANIFEST_FORMAT,
    version: packageVersion(),
    node: process.version,
    status: 'running',
    configuration,
    data: {
      name: data.name,
      sha256: checksum(data),
      trainImages: data.train.count,
      testImages: data.test.count,
      classes: data.classes,
    },
    start: startChecksum(initial),
    groups: namesWithRole(model, 'sphere'),
    ...groupsOf(model),
    randomLoss: await randomPointLoss(engine, model, data, initial, random, { batch, loss: training.loss }),
    created: new Date().toISOString(),
    outcome: null,
    failure: null,
  };
}

/** Throws one line if a run cannot go on as it began. */
function refuseChanged({ data, initial, configuration }: PreparedRun, manifest: Manifest): void {
  if (checksum(data) !== manifest.data.sha256)
    throw new Error(`the data in ${configuration.data} has changed since the run started`);
  if (manifest.start !== null && startChecksum(initial) !== manifest.start) {
    throw new Error(`${configuration.init ?? 'the initialisation'} has changed since the run started`);
  }
}

/** Whether a run is none that could be gone on with. Throws where its files cannot be read now, and may be whole. */
function isDamaged(directory: string): boolean {
  try {
    const manifest = readManifest(directory);
    if (manifest === undefined) return false;
    if (manifest.status === 'finished') refuseDamaged(directory, manifest);
    else latestCheckpoint(directory, () => {});
    return false;
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    return true;
  }
}

/** What a run is written with, where it is, and the seconds that earlier steps took where they count. */
interface OpenRecord {
  readonly writer: RunWriter;
  readonly state: TrainingState | undefined;
  readonly seconds: number;
}

/** Begins a run in its directory, or goes on with it: what to write with, and where it is. */
async function openRecord(
  run: PreparedRun,
  directory: string,
  engine: Engine,
  options: RecordOptions,
): Promise<OpenRecord> {
  const { resume = false, redoDamaged = false, onNote = () => {} } = options;
  const isAnew = redoDamaged && isDamaged(directory);
  if (isAnew) {
    onNote(`${directory} is damaged and begins anew`);
    removeCheckpoints(directory);
  }
  const known = isAnew ? undefined : readManifest(directory);
  if (known?.status === 'finished') {
    refuseDamaged(directory, known);
    if (resume && isLonger(known.configuration, run.configuration)) return lengthenRecord(run, directory, known);
    throw new UsageError(`${directory} holds a finished run; choose another --out or remove it`);
  }
  if (known === undefined || !resume || !isDeepStrictEqual(known.configuration, run.configuration)) {
    if (hasCheckpoint(directory)) {
      throw new UsageError(`${directory} holds an unfinished run; --resume continues it, or remove it`);
    }
    return { writer: RunWriter.create(directory, await createManifest(run, engine)), state: undefined, seconds: 0 };
  }
  refuseChanged(run, known);
  const checkpoint = latestCheckpoint(directory, onNote);
  const writer = RunWriter.resume(directory, known, checkpoint);
  return { writer, state: checkpoint satisfies TrainingState | undefined, seconds: 0 };
}

/** Goes on with a finished run as a longer one; the seconds that it took so far count. */
function lengthenRecord(run: PreparedRun, directory: string, known: Manifest): OpenRecord {
  refuseChanged(run, known);
  const state = checkpointAtEnd(directory, known, run.model);
  const { files: _, ...manifest } = known;
  const longer = { ...manifest, configuration: run.configuration, outcome: null };
  return { writer: RunWriter.resume(directory, longer, state), state, seconds: known.outcome?.seconds ?? 0 };
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

/** Trains a run and keeps it in `directory`. Throws if training fails, and the signal's reason where it is aborted; the record stays. */
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
