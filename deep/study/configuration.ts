import { resolve } from 'node:path';
import { stepsPerEpoch } from '../../src/run/epoch.js';
import { unusualVariant } from '../../src/run/network-variants.js';
import { checkedConfiguration, type RunConfiguration } from '../../src/run/stored-configuration.js';
import { MOST_THREADS, refuseAbove } from '../../src/system/bounds.js';
import { UsageError } from '../../src/system/usage-error.js';
import { absoluteDataName } from '../data/locate.js';
import type { EngineName } from '../engine/names.js';
import { USUAL_DEPTH } from '../models/names.js';
import { observationOf } from './observation.js';
import { type RunSpec, withDefaults } from './spec.js';
import { trainingSettings } from './training.js';

/** What a configuration says that a spec does not. */
export interface RunSurroundings {
  readonly trainImages: number;
  /** Undefined where the run is not kept, and so not observed. */
  readonly testImages: number | undefined;
  readonly threads: number | null;
  readonly engine: EngineName;
}

/** Throws a UsageError if both lengths of a run are given. */
export function refuseTwoLengths({ steps, epochs }: { readonly steps?: unknown; readonly epochs?: unknown }): void {
  if (steps !== undefined && epochs !== undefined) {
    throw new UsageError('--steps and --epochs exclude each other; give one');
  }
}

/** Training is in single precision: a rate beyond its numbers would be none, or infinite. */
function refuseRate({ kind, value }: RunSpec['rate']): void {
  const single = Math.fround(value);
  if (!(single > 0 && Number.isFinite(single)))
    throw new UsageError(`--${kind} ${value} is not a 32-bit number; allowed: from 1e-45 to 3e38`);
}

/** Left out where batches are drawn as usual. Throws a UsageError where they cannot be drawn with replacement. */
function samplingOf({ sampling, order, fullBatch, augment }: RunSpec): Pick<RunConfiguration, 'sampling'> {
  if (sampling !== 'with') return {};
  const other = order === 'sequential' ? '--order sequential' : fullBatch ? '--full-batch' : undefined;
  if (other !== undefined) throw new UsageError(`--sampling with and ${other} exclude each other; leave one out`);
  if (augment) throw new UsageError('--sampling with and --augment exclude each other: an epoch has each image once');
  return { sampling };
}

/** Where labels come from. Throws a UsageError where settings contradict each other. */
function labelSettings({ corrupt, noiseSeed, labels, shuffledLabels }: RunSpec) {
  if (noiseSeed !== undefined && corrupt === undefined) throw new UsageError('--noise-seed needs --corrupt');
  const other = corrupt !== undefined ? '--corrupt' : shuffledLabels ? '--shuffled-labels' : undefined;
  if (labels !== undefined && other !== undefined)
    throw new UsageError(`--labels and ${other} exclude each other; leave one out`);
  return {
    ...(noiseSeed === undefined ? {} : { noiseSeed }),
    ...(labels === undefined ? {} : { labels: resolve(labels) }),
  };
}

/** The configuration of a run, complete: no default is left open. Throws a UsageError if fields contradict each other. */
export function configurationOf(spec: RunSpec, { threads, engine, ...images }: RunSurroundings): RunConfiguration {
  refuseRate(spec.rate);
  refuseTwoLengths(spec);
  const { model, width, data, batch, epochs, seed, order } = withDefaults(spec);
  const { depth, trainImages, corrupt, augment, normalisation, init, rate } = spec;
  if (spec.balanced && trainImages === undefined)
    throw new UsageError('--balanced needs --train-images, a multiple of the number of classes');
  const perEpoch = stepsPerEpoch({ batch, fullBatch: spec.fullBatch ?? false }, images.trainImages);
  const steps = spec.steps ?? epochs * perEpoch;
  const training = trainingSettings(spec, perEpoch);
  if (threads !== null) refuseAbove('--threads', threads, MOST_THREADS);
  return checkedConfiguration({
    model,
    width,
    // Left out where it is the usual one, so that saying so makes no other run.
    ...(depth === undefined || depth === USUAL_DEPTH ? {} : { depth }),
    ...unusualVariant(model, spec),
    // Absolute, so that a run on disk still says where its data was.
    data: absoluteDataName(data),
    trainImages: trainImages ?? null,
    ...(spec.balanced ? { balanced: true } : {}),
    ...(spec.validation === undefined ? {} : { validation: spec.validation }),
    ...(spec.shuffledLabels ? { shuffledLabels: true } : {}),
    ...(corrupt === undefined ? {} : { corrupt }),
    ...labelSettings(spec),
    ...(augment ? { augment: 'crop-flip' } : {}),
    ...(normalisation === 'official' ? { normalisation } : {}),
    rate,
    batch,
    steps,
    seed,
    order,
    ...samplingOf(spec),
    init: init === undefined ? null : resolve(init),
    engine,
    threads,
    training,
    ...observationOf(spec, { steps, batch, fullBatch: training.fullBatch, ...images }),
  });
}
