import { readFileSync } from 'node:fs';
import { packageVersion } from '../src/package.js';
import { randomSource } from '../src/random.js';
import { MANIFEST_FORMAT, type Manifest, type RunConfiguration, type RunOutcome } from '../src/run/manifest.js';
import { RunWriter, readManifest } from '../src/run/run-directory.js';
import { decodeSafetensors } from '../src/run/safetensors.js';
import { UsageError } from '../src/usage-error.js';
import { checksum, type DataSet } from './data/image-set.js';
import { openData } from './data/open.js';
import type { Engine } from './engine/engine.js';
import type { EngineName } from './engine/names.js';
import { openEngine } from './engine/open.js';
import { evaluateOnTest } from './evaluate.js';
import { initialTensors, type Model, namesWithRole } from './models/model.js';
import { MODELS, type ModelName } from './models/names.js';
import { createModel, tensorsFromCheckpoint } from './network.js';
import { randomPointLoss } from './random-points.js';
import { STREAMS, startTraining, type TrainingStep } from './train.js';

/** Everything a run needs, checked before anything is written. */
export interface PreparedRun {
  readonly configuration: RunConfiguration;
  readonly data: DataSet;
  readonly model: Model;
  readonly initial: ReadonlyMap<string, Float32Array>;
}

function readCheckpoint(model: Model, path: string): Map<string, Float32Array> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new UsageError(`${path} cannot be read; --init wants a safetensors file`);
  }
  try {
    return tensorsFromCheckpoint(model, decodeSafetensors(bytes, new Set(model.tensors.map(({ name }) => name))), path);
  } catch (error) {
    throw new UsageError(error instanceof UsageError ? error.message : `${path}: ${(error as Error).message}`);
  }
}

/** Initial tensors of a seed; the last layer may be that of another. */
function drawTensors(model: Model, seed: number, lastLayerSeed: number | null): Map<string, Float32Array> {
  const drawn = initialTensors(model, randomSource(seed, STREAMS.initialisation));
  if (lastLayerSeed === null) return drawn;
  const others = initialTensors(model, randomSource(lastLayerSeed, STREAMS.initialisation));
  return new Map([...drawn, ...model.lastLayer.map((name): [string, Float32Array] => [name, others.get(name)!])]);
}

/** Throws where the settings ask for what the model or the start does not have. */
function refuseMisfits({ init, model: name, training }: RunConfiguration, model: Model): void {
  if (training.freeLr !== null && namesWithRole(model, 'free').length === 0) {
    const allowed = MODELS.filter((each) => each.endsWith('-affine')).join(', ');
    throw new UsageError(`every trained parameter of ${name} is scale-invariant; --free-lr is for ${allowed}`);
  }
  if (training.lastLayerSeed !== null && init !== null) {
    throw new UsageError('--last-layer-seed and --init exclude each other: the checkpoint has a last layer');
  }
}

/** Opens data, model and checkpoint of a configuration. Throws a UsageError where one of them does not fit. */
export function prepareRun(configuration: RunConfiguration): PreparedRun {
  const { trainImages, corrupt, augment, batch, seed, init, training } = configuration;
  const { lastLayerSeed } = training;
  const data = openData(configuration.data, {
    ...(trainImages === null ? {} : { trainImages }),
    ...(corrupt === undefined ? {} : { corrupt }),
    ...(augment === undefined ? {} : { augment }),
    seed,
  });
  if (batch > data.train.count) {
    throw new UsageError(`--batch ${batch} is more than the data set's ${data.train.count} training images`);
  }
  const model = createModel({ model: configuration.model as ModelName, width: configuration.width }, data);
  refuseMisfits(configuration, model);
  const initial = init === null ? drawTensors(model, seed, lastLayerSeed) : readCheckpoint(model, init);
  return { configuration, data, model, initial };
}

export const openRunEngine = ({ engine, threads }: RunConfiguration): Promise<Engine> =>
  openEngine(engine as EngineName, threads === null ? {} : { threads });

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
    },
    groups: namesWithRole(model, 'sphere'),
    randomLoss: await randomPointLoss(engine, model, data, initial, random, { batch, loss: training.loss }),
    created: new Date().toISOString(),
    outcome: null,
    failure: null,
  };
}

const hasFiniteLoss = ({ loss, egn }: TrainingStep): boolean => Number.isFinite(loss) && Number.isFinite(egn);

/** The steps of a run, one after another, until its number of steps or the first that is not finite, which throws. */
export async function* runSteps(run: PreparedRun, engine: Engine, training = trainingOf(run, engine)) {
  for (let i = 0; i < run.configuration.steps; i += 1) {
    const step = await training.step();
    yield step;
    if (!hasFiniteLoss(step)) throw new Error(`loss or gradient is not finite at step ${step.step}`);
  }
}

/** Settings as training takes them; what does nothing is left out of the step. */
function stepOptions({ elr, training }: RunConfiguration, model: Model) {
  const { lr, projection, weightDecay, momentum, freeLr, loss, fullBatch, schedule } = training;
  return {
    ...(elr === null ? { lr: lr! } : { elr }),
    projection,
    loss,
    fullBatch,
    schedule,
    free: namesWithRole(model, 'free').length > 0 && freeLr !== 0,
    ...(freeLr === null ? {} : { freeLr }),
    ...(weightDecay === 0 ? {} : { weightDecay }),
    ...(momentum === 0 ? {} : { momentum }),
  };
}

function trainingOf({ configuration, data, model, initial }: PreparedRun, engine: Engine) {
  const { batch, seed, order, steps } = configuration;
  const options = { batch, seed, order, steps, initial, ...stepOptions(configuration, model) };
  return startTraining(engine, model, data, options);
}

/** Trains a run and keeps it in `directory`; `onStep` hears every step. Throws where training fails; the record stays. */
export async function recordRun(
  run: PreparedRun,
  directory: string,
  onStep: (step: TrainingStep) => void,
): Promise<RunOutcome> {
  if (readManifest(directory)?.status === 'finished') {
    throw new UsageError(`${directory} holds a finished run; choose another --out or remove it`);
  }
  const engine = await openRunEngine(run.configuration);
  const writer = RunWriter.create(directory, await createManifest(run, engine));
  try {
    const training = trainingOf(run, engine);
    const begin = performance.now();
    for await (const step of runSteps(run, engine, training)) {
      writer.append(step);
      onStep(step);
    }
    const seconds = (performance.now() - begin) / 1000;
    const weights = await training.weights();
    const outcome = {
      seconds,
      test: await evaluateOnTest(engine, run.model, run.data, weights, run.configuration.training.loss),
    };
    writer.finish(weights, outcome);
    await training.dispose();
    return outcome;
  } catch (error) {
    writer.fail((error as Error).message);
    throw error;
  }
}
