import { readFileSync } from 'node:fs';
import { decodeSafetensors } from '../../src/system/safetensors.js';
import { UsageError } from '../../src/system/usage-error.js';
import type { Model } from '../models/model.js';
import { type CheckpointOptions, tensorsFromCheckpoint } from '../models/network.js';

export interface ReadCheckpointOptions extends CheckpointOptions {
  /** Who wants the file, as the beginning of a clause. */
  readonly wanted?: string;
}

/** The tensors of a model in a safetensors file. Throws a UsageError if the file does not hold them. */
export function readCheckpoint(
  model: Model,
  path: string,
  { wanted = 'wanted:', ...options }: ReadCheckpointOptions = {},
): Map<string, Float32Array> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new UsageError(`${path} cannot be read; ${wanted} a safetensors file`);
  }
  const names = new Set(model.tensors.map(({ name }) => name));
  try {
    return tensorsFromCheckpoint(model, decodeSafetensors(bytes, names), path, options);
  } catch (error) {
    throw new UsageError(error instanceof UsageError ? error.message : `${path}: ${(error as Error).message}`);
  }
}
