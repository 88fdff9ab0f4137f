import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '../system/lock.js';
import { explainReading } from '../system/reading-error.js';
import type { Manifest } from './manifest.js';
import { parseManifest } from './manifest-text.js';

/**
 * A run on disk: a folder with a manifest, one metrics line a step, and the final weights; where asked for, a line a
 * measurement, weights kept on the way, and their average.
 */

export const MANIFEST_FILE = 'manifest.json';
export const METRICS_FILE = 'metrics.jsonl';
export const WEIGHTS_FILE = 'weights.safetensors';
export const AVERAGE_FILE = 'average.safetensors';
/** What reading all steps has shown, kept beside the run. */
export const SUMMARY_FILE = 'summary.json';

/** File of the weights after `step` steps. */
export const keptWeightsFile = (step: number): string => `weights-${step}.safetensors`;
const KEPT_WEIGHTS = /^weights-(?<step>\d+)\.safetensors$/;

const LEFTOVER =
  /^((manifest|curvature[a-z0-9-]*|balance|annealing|summary|sweep|forecast|paths)\.json|(weights(-\d+)?|average|checkpoint-\d+)\.safetensors|lock)\.(?<pid>\d+)\.(tmp|stale)$/;

/** Whether a file of that name is what remains of a process that was killed while writing it. */
export function isLeftover(name: string): boolean {
  const pid = LEFTOVER.exec(name)?.groups?.pid;
  return pid !== undefined && !isRunning(Number(pid));
}

/** The manifest of a run; undefined if there is none. Throws one line if it cannot be read. */
export function readManifest(directory: string): Manifest | undefined {
  const path = join(directory, MANIFEST_FILE);
  if (!existsSync(path)) return undefined;
  return parseManifest(
    explainReading(path, () => readFileSync(path, 'utf8')),
    path,
  );
}

/** The steps after which a run has kept its weights, rising. */
export const keptWeightSteps = (directory: string): number[] =>
  readdirSync(directory)
    .flatMap((name) => KEPT_WEIGHTS.exec(name)?.groups?.step ?? [])
    .map(Number)
    .sort((a, b) => a - b);
