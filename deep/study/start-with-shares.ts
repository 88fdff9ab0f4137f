import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { RunConfiguration } from '../../src/run/stored-configuration.js';
import type { InvariantGroup } from '../../src/sphere/invariant-groups.js';
import { makeDirectory, writeAtomically } from '../../src/system/atomic.js';
import { encodeSafetensors, type HostTensor } from '../../src/system/safetensors.js';
import { prepareRun } from '../run/prepare.js';

/** A start whose groups have given norm shares. */

export interface StartFile {
  readonly path: string;
  /** Tells it from starts with other content. */
  readonly digest: string;
}

/** Tensors of a group scaled by one factor each, so that the groups have these shares of a joint norm that stays as it is. */
export function withShares(
  tensors: ReadonlyMap<string, Float32Array>,
  groups: readonly (readonly string[])[],
  shares: readonly number[],
): Map<string, Float32Array> {
  const square = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0);
  const squares = groups.map((names) => names.reduce((sum, name) => sum + square(tensors.get(name)!), 0));
  const total = squares.reduce((sum, value) => sum + value, 0);
  const scaled = groups.flatMap((names, i) => {
    const factor = Math.sqrt((shares[i]! * total) / squares[i]!);
    return names.map((name): [string, Float32Array] => [name, tensors.get(name)!.map((value) => value * factor)]);
  });
  return new Map([...tensors, ...scaled]);
}

/**
 * The start of a run with its groups at other shares, as a safetensors file in `directory` named by its content, so that the
 * same content is the same file.
 */
export function writeStart(
  directory: string,
  configuration: RunConfiguration,
  groups: readonly InvariantGroup[],
  shares: readonly number[],
): StartFile {
  const { model, initial } = prepareRun(configuration);
  const scaled = withShares(
    initial,
    groups.map(({ tensors: names }) => names),
    shares,
  );
  const host = model.tensors.map(({ name, shape }): [string, HostTensor] => [name, { shape, data: scaled.get(name)! }]);
  const bytes = encodeSafetensors(new Map(host));
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  const path = join(directory, `start-${digest}.safetensors`);
  makeDirectory(directory);
  writeAtomically(path, bytes);
  return { path, digest };
}
