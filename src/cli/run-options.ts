import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { RunConfiguration } from '../run/manifest.js';
import { count, oneOf, positiveNumber, seed } from './arguments.js';

/** Options that `train` and `sweep` share: the network, its data, and how it is trained. */
export interface RunOptions {
  readonly model: 'convnet' | 'resnet18';
  readonly width: number;
  readonly data: string;
  readonly trainImages?: number;
  readonly batch: number;
  readonly steps?: number;
  readonly epochs?: number;
  readonly seed: number;
  readonly order: 'shuffled' | 'sequential';
  readonly init?: string;
  readonly engine: 'cpu' | 'eager';
}

const DEFAULT_EPOCHS = 20;

export const withRunOptions = (command: Command): Command =>
  command
    .option('--model <name>', 'network: convnet or resnet18', oneOf(['convnet', 'resnet18']), 'convnet')
    .option('--width <count>', 'channels of the first block', count, 8)
    .option('--data <name>', 'fashion-mnist (comes with the package) or cifar10:DIR', 'fashion-mnist')
    .option('--train-images <count>', 'use only the first so many training images', count)
    .option('--batch <count>', 'images a step', count, 128)
    .option('--steps <count>', 'training steps', count)
    .option('--epochs <count>', `passes over the data, in place of --steps (default: ${DEFAULT_EPOCHS})`, count)
    .option('--seed <number>', 'of initialisation and order', seed, 1)
    .option('--order <name>', 'shuffled or sequential', oneOf(['shuffled', 'sequential']), 'shuffled')
    .option('--init <file>', 'start from the tensors of a safetensors file')
    .option('--engine <name>', 'cpu (compiled) or eager (slow reference)', oneOf(['cpu', 'eager']), 'cpu');

export const elrOption = ['--elr <number>', 'effective learning rate', positiveNumber] as const;

const DATA_FOLDER = /^(cifar10:)(.+)$/;

/** Folders as absolute paths, so that a run on disk still says where its data was. */
const absoluteData = (data: string): string =>
  data.replace(DATA_FOLDER, (_, prefix: string, directory: string) => prefix + resolve(directory));

/** The configuration of one run; `trainCount` images make an epoch. */
export function runConfiguration(
  options: RunOptions,
  elr: number,
  { trainCount, threads }: { readonly trainCount: number; readonly threads: number | null },
): RunConfiguration {
  const { model, width, data, trainImages, batch, steps, epochs, seed: seedNumber, order, init, engine } = options;
  return {
    model,
    width,
    data: absoluteData(data),
    trainImages: trainImages ?? null,
    elr,
    batch,
    steps: steps ?? (epochs ?? DEFAULT_EPOCHS) * Math.ceil(trainCount / batch),
    seed: seedNumber,
    order,
    init: init === undefined ? null : resolve(init),
    engine,
    threads,
  };
}

export const cores = (): number => availableParallelism();
