import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { HostTensor } from '../../src/system/safetensors.js';
import { type NamedTensors, sizeOf, type TensorFunction } from '../engine/engine.js';
import { ProgramCache } from '../engine/program-cache.js';
import { type Model, namesWithRole } from '../models/model.js';
import { RUNNING_MOMENTUM } from '../models/normalise.js';
import { batchShape, evaluationInputs, IMAGES } from '../step/batch.js';
import { disposeAll } from '../training/batch-feeder.js';
import { type PassSetting, passOver, uploadWeights, type Weights } from './batch-pass.js';

/** Running statistics after a batch. */
const runningStatistics =
  (model: Model): TensorFunction =>
  (inputs): NamedTensors =>
    model.forward(inputs, inputs[IMAGES] as Tensor4D, 'training').buffers;

/** Statistics that start from zero have taken in this share of the first batch. */
const TAKEN_IN = Math.fround(RUNNING_MOMENTUM);

/**
 * Estimates the statistics of normalisation anew, by one pass over the training images in training mode: of each layer
 * the mean over batches of their means, and of their unbiased variances, each batch counted by its images. That is what
 * PyTorch has after resetting the statistics and going on with momentum b / (n + b) for a batch of b images after n.
 */
export class StatisticsEstimator {
  private readonly programs: ProgramCache;
  private readonly names: readonly string[];

  constructor(private readonly setting: PassSetting) {
    const { engine, model, data } = setting;
    this.names = namesWithRole(model, 'buffer');
    this.programs = new ProgramCache(engine, runningStatistics(model), (count) =>
      evaluationInputs(model, batchShape(data, count)),
    );
  }

  /** The same weights with the statistics they have on the training images; a network without any keeps them as they are. */
  async withStatistics(weights: Weights): Promise<Map<string, HostTensor>> {
    if (this.names.length === 0) return new Map(weights);
    const zeros = this.setting.model.tensors
      .filter(({ name }) => this.names.includes(name))
      .map(({ name, shape }): [string, HostTensor] => [name, { shape, data: new Float32Array(sizeOf(shape)) }]);
    const state = uploadWeights(this.setting, new Map([...weights, ...zeros]));
    const means = new Map(zeros.map(([name, { data }]) => [name, new Float64Array(data.length)]));
    try {
      await passOver(
        this.setting,
        this.setting.data.train,
        this.programs,
        () => state,
        async (outputs, { part }) => {
          for (const [name, sums] of means) {
            const values = await outputs[name]!.read();
            for (let i = 0; i < sums.length; i += 1) sums[i]! += (part * values[i]!) / TAKEN_IN;
          }
          disposeAll(outputs);
        },
      );
    } finally {
      disposeAll(state);
    }
    const estimated = zeros.map(([name, { shape }]): [string, HostTensor] => {
      return [name, { shape, data: Float32Array.from(means.get(name)!) }];
    });
    return new Map([...weights, ...estimated]);
  }

  dispose(): Promise<void> {
    return this.programs.dispose();
  }
}
