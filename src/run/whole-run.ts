import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { fileChecksum } from '../system/file-checksum.js';
import { eachWholeLine } from '../system/line-file.js';
import { checkSafetensorsHeader } from '../system/safetensors.js';
import { DamagedRun } from './damaged-run.js';
import type { Manifest } from './manifest.js';
import { METRICS_FILE, readManifest, readSteps, WEIGHTS_FILE } from './run-directory.js';
import type { StepColumns } from './step-columns.js';
import { hasFiniteLoss } from './step-line.js';

/**
 * What a whole run is, for everything that reads one: it has no more steps than were to be taken; if it is finished it has all of
 * them, the last one finite, its weights, and the files that training left, unchanged.
 */

/** Steps of a run, as the schema has them where no checksum vouches for them. */
function countSteps(directory: string, { status, files }: Manifest): number {
  if (status === 'finished' && files?.[METRICS_FILE] === undefined) return readSteps(directory).length;
  const path = join(directory, METRICS_FILE);
  let lines = 0;
  if (existsSync(path)) {
    eachWholeLine(path, () => {
      lines += 1;
    });
  }
  return lines;
}

function weightsProblem(directory: string): string | undefined {
  const path = join(directory, WEIGHTS_FILE);
  if (!existsSync(path)) return `${WEIGHTS_FILE} is missing`;
  try {
    checkSafetensorsHeader(path);
    return undefined;
  } catch (error) {
    return `${WEIGHTS_FILE} cannot be used (${(error as Error).message})`;
  }
}

/** What differs between the files that a finished run left and those that are there now. */
export function changedFile(directory: string, { files = {} }: Manifest): string | undefined {
  for (const [name, { bytes, sha256 }] of Object.entries(files)) {
    const path = join(directory, name);
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (size === undefined) return `${name} is missing`;
    if (size !== bytes) return `${name} has ${size} bytes; ${bytes} were written`;
    if (fileChecksum(path).sha256 !== sha256) return `${name} is not what was written: its SHA-256 has changed`;
  }
  return undefined;
}

/**
 * What is wrong with the files of a run in words; undefined where it is whole as far as it has come. `steps` are its steps where
 * the caller has read them, which spares a look at the file. Throws one line if a line is not the next step.
 */
export function runProblem(directory: string, manifest: Manifest, steps?: StepColumns): string | undefined {
  const { status, configuration } = manifest;
  const taken = steps?.length ?? countSteps(directory, manifest);
  const wanted = configuration.steps;
  const names = steps?.columns.groups.map(({ name }) => name) ?? [];
  if (names.length > 0 && !isDeepStrictEqual(names.toSorted(), manifest.groups.toSorted()))
    return `${METRICS_FILE} has other groups than the manifest`;
  if (taken > wanted) return `${METRICS_FILE} has ${taken} steps, more than the ${wanted} of the run`;
  if (status !== 'finished') return undefined;
  if (taken < wanted) return `${METRICS_FILE} has ${taken} of ${wanted} steps`;
  const last = steps?.at(-1);
  if (last !== undefined && !hasFiniteLoss(last))
    return `${METRICS_FILE} ends with a loss or gradient that is not finite`;
  return weightsProblem(directory) ?? changedFile(directory, manifest);
}

/** Throws a DamagedRun where something is wrong with the files of a run. */
export function refuseDamaged(directory: string, manifest: Manifest, steps?: StepColumns): void {
  const problem = runProblem(directory, manifest, steps);
  if (problem !== undefined) throw new DamagedRun(`${directory} is damaged: ${problem}`);
}

/** The manifest of a run that is finished and whole; undefined where it is neither, or there is none. Throws one line if it is damaged. */
export function finishedManifest(directory: string): Manifest | undefined {
  const manifest = readManifest(directory);
  if (manifest?.status !== 'finished') return undefined;
  refuseDamaged(directory, manifest);
  return manifest;
}
