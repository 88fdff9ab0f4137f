import { UsageError } from '../../src/system/usage-error.js';
import { conversionNotes, decodeWeights, readWeightsBytes } from '../../src/torch/weights-file.js';
import type { Model } from '../models/model.js';
import { type CheckpointOptions, tensorsFromCheckpoint } from '../models/network.js';

export interface ReadCheckpointOptions extends CheckpointOptions {
  /** Who wants the file, as the beginning of a clause. */
  readonly wanted?: string;
  /** Called with a line where numbers of the file were converted, or a layer does not start as the file has it. */
  readonly onNote?: (line: string) => void;
}

/**
 * The tensors of a model in a safetensors file or a file of torch.save. Throws a UsageError if the file is malformed or does not
 * hold them.
 */
export function readCheckpoint(
  model: Model,
  path: string,
  { wanted = 'wanted:', onNote = () => {}, ...options }: ReadCheckpointOptions = {},
): Map<string, Float32Array> {
  const bytes = readWeightsBytes(path, wanted);
  const names = new Set(model.tensors.map(({ name }) => name));
  const { onConverted, lines } = conversionNotes(path);
  try {
    const { tensors: found } = decodeWeights(bytes, { wanted: names, onConverted });
    const tensors = tensorsFromCheckpoint(model, found, path, { ...options, onNote });
    for (const line of lines()) onNote(line);
    return tensors;
  } catch (error) {
    throw new UsageError(error instanceof UsageError ? error.message : `${path}: ${(error as Error).message}`);
  }
}
