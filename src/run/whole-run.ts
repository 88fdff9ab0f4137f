import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type FileChecksum, fileChecksum } from '../system/file-checksum.js';
import { eachWholeLine } from '../system/line-file.js';
import { checkSafetensorsHeader } from '../system/safetensors.js';
import { DamagedRun } from './damaged-run.js';
import type { Manifest } from './manifest.js';
import { checkSteps } from './read-steps.js';
import { METRICS_FILE, readManifest, WEIGHTS_FILE } from './run-directory.js';
import { hasFiniteLoss } from './step-line.js';
import type { SeenSteps } from './step-lines.js';

/**
 * What a whole run is, for everything that reads one: it has no more steps than were to be taken; if it is finished it has all of
 * them, the last one finite, its weights, and the files that training left, unchanged.
 */

/** Steps of a run, as the schema has them where no checksum vouches for them. */
function countSteps(directory: string, { status, files }: Manifest): number {
  if (status === 'finished' && files?.[METRICS_FILE] === undefined) return checkSteps(directory).length;
  const path = join(directory, METRICS_FILE);
  let lines = 0;
  if (existsSync(path)) {
    eachWholeLine(path, () => {
      lines += 1;
    });
  }
  return lines;
}

/** What is wrong with the weights of a finished run. */
function weightsProblem(directory: string): string | undefined {
  const path = join(directory, WEIGHTS_FILE);
  if (!existsSync(path)) return 'is missing';
  try {
    checkSafetensorsHeader(path);
    return undefined;
  } catch (error) {
    return `cannot be used (${(error as Error).message})`;
  }
}

/** What differs between a file that a finished run left and the one that is there now. */
function changeOf(path: string, { bytes, sha256 }: FileChecksum): string | undefined {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return 'is missing';
  if (size !== bytes) return `has ${size} bytes; ${bytes} were written`;
  return fileChecksum(path).sha256 === sha256 ? undefined : 'is not what was written: its SHA-256 has changed';
}

/** What is wrong with the steps of a run. */
function stepsProblem(manifest: Manifest, taken: number, steps?: SeenSteps): string | undefined {
  const { status, configuration, groups } = manifest;
  const wanted = configuration.steps;
  const names = steps?.groups ?? [];
  if (names.length > 0 && !isDeepStrictEqual(names.toSorted(), groups.toSorted()))
    return 'has other groups than the manifest';
  if (taken > wanted) return `has ${taken} steps, more than the ${wanted} of the run`;
  if (status !== 'finished') return undefined;
  if (taken < wanted) return `has ${taken} of ${wanted} steps`;
  const last = steps?.last;
  return last !== undefined && !hasFiniteLoss(last) ? 'ends with a loss or gradient that is not finite' : undefined;
}

/** Something that is wrong with a file of a run, as the rest of a sentence that begins with its name. */
export interface FileProblem {
  readonly file: string;
  readonly problem: string;
}

/**
 * What is wrong with the files of a run, one after another: nothing where it is whole as far as it has come. `steps` are its steps
 * where the caller has read them, which spares a look at the file. Throws one line if a line is not the next step.
 */
export function* runProblems(directory: string, manifest: Manifest, steps?: SeenSteps): Generator<FileProblem> {
  const taken = steps?.length ?? countSteps(directory, manifest);
  const ofSteps = stepsProblem(manifest, taken, steps);
  if (ofSteps !== undefined) yield { file: METRICS_FILE, problem: ofSteps };
  if (manifest.status !== 'finished') return;
  const ofWeights = weightsProblem(directory);
  if (ofWeights !== undefined) yield { file: WEIGHTS_FILE, problem: ofWeights };
  for (const [file, checksum] of Object.entries(manifest.files ?? {})) {
    const problem = changeOf(join(directory, file), checksum);
    if (problem !== undefined) yield { file, problem };
  }
}

/** Throws a DamagedRun where something is wrong with the files of a run. */
export function refuseDamaged(directory: string, manifest: Manifest, steps?: SeenSteps): void {
  for (const { file, problem } of runProblems(directory, manifest, steps))
    throw new DamagedRun(`${directory} is damaged: ${file} ${problem}`);
}

/** The manifest of a run that is finished and whole; undefined where it is neither, or there is none. Throws one line if it is damaged. */
export function finishedManifest(directory: string): Manifest | undefined {
  const manifest = readManifest(directory);
  if (manifest?.status !== 'finished') return undefined;
  refuseDamaged(directory, manifest);
  return manifest;
}
