import { randomSource } from '../../src/numerics/random.js';
import type { RunConfiguration } from '../../src/run/manifest.js';
import { hasFiniteLoss } from '../../src/run/step-line.js';
import { defined } from '../../src/system/defined.js';
import { UsageError } from '../../src/system/usage-error.js';
import type { DataSet } from '../data/image-set.js';
import { notesOnNamed } from '../data/notes.js';
import { openData } from '../data/open.js';
import type { Engine } from '../engine/engine.js';
import type { EngineName } from '../engine/names.js';
import { openEngine } from '../engine/open.js';
import { initialTensors, type Model, namesWithRole } from '../models/model.js';
import { MODELS, type ModelName } from '../models/names.js';
import { createModel, jointNorm } from '../models/network.js';
import { refuseLargeNetwork } from '../models/network-memory.js';
import { STREAMS, startTraining, type Training, type TrainingState } from '../training/train.js';
import { readCheckpoint } from './read-checkpoint.js';

/** Everything a run needs, checked before anything is written. */
export interface PreparedRun {
  readonly configuration: RunConfiguration;
  readonly data: DataSet;
  readonly model: Model;
  readonly initial: ReadonlyMap<string, Float32Array>;
}

/** Initial tensors of a seed; the last layer may be that of another. */
function drawTensors(model: Model, seed: number, lastLayerSeed: number | null): Map<string, Float32Array> {
  const drawn = initialTensors(model, randomSource(seed, STREAMS.initialisation));
  if (lastLayerSeed === null) return drawn;
  const others = initialTensors(model, randomSource(lastLayerSeed, STREAMS.initialisation));
  return new Map([...drawn, ...model.lastLayer.map((name): [string, Float32Array] => [name, others.get(name)!])]);
}

/** Throws if the settings ask for what the model or the start does not have. */
function refuseMisfits({ init, model: name, training }: RunConfiguration, model: Model): void {
  if (training.freeLr !== null && namesWithRole(model, 'free').length === 0) {
    const allowed = MODELS.filter((each) => each.endsWith('-affine')).join(', ');
    throw new UsageError(
      `every trained parameter of ${name} is scale-invariant; --free-lr ${training.freeLr} is for ${allowed} and --last-layer trained`,
    );
  }
  if (training.projection === 'filter' && model.wholeKernels) {
    throw new UsageError(
      `--projection filter: the filters of this ${name} are not scale-invariant one by one; allowed: joint, group, none`,
    );
  }
  if (training.lastLayerSeed !== null && init !== null) {
    throw new UsageError('--last-layer-seed and --init exclude each other: the checkpoint has a last layer');
  }
}

/** Throws a UsageError if the first step would be nothing or beyond all numbers in single precision. */
function refuseRate({ rate }: RunConfiguration, model: Model, initial: ReadonlyMap<string, Float32Array>): void {
  const learningRate = rate.kind === 'lr' ? rate.value : rate.value * jointNorm(model, initial) ** 2;
  const single = Math.fround(learningRate);
  if (single > 0 && Number.isFinite(single)) return;
  throw new UsageError(
    `--${rate.kind} ${rate.value} makes a learning rate of ${learningRate.toPrecision(3)}; allowed: one that 32-bit numbers hold, ` +
      'from 1e-45 to 3e38',
  );
}

/** Data and model of a configuration. Throws a UsageError if one of them does not fit. */
export function openSubject(
  configuration: RunConfiguration,
  open: typeof openData = openData,
): Pick<PreparedRun, 'data' | 'model'> {
  const { model: name, width, depth, norm, groups, lastLayer } = configuration;
  const { balanced, validation, shuffledLabels, corrupt, noiseSeed, labels, augment, normalisation, seed } =
    configuration;
  const trainImages = configuration.trainImages ?? undefined;
  const images = { trainImages, balanced, validation, shuffledLabels, corrupt, noiseSeed, labels, augment };
  const data = open(configuration.data, defined({ ...images, normalisation, seed }));
  const model = createModel(
    { model: name as ModelName, width, depth, norm, groups, lastLayer, initScale: configuration.training.initScale },
    data,
  );
  return { data, model };
}

/** How data is opened, and the callback for information about the start. */
export interface PrepareOptions {
  /** Opens the data set; default: `openData`. */
  readonly open?: typeof openData;
  /**
   * Called with each line of information for the user: numbers of a checkpoint that were converted, a layer that was rescaled, data that
   * are not what one expects.
   */
  readonly onNote?: (line: string) => void;
}

/** Opens data, model and checkpoint of a configuration. Throws a UsageError if one of them does not fit. */
export function prepareRun(configuration: RunConfiguration, { open, onNote }: PrepareOptions = {}): PreparedRun {
  const { batch, seed, init, training } = configuration;
  const { data, model } = openSubject(configuration, open);
  if (batch > data.train.count) {
    throw new UsageError(`--batch ${batch} is more than the data set's ${data.train.count} training images`);
  }
  refuseMisfits(configuration, model);
  refuseLargeNetwork(configuration, data.train, model);
  const drawn = () => drawTensors(model, seed, training.lastLayerSeed);
  const given = (path: string) => readCheckpoint(model, path, { wanted: '--init wants', ...(onNote && { onNote }) });
  const initial = init === null ? drawn() : given(init);
  refuseRate(configuration, model, initial);
  // Of the first few images nobody expects every class.
  if (onNote && configuration.trainImages === null) notesOnNamed(configuration.data, data.train).forEach(onNote);
  return { configuration, data, model, initial };
}

/** Opens the engine that a configuration names, with its threads. */
export const openRunEngine = ({ engine, threads }: RunConfiguration): Promise<Engine> =>
  openEngine(engine as EngineName, threads === null ? {} : { threads });

/** The steps of a run, one after another and after those already taken, until its number of steps or the first that is not finite, which throws. */
export async function* runSteps(run: PreparedRun, engine: Engine, training = trainingOf(run, engine), taken = 0) {
  for (let i = taken; i < run.configuration.steps; i += 1) {
    const step = await training.step();
    yield step;
    if (!hasFiniteLoss(step)) throw new Error(`loss or gradient is not finite at step ${step.step}`);
  }
}

/** Settings as training takes them; what does nothing is left out of the step. */
function stepOptions({ rate, training }: RunConfiguration, model: Model) {
  const { projection, weightDecay, momentum, freeLr, loss, fullBatch, schedule } = training;
  return {
    rate,
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

/** Training as a run has it configured, from its start or from where it was. */
export function trainingOf(run: PreparedRun, engine: Engine, resume?: TrainingState): Training {
  const { configuration, data, model, initial } = run;
  const { batch, seed, order, sampling, steps } = configuration;
  const options = { batch, seed, order, steps, initial, ...stepOptions(configuration, model) };
  return startTraining(engine, model, data, { ...options, ...defined({ sampling, resume }) });
}
