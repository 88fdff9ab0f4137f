import type { HostTensor } from '../../src/system/safetensors.js';
import type { Weights } from './batch-pass.js';

/** The mean of `count` points, from that of all but the last and the last; in float32, as PyTorch keeps it. */
export const takeIn = (average: Weights, last: Weights, count: number): Map<string, HostTensor> =>
  new Map(
    [...average].map(([name, { shape, data }]) => {
      const values = last.get(name)!.data;
      return [name, { shape, data: Float32Array.from(data, (value, i) => value + (values[i]! - value) / count) }];
    }),
  );

/** The mean of one or more points, tensor by tensor, statistics of normalisation included. */
export const meanWeights = ([first, ...others]: readonly Weights[]): Weights =>
  others.reduce((average, weights, i) => takeIn(average, weights, i + 2), first!);
