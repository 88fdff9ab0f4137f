import { type RandomSource, randomSource } from '../../src/numerics/random.js';
import { stepsPerEpoch } from '../../src/run/epoch.js';
import type { Sampling } from '../../src/run/image-settings.js';
import type { Rate } from '../../src/run/rate.js';
import { type GroupSquares, type StepQuantities, sphereQuantities } from '../../src/sphere/quantities.js';
import type { HostTensor } from '../../src/system/safetensors.js';
import type { DataSet } from '../data/image-set.js';
import type { Engine, EngineTensor } from '../engine/engine.js';
import { initialTensors, type Model, namesWithRole } from '../models/model.js';
import { downloadTensors, uploadTensors } from '../models/network.js';
import { learningRates, type RateOptions, sphereRadii, startingPoint } from '../step/rates.js';
import { type StepOptions, startingState } from '../step/step.js';
import { LEARNING_RATE, RADIUS } from '../step/update/compose.js';
import { type BatchDrawing, drawBatches, type Order } from './batches.js';
import { batchSteps, epochSteps, type Numbers } from './stepper.js';
import { startWalk } from './walk.js';

/** Independent random streams of one seed. */
export const STREAMS = { initialisation: 0, shuffling: 1, randomPoints: 2 } as const;

export interface TrainingStep extends StepQuantities {
  readonly accuracy: number;
}

/** Where a run is: everything that its next steps depend on and that its options do not say. */
export interface TrainingState {
  /** Steps taken. */
  readonly step: number;
  /** The model's tensors and what steps remember, by name. */
  readonly tensors: ReadonlyMap<string, HostTensor>;
}

export interface TrainingOptions extends RateOptions, StepOptions {
  readonly rate: Rate;
  readonly batch: number;
  readonly seed: number;
  readonly order?: Order;
  /** Default: `without`, epoch by epoch. */
  readonly sampling?: Sampling;
  /** One step a pass over the images, along the mean of the gradients of all batches. */
  readonly fullBatch?: boolean;
  /** Starting content of every tensor; default: PyTorch's initialisation from the seed. */
  readonly initial?: ReadonlyMap<string, Float32Array>;
  /** Goes on from there; the other options are those of the run that was there. */
  readonly resume?: TrainingState;
}

/** A network in training. */
export interface Training {
  readonly model: Model;
  /** The starting point, as drawn or given. */
  readonly initial: ReadonlyMap<string, Float32Array>;
  /** One step: quantities before the update. */
  step(): Promise<TrainingStep>;
  /** All tensors of the network as they are now. */
  weights(): Promise<Map<string, HostTensor>>;
  /** What it takes to go on from here. */
  state(): Promise<TrainingState>;
  /** Frees the memory of the engine. */
  dispose(): Promise<void>;
}

/** The angle that K1 predicts, measured from the distance between the two points on the sphere. */
const angleFromChord = (squaredChord: number, radius: number): number =>
  2 * Math.asin(Math.min(1, Math.sqrt(squaredChord) / (2 * radius)));

/** What of a step is recorded, besides what every step has. */
interface Recorded {
  readonly names: readonly string[];
  /** Of the joint sphere; undefined where parameters leave it. */
  readonly radius: number | undefined;
  /** Whether the length of the step is recorded: where no sphere gives its angle and the gradient does not say it. */
  readonly chord: boolean;
}

/** What is recorded of a step. */
function toTrainingStep(step: number, { names, radius, chord }: Recorded, learningRate: number, read: Numbers) {
  const groups = names.map(
    (name, i): GroupSquares => ({
      name,
      squaredNorm: read.squaredNorms![i]!,
      squaredGradient: read.squaredGradients![i]!,
      inner: read.inners![i]!,
    }),
  );
  const angle = radius === undefined ? {} : { angle: angleFromChord(read.squaredChord![0]!, radius) };
  const [loss, accuracy] = [read.loss![0]!, read.accuracy![0]!];
  const quantities = sphereQuantities(groups, learningRate);
  const length = chord ? { chord: Math.sqrt(read.squaredChord![0]!) / quantities.norm } : {};
  return { step, loss, accuracy, ...quantities, ...angle, ...length } satisfies TrainingStep;
}

/** Batches of a run from its step `taken` on, each step taking `perStep` of them. */
function batchesFrom(taken: number, perStep: number, drawing: BatchDrawing, random: RandomSource): () => Int32Array {
  const indices = drawBatches(drawing, random);
  const next = (): Int32Array => indices.next().value as Int32Array;
  // Drawn again rather than kept: what is drawn for a step costs microseconds.
  for (let i = 0; i < taken * perStep; i += 1) next();
  return next;
}

/** Prepares training; nothing is computed before the first step. */
export function startTraining(engine: Engine, model: Model, data: DataSet, options: TrainingOptions): Training {
  const { batch, seed, order = 'shuffled', sampling = 'without', fullBatch = false, projection = 'joint' } = options;
  const { resume } = options;
  const given = options.initial ?? initialTensors(model, randomSource(seed, STREAMS.initialisation));
  const initial = startingPoint(model, given, projection);
  const names = namesWithRole(model, 'sphere');
  const radii = sphereRadii(model, initial);
  const radius = projection === 'none' ? undefined : radii[RADIUS];
  const recorded = { names, radius, chord: radius === undefined && options.momentum !== undefined };
  const stepper = (fullBatch ? epochSteps : batchSteps)(engine, model, data, options);
  let taken = resume?.step ?? 0;
  const shuffling = randomSource(seed, STREAMS.shuffling);
  const { count } = data.train;
  const perStep = fullBatch ? Math.ceil(count / batch) : 1;
  const perEpoch = stepsPerEpoch({ batch, fullBatch }, count);
  const rates = learningRates(model, initial, options.rate, { ...options, perEpoch });
  const next = batchesFrom(taken, perStep, { count, batch, order, sampling }, shuffling);
  const beginning = new Map([...initial, ...startingState(stepper)]);
  const contents = (name: string): Float32Array =>
    (resume?.tensors.get(name)?.data ?? beginning.get(name)!) as Float32Array;
  const remembered = stepper.state.map((spec): [string, EngineTensor] => [
    spec.name,
    engine.upload(spec, contents(spec.name)),
  ]);
  const started = new Map(model.tensors.map(({ name }) => [name, contents(name)]));
  const start = { ...uploadTensors(engine, model, started), ...Object.fromEntries(remembered) };
  const { steps } = options;
  const numbers = (step: number): Readonly<Record<string, number>> => ({ ...radii, ...rates(step) });
  const walk = startWalk({ engine, stepper, start, taken, perEpoch, ...(steps && { steps }), next, numbers });

  const step = async (): Promise<TrainingStep> => {
    const { given: numbersOfStep, read } = await walk.step();
    taken += 1;
    return toTrainingStep(taken - 1, recorded, numbersOfStep[LEARNING_RATE]!, read);
  };

  const weights = async (): Promise<Map<string, HostTensor>> => downloadTensors(model, await walk.tensors());
  const memory = async (): Promise<TrainingState> => {
    const tensors = await weights();
    const state = await walk.tensors();
    for (const { name, shape } of stepper.state) tensors.set(name, { shape, data: await state[name]!.read() });
    return { step: taken, tensors };
  };
  const dispose = async (): Promise<void> => {
    walk.dispose();
    await stepper.dispose();
  };
  return { model, initial, step, weights, state: memory, dispose };
}
