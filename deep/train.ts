import { randomSource } from '../src/random.js';
import type { HostTensor } from '../src/run/safetensors.js';
import { type GroupSquares, type StepQuantities, sphereQuantities } from '../src/sphere.js';
import { BatchFeeder, disposeAll } from './batch-feeder.js';
import { batches, type Order } from './batches.js';
import type { DataSet } from './data/image-set.js';
import type { Engine, EngineTensor, HostData, NamedEngineTensors } from './engine/engine.js';
import { initialTensors, type Model, namesWithRole } from './models/model.js';
import { batchShape, downloadTensors, jointNorm, uploadTensors } from './network.js';
import { ProgramCache } from './program-cache.js';
import { sphereStep, stepInputs } from './step.js';
import { LEARNING_RATE, RADIUS } from './update/compose.js';
import { scalarSpec } from './update/transform.js';

/** Independent random streams of one seed. */
export const STREAMS = { initialisation: 0, shuffling: 1, randomPoints: 2 } as const;

export interface TrainingStep extends StepQuantities {
  readonly accuracy: number;
  readonly angle: number;
}

export interface TrainingOptions {
  /** Effective learning rate, constant. */
  readonly elr: number;
  readonly batch: number;
  readonly seed: number;
  readonly order?: Order;
  /** Starting content of every tensor; default: PyTorch's initialisation from the seed. */
  readonly initial?: ReadonlyMap<string, Float32Array>;
}

/** A network in training on the joint sphere with a fixed ELR. */
export interface Training {
  readonly model: Model;
  /** The starting point, as drawn or given. */
  readonly initial: ReadonlyMap<string, Float32Array>;
  /** One step: quantities before the update. */
  step(): Promise<TrainingStep>;
  weights(): Promise<Map<string, HostTensor>>;
  dispose(): Promise<void>;
}

type Numbers = Readonly<Record<string, HostData>>;

/** The angle that K1 predicts, measured from the distance between the two points on the sphere. */
const angleFromChord = (squaredChord: number, radius: number): number =>
  2 * Math.asin(Math.min(1, Math.sqrt(squaredChord) / (2 * radius)));

function toTrainingStep(step: number, names: readonly string[], learningRate: number, radius: number, read: Numbers) {
  const groups = names.map(
    (name, i): GroupSquares => ({
      name,
      squaredNorm: read.squaredNorms![i]!,
      squaredGradient: read.squaredGradients![i]!,
      inner: read.inners![i]!,
    }),
  );
  const angle = angleFromChord(read.squaredChord![0]!, radius);
  const [loss, accuracy] = [read.loss![0]!, read.accuracy![0]!];
  return { step, loss, accuracy, ...sphereQuantities(groups, learningRate), angle } satisfies TrainingStep;
}

const READ_EVERY_STEP = ['loss', 'accuracy', 'squaredNorms', 'squaredGradients', 'inners', 'squaredChord'] as const;

async function readNumbers(outputs: NamedEngineTensors): Promise<Numbers> {
  const read: Record<string, HostData> = {};
  for (const name of READ_EVERY_STEP) {
    read[name] = await outputs[name]!.read();
    outputs[name]!.dispose();
  }
  return read;
}

/** The state after a step; what the step did not touch stays as it is. */
function nextState(state: NamedEngineTensors, outputs: NamedEngineTensors): NamedEngineTensors {
  const next: Record<string, EngineTensor> = { ...state };
  for (const [name, tensor] of Object.entries(state)) {
    const updated = outputs[name];
    if (updated === undefined) continue;
    tensor.dispose();
    next[name] = updated;
  }
  return next;
}

/** Prepares training; nothing is computed before the first step. */
export function startTraining(engine: Engine, model: Model, data: DataSet, options: TrainingOptions): Training {
  const { elr, batch, seed, order = 'shuffled' } = options;
  const initial = options.initial ?? initialTensors(model, randomSource(seed, STREAMS.initialisation));
  const names = namesWithRole(model, 'sphere');
  const radius = jointNorm(model, initial);
  const learningRate = elr * radius * radius;
  const programs = new ProgramCache(engine, sphereStep(model), (count) => stepInputs(model, batchShape(data, count)));
  const feeder = new BatchFeeder(engine, data.train, data);
  const places = batches(data.train.count, batch, order, randomSource(seed, STREAMS.shuffling));
  const scalars = {
    [LEARNING_RATE]: engine.upload(scalarSpec(LEARNING_RATE), Float32Array.of(learningRate)),
    [RADIUS]: engine.upload(scalarSpec(RADIUS), Float32Array.of(radius)),
  };
  let state: NamedEngineTensors = uploadTensors(engine, model, initial);
  const stepsPerEpoch = Math.ceil(data.train.count / batch);
  let taken = 0;

  const step = async (): Promise<TrainingStep> => {
    const chosen = places.next().value as Int32Array;
    const program = await programs.forBatch(chosen.length);
    const inputs = feeder.upload(chosen, Math.floor(taken / stepsPerEpoch));
    const outputs = await program.run({ ...state, ...inputs, ...scalars });
    const read = await readNumbers(outputs);
    disposeAll(inputs);
    state = nextState(state, outputs);
    taken += 1;
    return toTrainingStep(taken - 1, names, learningRate, radius, read);
  };

  const dispose = async (): Promise<void> => {
    disposeAll(state, scalars);
    await programs.dispose();
  };

  return { model, initial, step, weights: () => downloadTensors(model, state), dispose };
}
