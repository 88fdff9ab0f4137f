import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { latestCheckpoint } from '../../src/run/checkpoint.js';
import { type Curvature, writeCurvature } from '../../src/run/curvature-record.js';
import type { Manifest, RunConfiguration } from '../../src/run/manifest.js';
import { readManifest, WEIGHTS_FILE } from '../../src/run/run-directory.js';
import { decodeSafetensors, type HostTensor } from '../../src/run/safetensors.js';
import { UsageError } from '../../src/usage-error.js';
import type { Engine } from '../engine/engine.js';
import { batchShape, tensorsFromCheckpoint } from '../network.js';
import { openSubject } from '../run.js';
import { LossHessian, trainingBatches } from './loss-hessian.js';
import { type CurvatureOptions, measureCurvature } from './measure-curvature.js';

export interface RunCurvatureOptions extends CurvatureOptions {
  /** Training images to average over, in whole batches; default: as many of `DEFAULT_IMAGES` as there are. */
  readonly images?: number;
  /** Images a batch; default: that of the run, whose loss this is then. */
  readonly batch?: number;
}

/** Enough for the largest eigenvalue to vary by a few percent from one choice of images to another. */
export const DEFAULT_IMAGES = 1024;

interface Weights {
  readonly step: number;
  readonly tensors: ReadonlyMap<string, HostTensor>;
  readonly path: string;
}

/** The final weights of a run, or those of its last checkpoint. */
function latestWeights(directory: string, { configuration }: Manifest, onNote: (line: string) => void): Weights {
  const path = join(directory, WEIGHTS_FILE);
  if (existsSync(path)) return { step: configuration.steps, tensors: decodeSafetensors(readFileSync(path)), path };
  const checkpoint = latestCheckpoint(directory, onNote);
  if (checkpoint === undefined) throw new UsageError(`${directory} has neither final weights nor a checkpoint yet`);
  onNote(`${directory} is not finished; curvature after ${checkpoint.step} steps`);
  return { ...checkpoint, path: directory };
}

const images = (configuration: RunConfiguration, { batch = configuration.batch, ...options }: RunCurvatureOptions) => ({
  batch,
  images: Math.max(batch, options.images ?? DEFAULT_IMAGES),
});

/**
 * Curvature at the final weights of a run on disk, or its last checkpoint, measured as `measureCurvature` does and kept in
 * the run's folder. Throws a UsageError where there is no run or it has no weights.
 */
export async function curvatureOfRun(
  engine: Engine,
  directory: string,
  options: RunCurvatureOptions = {},
  onNote: (line: string) => void = () => {},
): Promise<Curvature> {
  const manifest = readManifest(directory);
  if (manifest === undefined)
    throw new UsageError(`${directory} holds no run; allowed: a folder written by regimes train --out`);
  const { configuration } = manifest;
  const { data, model } = openSubject(configuration);
  const weights = latestWeights(directory, manifest, onNote);
  const tensors = tensorsFromCheckpoint(model, weights.tensors, weights.path);
  const { batch, images: wanted } = images(configuration, options);
  const batches = trainingBatches(data, { batch, images: wanted });
  const shape = batchShape(data, batch);
  const { loss } = configuration.training;
  const hessian = await LossHessian.open(engine, model, shape, { tensors, batches }, { loss });
  try {
    const measured = await measureCurvature({ hessian, model, tensors }, options);
    const curvature = { step: weights.step, images: hessian.images, batch, ...measured };
    writeCurvature(directory, curvature);
    return curvature;
  } finally {
    await hessian.dispose();
  }
}
