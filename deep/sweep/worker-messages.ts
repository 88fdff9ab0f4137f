import type { RunConfiguration } from '../../src/run/stored-configuration.js';

/** Messages between a sweep and the processes of its runs. */

export interface WorkerTask {
  readonly configuration: RunConfiguration;
  readonly directory: string;
  /** Steps from one checkpoint to the next. */
  readonly checkpointEvery?: number;
  /** Trains a damaged run anew. */
  readonly redoDamaged?: boolean;
}

/** How often a worker reports. */
export const STEPS_PER_REPORT = 5;

/** About the run in `directory`. */
export type WorkerReport = { readonly directory: string } & (
  | /** Steps of the run that are taken, and those of them that an earlier process took. */
  { readonly kind: 'progress'; readonly steps: number; readonly before: number }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly reason: string }
);
