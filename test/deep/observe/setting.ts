import type { DataSet, ImageSet } from '../../../deep/data/image-set.js';
import { convNet } from '../../../deep/models/convnet.js';
import { initialTensors, type Model } from '../../../deep/models/model.js';
import type { PassSetting, Weights } from '../../../deep/observe/batch-pass.js';
import { randomSource } from '../../../src/numerics/random.js';
import { compiled } from '../engine/agreement.js';

const [SIDE, CHANNELS] = [32, 3];

/** Noise that PyTorch's side of the fixtures makes too; every image brighter than the one before. */
function noise(count: number): ImageSet {
  const size = CHANNELS * SIDE * SIDE;
  const pixels = Uint8Array.from({ length: count * size }, (_, i) => {
    const mixed = Math.imul(i, 2654435761) >>> 0;
    const byte = Math.imul(mixed ^ (mixed >>> 15), 2246822519) >>> 24;
    return Math.floor((byte * (1 + Math.floor(i / size))) / count);
  });
  const labels = Uint8Array.from({ length: count }, (_, i) => (7 * i) % 10);
  return { count, channels: CHANNELS, height: SIDE, width: SIDE, pixels, labels };
}

export function noisyData(train: number, test: number): DataSet {
  const each = (value: number) => Array.from({ length: CHANNELS }, () => value);
  return {
    name: 'noise',
    classes: 10,
    train: noise(train),
    test: noise(test),
    means: each(0.5),
    deviations: each(0.25),
  };
}

/** Batches of 5, 5 and 2 training images; of 5 and 1 test images. */
export const smallSetting: PassSetting = {
  engine: compiled,
  model: convNet({ width: 1 }),
  data: noisyData(12, 6),
  batch: 5,
};

export const asWeights = (model: Model, tensors: ReadonlyMap<string, Float32Array>): Weights =>
  new Map(model.tensors.map(({ name, shape }) => [name, { shape, data: tensors.get(name)! }]));

export const drawnWeights = (model: Model, seed: number): Weights =>
  asWeights(model, initialTensors(model, randomSource(seed)));
