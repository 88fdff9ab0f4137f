import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ANNEALING_FILE } from '../../src/run/annealing-record.js';
import { BALANCE_FILE } from '../../src/run/balance-record.js';
import { type Checkpoint, writeCheckpoint } from '../../src/run/checkpoint.js';
import { curvatureKindOf } from '../../src/run/curvature-record.js';
import { lengtheningObstacle } from '../../src/run/lengthening.js';
import type { Manifest, RunConfiguration } from '../../src/run/manifest.js';
import { MEASUREMENTS_FILE } from '../../src/run/measurements.js';
import { METRICS_FILE, SUMMARY_FILE, WEIGHTS_FILE } from '../../src/run/run-directory.js';
import { disk } from '../../src/system/disk.js';
import { type Model, namesWithRole } from '../models/model.js';
import { MEASURER } from '../observe/measurer.js';
import { remember } from '../observe/remembered.js';
import { readCheckpoint } from './read-checkpoint.js';

/** Finished runs that go on as runs of more steps. */

/** Whether the second run is the first with more steps. */
export const isLonger = (finished: RunConfiguration, wanted: RunConfiguration): boolean =>
  wanted.steps > finished.steps && isDeepStrictEqual({ ...finished, steps: wanted.steps }, wanted);

/** What is kept beside a run about its last weights, which are no longer the last. */
const ABOUT_THE_END = [BALANCE_FILE, ANNEALING_FILE, SUMMARY_FILE];

const isAboutTheEnd = (file: string): boolean => {
  const kind = curvatureKindOf(file);
  return ABOUT_THE_END.includes(file) || (kind !== undefined && kind.at === undefined);
};

/**
 * The end of a finished run as a checkpoint, which is also written, so that the longer run can be interrupted from its first step on.
 * Records about its last weights are removed. Throws one line where the run cannot be lengthened.
 */
export function checkpointAtEnd(directory: string, manifest: Manifest, model: Model): Checkpoint {
  const obstacle = lengtheningObstacle(manifest);
  if (obstacle !== undefined) throw new Error(`the run cannot be lengthened: ${obstacle}`);
  const bytesOf = (file: string): number =>
    existsSync(join(directory, file)) ? statSync(join(directory, file)).size : 0;
  const weights = readCheckpoint(model, join(directory, WEIGHTS_FILE), { rescale: false });
  const shapes = new Map(model.tensors.map(({ name, shape }) => [name, shape]));
  const tensors = new Map([...weights].map(([name, data]) => [name, { shape: shapes.get(name)!, data }]));
  const isMeasured = (manifest.configuration.observation?.measure ?? null) !== null;
  const onSphere = namesWithRole(model, 'sphere').map((name) => [name, tensors.get(name)!] as const);
  const remembered = isMeasured ? remember(MEASURER, new Map(onSphere)) : [];
  const checkpoint = {
    step: manifest.configuration.steps,
    tensors: new Map([...tensors, ...remembered]),
    metricsBytes: bytesOf(METRICS_FILE),
    measurementsBytes: bytesOf(MEASUREMENTS_FILE),
  };
  writeCheckpoint(directory, checkpoint);
  for (const file of readdirSync(directory).filter(isAboutTheEnd)) disk().remove(join(directory, file));
  return checkpoint;
}
