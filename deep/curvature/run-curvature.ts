import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { latestCheckpoint } from '../../src/run/checkpoint.js';
import {
  type Curvature,
  type CurvatureKind,
  type ImageSubset,
  writeCurvature,
} from '../../src/run/curvature-record.js';
import type { Manifest, RunConfiguration } from '../../src/run/manifest.js';
import { keptWeightSteps, keptWeightsFile, WEIGHTS_FILE } from '../../src/run/run-directory.js';
import { UsageError } from '../../src/system/usage-error.js';
import type { DataSet } from '../data/image-set.js';
import { noisyPlaces } from '../data/label-noise.js';
import type { Engine } from '../engine/engine.js';
import { measuredManifest, openExaminedRun } from '../evaluate/examined-run.js';
import type { Model } from '../models/model.js';
import { tensorsFromCheckpoint } from '../models/network.js';
import { openSubject } from '../run/prepare.js';
import { readCheckpoint } from '../run/read-checkpoint.js';
import { batchShape } from '../step/batch.js';
import { imagesThere, LossHessian, trainingBatches } from './loss-hessian.js';
import { type CurvatureOptions, measureCurvature } from './measure-curvature.js';

/** How many images the Hessian is averaged over, and what is computed of it. */
export interface RunCurvatureOptions extends CurvatureOptions, CurvatureKind {
  /** Training images to average over, in whole batches; no more than there are. */
  readonly images?: number;
  /** As many of so many as there are, where `images` is not given; default: `DEFAULT_IMAGES`. */
  readonly mostImages?: number;
  /** Images a batch; default: that of the run, whose loss this is then. */
  readonly batch?: number;
}

/** Enough for the largest eigenvalue to vary by a few percent from one choice of images to another. */
const DEFAULT_IMAGES = 1024;

interface Weights {
  readonly step: number;
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

/** The weights that a run kept after so many steps. Throws a UsageError, which says which it has, where it has none. */
function keptWeights(directory: string, model: Model, step: number): Weights {
  const path = join(directory, keptWeightsFile(step));
  if (existsSync(path)) return { step, tensors: readCheckpoint(model, path, { rescale: false }) };
  const kept = keptWeightSteps(directory).join(', ');
  throw new UsageError(
    `${directory} kept no weights after step ${step}; ${kept === '' ? 'none are kept (--keep)' : `allowed: ${kept}`}`,
  );
}

/**
 * The places of the training images of a subset; undefined: all. Of labels from a file, those that are not the data set's own are corrupted.
 * Throws a UsageError where labels have no noise.
 */
function placesOf(subset: ImageSubset, configuration: RunConfiguration, { train, classes }: DataSet) {
  const { corrupt, seed, noiseSeed = seed } = configuration;
  if (subset === 'all') return undefined;
  if (configuration.labels !== undefined) {
    const { labels: _, ...own } = configuration;
    const { labels } = openSubject(own).data.train;
    return [...labels.keys()].filter((i) => (labels[i] === train.labels[i]) === (subset === 'clean'));
  }
  if (corrupt === undefined) {
    throw new UsageError(
      `the labels of the run have no noise, so that no images are ${subset}; allowed: a run of --corrupt or --labels`,
    );
  }
  return noisyPlaces(train.count, classes, corrupt, noiseSeed)[subset];
}

/** How many images are averaged over. Throws a UsageError where more are asked for than there are. */
function imagesOf(options: RunCurvatureOptions, batch: number, there: number, onNote: (line: string) => void): number {
  const { images, mostImages = DEFAULT_IMAGES, subset = 'all' } = options;
  if (images === undefined) return Math.max(batch, mostImages);
  if (images > there)
    throw new UsageError(
      `${images} images requested; the run has ${there} ${subset === 'all' ? 'training images' : `${subset} ones`}`,
    );
  const whole = images - (images % batch);
  if (whole > 0 && whole < images) onNote(`${whole} of ${images} images make whole batches of ${batch}`);
  return images;
}

/** The final weights of a run, or those of its last checkpoint. */
function latestWeights(
  directory: string,
  { configuration }: Manifest,
  model: Model,
  onNote: (line: string) => void,
): Weights {
  const path = join(directory, WEIGHTS_FILE);
  const options = { rescale: false };
  if (existsSync(path)) return { step: configuration.steps, tensors: readCheckpoint(model, path, options) };
  const checkpoint = latestCheckpoint(directory, onNote);
  if (checkpoint === undefined) throw new UsageError(`${directory} has neither final weights nor a checkpoint yet`);
  onNote(`${directory} is not finished; curvature after ${checkpoint.step} steps`);
  const tensors = tensorsFromCheckpoint(model, checkpoint.tensors, directory, options);
  return { step: checkpoint.step, tensors };
}

/**
 * Curvature at the final weights of a run on disk, or its last checkpoint, or those it kept after `at` steps, measured as
 * `measureCurvature` does and kept in the run's folder. Throws a UsageError where there is no run, it has no weights, there
 * are fewer images than asked for, or they make no batch, and one line where
 * its data has changed.
 */
export async function curvatureOfRun(
  engine: Engine,
  directory: string,
  options: RunCurvatureOptions = {},
  onNote: (line: string) => void = () => {},
): Promise<Curvature> {
  const manifest = measuredManifest(directory);
  const { data, model, loss, ...run } = openExaminedRun(manifest);
  const { of = 'hessian', subset = 'all', at } = options;
  const { step, tensors } =
    at === undefined ? latestWeights(directory, manifest, model, onNote) : keptWeights(directory, model, at);
  const { batch = run.batch } = options;
  const places = placesOf(subset, manifest.configuration, data);
  const images = imagesOf(options, batch, imagesThere(data, places), onNote);
  const batches = trainingBatches(data, { batch, images, ...(places && { places }) });
  const point = { tensors, batches };
  const hessian = await LossHessian.open(
    engine,
    model,
    batchShape(data, batch),
    point,
    loss === undefined ? { of } : { of, loss },
  );
  try {
    const measured = await measureCurvature({ hessian, model, tensors }, options);
    const which = { ...(of !== 'hessian' && { of }), ...(subset !== 'all' && { subset }) };
    const curvature = { ...which, step, images: hessian.images, batch, ...measured };
    writeCurvature(directory, curvature, options);
    return curvature;
  } finally {
    await hessian.dispose();
  }
}
