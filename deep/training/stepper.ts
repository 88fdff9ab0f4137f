import type { DataSet } from '../data/image-set.js';
import {
  type Engine,
  type EngineTensor,
  type HostData,
  type NamedEngineTensors,
  type Program,
  sizeOf,
  type TensorSpec,
} from '../engine/engine.js';
import { ProgramCache } from '../engine/program-cache.js';
import type { Model } from '../models/model.js';
import { type AccumulatedStep, accumulatedStep, PART } from '../step/accumulated-step.js';
import { batchShape, IMAGES, LABELS } from '../step/batch.js';
import { type StepOptions, trainingStep } from '../step/step.js';
import { scalarSpec } from '../step/update/transform.js';
import { BatchFeeder, disposeAll } from './batch-feeder.js';

export type Numbers = Readonly<Record<string, HostData | Float64Array>>;

/** What a step leaves: the tensors that changed, and the numbers that are recorded. */
export interface TakenStep {
  readonly changed: NamedEngineTensors;
  readonly read: Numbers;
}

/** A step that is to be taken: its batch, images as of an epoch, and the numbers that it wants. */
export interface PlannedStep {
  readonly indices: Int32Array;
  readonly epoch: number;
  readonly scalars: NamedEngineTensors;
}

/** Steps whose batches are equally large, in one call. */
export interface SeveralSteps {
  /** Steps of a call, at most. */
  readonly most: number;
  /** What has changed after the last one, and the numbers of each. Inputs are left alone. */
  take(
    inputs: NamedEngineTensors,
    steps: readonly PlannedStep[],
  ): Promise<{ changed: NamedEngineTensors; read: Numbers[] }>;
}

/** Takes training steps on an engine; the tensors of the model and what steps remember belong to the caller. */
export interface Stepper {
  /** Numbers that each step wants. */
  readonly scalars: readonly TensorSpec[];
  /** What a step remembers besides the model's tensors. */
  readonly state: readonly TensorSpec[];
  /** One step; `next` gives the indices of each batch, images are as `epoch` has them. Inputs are left alone. */
  step(inputs: NamedEngineTensors, next: () => Int32Array, epoch: number): Promise<TakenStep>;
  /** Where the engine takes several steps in one call. */
  readonly several?: SeveralSteps;
  dispose(): Promise<void>;
}

const QUALITY = ['loss', 'accuracy'];
const MEASURED = ['squaredNorms', 'squaredGradients', 'inners', 'squaredChord'];

/** Splits what a program returned into numbers to read, which are read and disposed, and tensors that stay. */
async function split(outputs: NamedEngineTensors, numbers: readonly string[]): Promise<TakenStep> {
  const read: Record<string, HostData> = {};
  const changed: Record<string, EngineTensor> = { ...outputs };
  for (const name of numbers) {
    read[name] = await outputs[name]!.read();
    outputs[name]!.dispose();
    delete changed[name];
  }
  return { changed, read };
}

/** Each step along the gradient of one batch. */
export function batchSteps(engine: Engine, model: Model, data: DataSet, options: StepOptions): Stepper {
  const { fn, scalars, state, inputs } = trainingStep(model, options);
  const programs = new ProgramCache(engine, fn, (count) => inputs(batchShape(data, count)));
  const feeder = new BatchFeeder(engine, data.train, data);
  const several = severalSteps(engine, model, data, options);
  return {
    scalars,
    state,
    async step(given, next, epoch) {
      const indices = next();
      const program = await programs.forBatch(indices.length);
      const batch = feeder.upload(indices, epoch);
      const taken = await split(await program.run({ ...given, ...batch }), [...QUALITY, ...MEASURED]);
      disposeAll(batch);
      return taken;
    },
    ...(several && { several }),
    async dispose() {
      await programs.dispose();
      await several?.dispose();
    },
  };
}

/** Steps in one call, where the engine has a way to do so. */
function severalSteps(engine: Engine, model: Model, data: DataSet, options: StepOptions) {
  const { repetition } = engine;
  if (repetition === undefined) return undefined;
  const { fn, scalars, inputs } = trainingStep(model, options);
  const each = [IMAGES, LABELS, ...scalars.map(({ name }) => name)];
  const compiler = { compile: (of: typeof fn, specs: readonly TensorSpec[]) => repetition.compile(of, specs, each) };
  const programs = new ProgramCache(compiler, fn, (count) => inputs(batchShape(data, count)));
  const feeder = new BatchFeeder(engine, data.train, data);
  const take: SeveralSteps['take'] = async (given, steps) => {
    const program = await programs.forBatch(steps[0]!.indices.length);
    const batches = steps.map(({ indices, epoch }) => feeder.upload(indices, epoch));
    const own = steps.map(({ scalars: numbers }, i) => ({ ...numbers, ...batches[i]! }));
    const { last, outputs } = await program.run(given, own);
    disposeAll(...batches);
    const read: Numbers[] = [];
    for (const output of outputs) read.push((await split(output, [...QUALITY, ...MEASURED])).read);
    return { changed: last, read };
  };
  return { most: repetition.most, take, dispose: () => programs.dispose() };
}

/** Each step along the mean gradient of all batches of an epoch: loss and accuracy are those of the whole set. */
export function epochSteps(engine: Engine, model: Model, data: DataSet, options: StepOptions): Stepper {
  const step = accumulatedStep(model, options);
  const { scalars, state } = step;
  const programs = new ProgramCache(engine, step.add, (count) => step.addInputs(batchShape(data, count)));
  const feeder = new BatchFeeder(engine, data.train, data);
  let move: Promise<Program> | undefined;
  return {
    scalars,
    state,
    async step(given, next, epoch) {
      const { changed, means } = await addBatches(
        { engine, step, programs, feeder, epoch, total: data.train.count },
        given,
        next,
      );
      move ??= engine.compile(step.move, step.moveInputs);
      const outputs = await (await move).run({ ...given, ...changed });
      const moved = await split(outputs, MEASURED);
      const sums = step.sums.map(({ name }) => name);
      disposeAll(Object.fromEntries(sums.map((name) => [name, changed[name]!])));
      const statistics = Object.fromEntries(Object.entries(changed).filter(([name]) => !sums.includes(name)));
      return { changed: { ...statistics, ...moved.changed }, read: { ...means, ...moved.read } };
    },
    async dispose() {
      await programs.dispose();
      await (await move)?.dispose();
    },
  };
}

interface Pass {
  readonly engine: Engine;
  readonly step: AccumulatedStep;
  readonly programs: ProgramCache;
  readonly feeder: BatchFeeder;
  readonly epoch: number;
  /** Images of a whole pass. */
  readonly total: number;
}

/** Goes through the batches of an epoch: the summed gradients and running statistics, and the means of what was recorded. */
async function addBatches(pass: Pass, given: NamedEngineTensors, next: () => Int32Array) {
  const { engine, step, programs, feeder, epoch, total } = pass;
  const zeros = step.sums.map((spec) => [spec.name, engine.upload(spec, new Float32Array(sizeOf(spec.shape)))]);
  let changed: NamedEngineTensors = Object.fromEntries(zeros);
  const sums = { loss: 0, accuracy: 0 };
  for (let seen = 0; seen < total; ) {
    const indices = next();
    const part = indices.length / total;
    const program = await programs.forBatch(indices.length);
    const batch = { ...feeder.upload(indices, epoch), [PART]: engine.upload(scalarSpec(PART), Float32Array.of(part)) };
    const added = await split(await program.run({ ...given, ...changed, ...batch }), QUALITY);
    disposeAll(batch, changed);
    changed = added.changed;
    sums.loss += part * added.read.loss![0]!;
    sums.accuracy += part * added.read.accuracy![0]!;
    seen += indices.length;
  }
  return { changed, means: { loss: Float64Array.of(sums.loss), accuracy: Float64Array.of(sums.accuracy) } };
}
