import { mean } from '../numerics/means.js';
import { stepsPerEpoch as stepsIn } from './epoch.js';
import type { Manifest } from './manifest.js';

/** Steps of a run that a pass over its training images takes. */
export const stepsPerEpoch = ({ configuration: { batch, training }, data }: Manifest): number =>
  stepsIn({ batch, fullBatch: training.fullBatch }, data.trainImages);

/** What follows in consecutive groups of `size`; the last may be shorter. */
export const chunks = <T>(values: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size));

/** The same of a quantity that every step has. */
export const columnChunks = (values: Float64Array, size: number): Float64Array[] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.subarray(i * size, (i + 1) * size));

/** Mean of a quantity over the steps of the last epoch, or of fewer where there are no more; NaN of none. */
export const lastEpochMean = (manifest: Manifest, values: Float64Array): number =>
  mean(values.subarray(-stepsPerEpoch(manifest)));
