import { readFileSync } from 'node:fs';
import { decodeSafetensors } from '../../src/system/safetensors.js';
import { UsageError } from '../../src/system/usage-error.js';
import type { Model } from '../models/model.js';
import { type CheckpointOptions, tensorsFromCheckpoint } from '../models/network.js';

export interface ReadCheckpointOptions extends CheckpointOptions {
  /** Who wants the file, as the beginning of a clause. */
  readonly wanted?: string;
  /** Called with a line where numbers of the file were converted. */
  readonly onNote?: (line: string) => void;
}

/** The tensors of a model in a safetensors file. Throws a UsageError if the file is malformed or does not hold them. */
export function readCheckpoint(
  model: Model,
  path: string,
  { wanted = 'wanted:', onNote = () => {}, ...options }: ReadCheckpointOptions = {},
): Map<string, Float32Array> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw new UsageError(`${path} ${reason}; ${wanted} a safetensors file`);
  }
  const names = new Set(model.tensors.map(({ name }) => name));
  const converted = new Map<string, number>();
  const onConverted = (_: string, dtype: string) => converted.set(dtype, (converted.get(dtype) ?? 0) + 1);
  try {
    const tensors = tensorsFromCheckpoint(
      model,
      decodeSafetensors(bytes, { wanted: names, onConverted }),
      path,
      options,
    );
    for (const [dtype, count] of converted) onNote(`${path}: ${count} tensors of ${dtype} were converted to F32`);
    return tensors;
  } catch (error) {
    throw new UsageError(error instanceof UsageError ? error.message : `${path}: ${(error as Error).message}`);
  }
}
