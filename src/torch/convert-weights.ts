import { extname } from 'node:path';
import { encodeSafetensors } from '../system/safetensors.js';
import { UsageError } from '../system/usage-error.js';
import { NORMALISATION_TEXT, type WeightsFile } from './weights-file.js';
import { encodeStateDict } from './write-state-dict.js';

/** The formats that weights are written in, by the ends of the names of their files. */
const ENCODERS: Readonly<Record<string, (weights: WeightsFile) => Uint8Array>> = {
  '.safetensors': ({ tensors, normalisation }) =>
    encodeSafetensors(tensors, normalisation === undefined ? undefined : { [NORMALISATION_TEXT]: normalisation }),
  '.pt': ({ tensors }) => encodeStateDict(tensors),
  '.pth': ({ tensors }) => encodeStateDict(tensors),
};

/**
 * The bytes of weights in the format that the name of a file says: safetensors, or a state dict that torch.load reads. Only
 * safetensors files say that their weights are official ones. Throws a UsageError for other names.
 */
export function encodeWeights(weights: WeightsFile, path: string): Uint8Array {
  const encode = ENCODERS[extname(path)];
  if (encode !== undefined) return encode(weights);
  throw new UsageError(`${path} names no format; allowed: names that end with ${Object.keys(ENCODERS).join(', ')}`);
}
