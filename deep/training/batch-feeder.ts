import { BatchReader } from '../data/batch-reader.js';
import type { DataSet, ImageSet } from '../data/image-set.js';
import type { Engine, EngineTensor, NamedEngineTensors } from '../engine/engine.js';
import { batchSpecs, IMAGES, LABELS } from '../step/batch.js';

/** Puts batches of a data set into an engine's memory, as the inputs that steps and evaluations name. */
export class BatchFeeder {
  private readonly reader: BatchReader;

  constructor(
    private readonly engine: Engine,
    private readonly set: ImageSet,
    normalisation: Pick<DataSet, 'means' | 'deviations'>,
  ) {
    this.reader = new BatchReader(set, normalisation);
  }

  /** Images and labels at the given indices of the set; with an epoch, as that epoch's augmentation has them. */
  upload(indices: ArrayLike<number>, epoch?: number): Record<string, EngineTensor> {
    const { channels, height, width } = this.set;
    const [images, labels] = batchSpecs({ batch: indices.length, channels, height, width });
    const content = this.reader.read(indices, epoch);
    return {
      [IMAGES]: this.engine.upload(images, content.images),
      [LABELS]: this.engine.upload(labels, content.labels),
    };
  }
}

export function disposeAll(...groups: readonly NamedEngineTensors[]): void {
  for (const group of groups) for (const tensor of Object.values(group)) tensor.dispose();
}
