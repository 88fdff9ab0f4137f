import { readFileSync } from 'node:fs';
import type { Normalisation } from '../run/image-settings.js';
import { explainReading } from '../system/reading-error.js';
import { type DecodeOptions, decodeSafetensors, type HostTensor, readMetadata } from '../system/safetensors.js';
import { UsageError } from '../system/usage-error.js';
import { isTorchFile } from './open-torch-file.js';
import { readStateDict } from './read-state-dict.js';

/** Files of weights, of whichever format: their first bytes say it. */

/** Tensors by name, and what the file says of the pixels that they were trained on. */
export interface WeightsFile {
  readonly tensors: Map<string, HostTensor>;
  /** `official` where the file is a checkpoint of the official scripts, or was converted from one; undefined: it does not say. */
  readonly normalisation: Normalisation | undefined;
}

/** Name of the text in a safetensors file that says how pixels were normalised. */
export const NORMALISATION_TEXT = 'normalisation';

/** The tensors of a file that does not begin as those of torch.save do. */
function decodeOrSayNeither(bytes: Uint8Array, options: DecodeOptions): Map<string, HostTensor> {
  try {
    return decodeSafetensors(bytes, options);
  } catch (error) {
    const { message } = error as Error;
    if (!message.startsWith('not a safetensors file')) throw error;
    throw new Error(`${message}; it does not begin as a file of torch.save either`, { cause: error });
  }
}

/** The tensors of a safetensors file or of a file of torch.save. Throws one line where it is malformed. */
export function decodeWeights(bytes: Uint8Array, options: DecodeOptions = {}): WeightsFile {
  if (isTorchFile(bytes)) {
    const { tensors, isOfficial } = readStateDict(bytes, options);
    return { tensors, normalisation: isOfficial ? 'official' : undefined };
  }
  const tensors = decodeOrSayNeither(bytes, options);
  return { tensors, normalisation: readMetadata(bytes)[NORMALISATION_TEXT] === 'official' ? 'official' : undefined };
}

/** The bytes of a file of weights. Throws a UsageError where it cannot be read; `wanted` begins what the message says is wanted. */
export function readWeightsBytes(path: string, wanted = 'wanted:'): Uint8Array {
  try {
    return explainReading(path, () => readFileSync(path));
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(`${message}; ${wanted} a safetensors file or a state dict of PyTorch (.pt)`);
  }
}

/** What a file says of the pixels that its weights were trained on; undefined where it says nothing or cannot be read. */
export function weightsNormalisation(path: string): Normalisation | undefined {
  try {
    return decodeWeights(readWeightsBytes(path), { wanted: new Set() }).normalisation;
  } catch {
    return undefined;
  }
}

/** Counts tensors that were converted, type by type, and says so in a line for each type. */
export function conversionNotes(path: string) {
  const counts = new Map<string, number>();
  return {
    onConverted: (_: string, type: string): void => {
      counts.set(type, (counts.get(type) ?? 0) + 1);
    },
    lines: (): string[] =>
      [...counts].map(([type, count]) => {
        const to = /^(I|U|BOOL)/.test(type) ? 'I32' : 'F32';
        return `${path}: ${count} ${count === 1 ? 'tensor' : 'tensors'} of ${type} ${count === 1 ? 'was' : 'were'} converted to ${to}`;
      }),
  };
}
