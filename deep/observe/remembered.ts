import type { HostTensor } from '../../src/system/safetensors.js';
import type { Weights } from './batch-pass.js';

/** Tensors of observers lie in checkpoints beside the model's, under names of their own. */
const prefix = (observer: string): string => `${observer}:`;

export const remember = (observer: string, tensors: Weights): Map<string, HostTensor> =>
  new Map([...tensors].map(([name, tensor]) => [`${prefix(observer)}${name}`, tensor]));

/** What `remember` has named, under its names before. */
export const recall = (observer: string, checkpoint: Weights): Map<string, HostTensor> =>
  new Map(
    [...checkpoint]
      .filter(([name]) => name.startsWith(prefix(observer)))
      .map(([name, tensor]) => [name.slice(prefix(observer).length), tensor]),
  );
