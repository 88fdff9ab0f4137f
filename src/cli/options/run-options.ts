import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { absoluteDataName } from '../../../deep/data/locate.js';
import { ENGINE_CHOICES, type EngineChoice, type EngineName } from '../../../deep/engine/names.js';
import { MODELS, type ModelName, USUAL_DEPTH } from '../../../deep/models/names.js';
import { stepsPerEpoch } from '../../run/epoch.js';
import type { RunConfiguration } from '../../run/manifest.js';
import { log } from '../../text/output.js';
import { type Cadence, cadence, count, oneOf, positiveNumber, probability, seed } from './arguments.js';
import { OBSERVATIONS, type ObservationOptions, observationOf, withObservationOptions } from './observation-options.js';
import { inSteps, type TrainingOptions, trainingSettings, withTrainingOptions } from './training-options.js';

/** Options that `train` and `sweep` share: the network, its data, and how it is trained. */
export interface RunOptions extends TrainingOptions, ObservationOptions {
  readonly model: ModelName;
  readonly width: number;
  readonly depth?: number;
  readonly data: string;
  readonly trainImages?: number;
  readonly corrupt?: number;
  readonly augment?: true;
  readonly batch: number;
  readonly steps?: number;
  readonly epochs?: number;
  readonly seed: number;
  readonly order: 'shuffled' | 'sequential';
  readonly init?: string;
  readonly engine: EngineChoice;
  readonly checkpointEvery?: Cadence;
}

export const DEFAULT_EPOCHS = 20;

export const modelOption = ['--model <name>', `network: ${MODELS.join(', ')}`, oneOf(MODELS), 'convnet'] as const;

export const depthOption = [
  '--depth <count>',
  `blocks of a convnet after the first (default: ${USUAL_DEPTH})`,
  count,
] as const;

export const engineOption = [
  '--engine <name>',
  'cpu, webgpu, cuda (compiled), tensorflow (where installed), eager (slow reference), auto (the fastest here)',
  oneOf(ENGINE_CHOICES),
  'cpu',
] as const;

/** Of these options, those that decide no step of a run: no list of them makes sense in a sweep. */
export const UNVARIED: ReadonlySet<string> = new Set(['checkpointEvery', ...OBSERVATIONS]);

export const withRunOptions = (command: Command): Command =>
  withObservationOptions(withTrainingOptions(withDataOptions(command)));

/** The network, its data, and how long it is trained. */
export const withDataOptions = (command: Command): Command =>
  command
    .option(...modelOption)
    .option('--width <count>', 'channels of the first block', count, 8)
    .option(...depthOption)
    .option(
      '--data <name>',
      'fashion-mnist (comes with the package), one that regimes data list knows, or cifar10:DIR',
      'fashion-mnist',
    )
    .option('--train-images <count>', 'use only the first so many training images', count)
    .option('--corrupt <share>', 'replace each training label by a random class with this probability', probability)
    .option('--augment', 'random crops and mirror images of the training images, anew every epoch')
    .option('--batch <count>', 'images a step', count, 128)
    .option('--steps <count>', 'training steps', count)
    .option('--epochs <count>', `passes over the data, in place of --steps (default: ${DEFAULT_EPOCHS})`, count)
    .option('--seed <number>', 'of initialisation, order, label noise and augmentation', seed, 1)
    .option('--order <name>', 'shuffled or sequential', oneOf(['shuffled', 'sequential']), 'shuffled')
    .option('--init <file>', 'start from the tensors of a safetensors file')
    .option('--checkpoint-every <count>', 'steps like 100 or epochs like 2e (default: half a minute)', cadence)
    .option(...engineOption);

export const elrOption = ['--elr <number>', 'effective learning rate', positiveNumber] as const;

/** How many threads and processes a command will use. */
interface Cores {
  /** Threads inside one operation. */
  readonly threads: number;
  /** Runs at a time. */
  readonly sideBySide: number;
}

/** The engine that was asked for, once it is known to work here; what there is to say of it goes to stderr. */
export async function chosenEngine(
  { engine: choice, model, width, depth, batch }: Pick<RunOptions, 'engine' | 'model' | 'width' | 'depth' | 'batch'>,
  { threads, sideBySide }: Cores,
): Promise<EngineName> {
  if (choice === 'cpu' || choice === 'eager') return choice;
  const { resolveEngine } = await import('../../../deep/probe/choose.js');
  const { engine, explanation } = await resolveEngine(choice, { model, width, depth, batch, threads, sideBySide });
  if (explanation !== undefined) log(explanation);
  return engine;
}

interface ResolvedOptions {
  readonly trainCount: number;
  /** Test images; undefined where the run is not kept, and so not observed. */
  readonly testCount: number | undefined;
  readonly threads: number | null;
  readonly engine: EngineName;
}

/** Folders as absolute paths, so that a run on disk still says where its data was. */
const dataSettings = ({ data, trainImages, corrupt, augment }: RunOptions) => ({
  data: absoluteDataName(data),
  trainImages: trainImages ?? null,
  ...(corrupt === undefined ? {} : { corrupt }),
  ...(augment ? { augment: 'crop-flip' as const } : {}),
});

/** Steps between checkpoints, where the options say. */
export const checkpointSteps = (every: Cadence | undefined, epoch: number): { readonly checkpointEvery?: number } =>
  every === undefined ? {} : { checkpointEvery: inSteps(every, epoch) };

/** The configuration of one run, at an ELR or at a learning rate; `trainCount` images make an epoch. */
export function runConfiguration(
  options: RunOptions,
  { elr, lr }: { readonly elr: number | null; readonly lr: number | null },
  { trainCount, testCount, threads, engine }: ResolvedOptions,
): RunConfiguration {
  const { model, width, depth, batch, epochs, seed: seedNumber, order, init } = options;
  const epoch = stepsPerEpoch(options, trainCount);
  const steps = options.steps ?? (epochs ?? DEFAULT_EPOCHS) * epoch;
  const training = trainingSettings(options, lr, epoch);
  const { fullBatch } = training;
  const images = { trainImages: trainCount, testImages: testCount };
  return {
    model,
    width,
    // Left out where it is the usual one, so that saying so makes no other run.
    ...(depth === undefined || depth === USUAL_DEPTH ? {} : { depth }),
    ...dataSettings(options),
    elr,
    batch,
    steps,
    seed: seedNumber,
    order,
    init: init === undefined ? null : resolve(init),
    engine,
    threads,
    training,
    ...observationOf(options, { steps, batch, fullBatch, ...images }),
  };
}

export const cores = (): number => availableParallelism();
