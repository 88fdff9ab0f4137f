import type { Quality } from '../../src/run/measurements.js';
import type { HostTensor } from '../../src/run/safetensors.js';
import { BatchFeeder, disposeAll } from '../batch-feeder.js';
import type { DataSet, ImageSet } from '../data/image-set.js';
import type { Engine, EngineTensor, NamedEngineTensors } from '../engine/engine.js';
import type { LossName } from '../loss.js';
import type { Model } from '../models/model.js';
import { uploadTensors } from '../network.js';
import type { ProgramCache } from '../program-cache.js';

/** All tensors of a model, by name. */
export type Weights = ReadonlyMap<string, HostTensor>;

/** A network and its images, to be looked at without being trained. */
export interface PassSetting {
  readonly engine: Engine;
  readonly model: Model;
  readonly data: DataSet;
  /** Images a batch: the statistics of training-mode normalisation depend on it. */
  readonly batch: number;
  readonly loss?: LossName;
}

/** Puts all tensors of a model into the engine's memory. */
export function uploadWeights({ engine, model }: PassSetting, weights: Weights): Record<string, EngineTensor> {
  return uploadTensors(engine, model, new Map([...weights].map(([name, { data }]) => [name, data as Float32Array])));
}

/** What a program returned for a batch, and what part of all images that batch is. */
export type UseOutputs = (outputs: NamedEngineTensors, part: number) => Promise<void>;

/**
 * Runs a program on all images of a set, in their order and as they are, without augmentation; the last batch holds what
 * is left. `given` says, for each batch, what the program wants besides the images; that is left alone. What `use` gets
 * is disposed, unless it takes it away.
 */
export async function passOver(
  { engine, data, batch }: PassSetting,
  set: ImageSet,
  programs: ProgramCache,
  given: (part: number) => NamedEngineTensors,
  use: UseOutputs,
): Promise<void> {
  const feeder = new BatchFeeder(engine, set, data);
  for (let start = 0; start < set.count; start += batch) {
    const size = Math.min(batch, set.count - start);
    const part = size / set.count;
    const images = feeder.upload(Int32Array.from({ length: size }, (_, i) => start + i));
    const outputs = await (await programs.forBatch(size)).run({ ...given(part), ...images });
    disposeAll(images);
    await use(outputs, part);
  }
}

/** The number that a program returned under a name. */
export const readNumber = async (outputs: NamedEngineTensors, name: string): Promise<number> =>
  (await outputs[name]!.read())[0]!;

/** Mean loss and accuracy over batches, each counted by its part of the images. */
export class QualityMean {
  private loss = 0;
  private accuracy = 0;

  /** Adds what a program returned under these names. */
  async add(outputs: NamedEngineTensors, part: number, names: QualityNames): Promise<void> {
    this.loss += part * (await readNumber(outputs, names.loss));
    this.accuracy += part * (await readNumber(outputs, names.accuracy));
  }

  value(): Quality {
    return { loss: this.loss, accuracy: this.accuracy };
  }
}

/** Names of a loss and an accuracy among the outputs of a program. */
export interface QualityNames {
  readonly loss: string;
  readonly accuracy: string;
}
export const TRAINING: QualityNames = { loss: 'loss', accuracy: 'accuracy' };
export const EVALUATION: QualityNames = { loss: 'evaluationLoss', accuracy: 'evaluationAccuracy' };
