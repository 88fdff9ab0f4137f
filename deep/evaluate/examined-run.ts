import { dirname } from 'node:path';
import type { Normalisation } from '../../src/run/image-settings.js';
import type { Manifest } from '../../src/run/manifest.js';
import { readManifest } from '../../src/run/run-directory.js';
import { UsageError } from '../../src/system/usage-error.js';
import { checksum } from '../data/image-set.js';
import { openData } from '../data/open.js';
import type { EngineName } from '../engine/names.js';
import { openEngine } from '../engine/open.js';
import type { PassSetting, Weights } from '../observe/batch-pass.js';
import { openSubject } from '../run/prepare.js';
import { readCheckpoint } from '../run/read-checkpoint.js';

/** The network of a run on disk with its images, to look at weights that it, or one like it, has left. */
export type ExaminedRun = Omit<PassSetting, 'engine'>;

/**
 * The manifest of the run in a folder, or of that which has left a file in its folder. Throws a UsageError where there is none.
 */
export function examinedManifest(file: string, directory?: string): Manifest {
  const manifest = readManifest(directory ?? dirname(file));
  if (manifest !== undefined) return manifest;
  throw new UsageError(
    directory === undefined
      ? `${file} does not lie in the folder of a run; --run says whose network and images to take`
      : `--run ${directory} holds no run; allowed: a folder written by regimes train --out`,
  );
}

/** The manifest of a run that is to be measured where it lies. Throws a UsageError where there is none. */
export function measuredManifest(directory: string): Manifest {
  const manifest = readManifest(directory);
  if (manifest !== undefined) return manifest;
  throw new UsageError(`${directory} holds no run; allowed: a folder written by regimes train --out`);
}

/**
 * Opens network and images of a run, with pixels normalised as it does or as is said. Throws one line where the images are not those
 * that it was trained on.
 */
export function openExaminedRun(
  { configuration, data: { sha256 } }: Manifest,
  normalisation: Normalisation = configuration.normalisation ?? 'own',
): ExaminedRun {
  const { data, model } = openSubject(configuration, (name, options) => openData(name, { ...options, normalisation }));
  if (checksum(data) !== sha256) throw new Error(`the data in ${configuration.data} has changed since the run started`);
  return { data, model, batch: configuration.batch, loss: configuration.training.loss };
}

/** The network and images of a run with an engine to evaluate them on. */
export const withEngine = async (run: ExaminedRun, engine: EngineName, threads: number): Promise<PassSetting> => ({
  ...run,
  engine: await openEngine(engine, { threads }),
});

/** Weights as a file has them. Throws a UsageError where they are not those of the network. */
export function readWeights({ model }: ExaminedRun, path: string, onNote?: (line: string) => void): Weights {
  const contents = readCheckpoint(model, path, { rescale: false, ...(onNote && { onNote }) });
  return new Map(model.tensors.map(({ name, shape }) => [name, { shape, data: contents.get(name)! }]));
}
