import type { Quality } from '../../src/run/measurements.js';
import type { HostTensor } from '../../src/system/safetensors.js';
import type { DataSet, ImageSet } from '../data/image-set.js';
import type { Engine, EngineTensor, NamedEngineTensors } from '../engine/engine.js';
import { ProgramCache } from '../engine/program-cache.js';
import type { Model, NormalisationMode } from '../models/model.js';
import { uploadTensors } from '../models/network.js';
import { batchShape, evaluationInputs } from '../step/batch.js';
import type { LossName } from '../step/loss.js';
import { evaluation } from '../step/step.js';
import { BatchFeeder, disposeAll } from '../training/batch-feeder.js';

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

/** Programs that give loss and accuracy of batches in a mode, as `evaluation` has them. */
export const evaluationPrograms = (
  { engine, model, data, loss }: Omit<PassSetting, 'batch'>,
  mode: NormalisationMode,
): ProgramCache =>
  new ProgramCache(engine, evaluation(model, mode, loss), (count) => evaluationInputs(model, batchShape(data, count)));

/** A batch: its images, and what part of all images of the set they are. */
interface BatchOfSet {
  readonly size: number;
  readonly part: number;
}

/** Takes what a program returned for a batch. */
type UseOutputs = (outputs: NamedEngineTensors, batch: BatchOfSet) => Promise<void>;

/**
 * Runs a program on all images of a set, in their order and as they are, without augmentation; the last batch holds what
 * is left. `given` says, for each batch, what the program wants besides the images. It and what `use` gets belong to the
 * caller.
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
    await use(outputs, { size, part });
  }
}

/** The number that a program returned under a name. */
const readNumber = async (outputs: NamedEngineTensors, name: string): Promise<number> =>
  (await outputs[name]!.read())[0]!;

/** Mean loss and accuracy over the images of all batches. */
export class QualityMean {
  private loss = 0;
  private hits = 0;
  private images = 0;

  /** Adds what a program returned under these names. */
  async add(outputs: NamedEngineTensors, { size, part }: BatchOfSet, names: QualityNames): Promise<void> {
    this.loss += part * (await readNumber(outputs, names.loss));
    // A whole number again, which its part of the batch in float32 is not.
    this.hits += Math.round(size * (await readNumber(outputs, names.accuracy)));
    this.images += size;
  }

  value(): Quality {
    return { loss: this.loss, accuracy: this.hits / this.images };
  }
}

/** Names of a loss and an accuracy among the outputs of a program. */
export interface QualityNames {
  readonly loss: string;
  readonly accuracy: string;
}
export const TRAINING: QualityNames = { loss: 'loss', accuracy: 'accuracy' };
export const EVALUATION: QualityNames = { loss: 'evaluationLoss', accuracy: 'evaluationAccuracy' };
