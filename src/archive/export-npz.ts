import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Measurement, readMeasurements } from '../run/measurements.js';
import type { StoredManifest } from '../run/recorded-run.js';
import { keptWeightSteps, keptWeightsFile, WEIGHTS_FILE } from '../run/run-directory.js';
import { stepsPerEpoch } from '../run/run-epochs.js';
import { makeDirectory, writeAtomically } from '../system/atomic.js';
import { encodeNpz, type NpyArray } from '../system/npy.js';
import { decodeSafetensors, type HostTensor } from '../system/safetensors.js';
import { isWhole, measuredFiles, type OfficialFiles } from './official-arrays.js';
import { curvatureArrays } from './official-curvature.js';
import { officialLossUnit } from './official-name.js';
import { measuredNoiseShares, recordedFiles } from './official-steps.js';
import { wholeSteps } from './stored-run.js';

/** What was written of a run. */
export interface NpzExport {
  readonly files: readonly string[];
  /** How often the run was measured at fixed weights; after none, the numbers are running means of the metrics. */
  readonly measurements: number;
}

const squareOf = (content: HostTensor['data']): number => {
  let square = 0;
  for (const value of content) square += Number(value) ** 2;
  return square;
};

/** Curvature kept at the final weights of a run; empty where there is none, or no weights. */
function keptCurvature({ directory, manifest }: StoredManifest): ReadonlyMap<string, NpyArray> {
  const path = join(directory, WEIGHTS_FILE);
  const units = { lossUnit: officialLossUnit(manifest), stepsPerEpoch: stepsPerEpoch(manifest) };
  const tensors = existsSync(path) ? decodeSafetensors(readFileSync(path)) : new Map<string, HostTensor>();
  const contents = manifest.groups.map((name) => tensors.get(name)?.data);
  if (!contents.every((content) => content !== undefined)) return new Map();
  const norm = Math.sqrt(contents.reduce((sum, content) => sum + squareOf(content), 0));
  const size = contents.reduce((sum, { length }) => sum + length, 0);
  return curvatureArrays(directory, manifest.configuration.steps, { ...units, norm, size });
}

/** Numbers of components of the tensors in the final weights of a run, or the last ones it kept; none where there are no weights. */
function tensorSizes(directory: string): ReadonlyMap<string, number> {
  const kept = keptWeightSteps(directory).map(keptWeightsFile);
  const path = [...kept, WEIGHTS_FILE].map((name) => join(directory, name)).findLast(existsSync);
  if (path === undefined) return new Map();
  return new Map([...decodeSafetensors(readFileSync(path))].map(([name, { data }]) => [name, data.length]));
}

/** The files of a run but for curvatures. Throws one line where the run is damaged, or has no step yet. */
function officialFiles(run: StoredManifest, measurements: readonly Measurement[]): OfficialFiles {
  const { directory, manifest } = run;
  if (measurements.length > 0) {
    return measuredFiles(manifest.groups, measurements, {
      noiseShares: measuredNoiseShares(manifest, wholeSteps(run), measurements),
      lossUnit: officialLossUnit(manifest),
      sizes: tensorSizes(directory),
    });
  }
  const files = recordedFiles(manifest, wholeSteps(run));
  if (files.size === 0) throw new Error('the run has no step yet');
  return files;
}

/** Writes the files that the official notebook reads into a folder. Throws one line where the run is damaged, or has no step yet. */
export function exportNpz(run: StoredManifest, directory: string): NpzExport {
  const measurements = readMeasurements(run.directory);
  const all = new Map<string, ReadonlyMap<string, readonly number[] | NpyArray>>(officialFiles(run, measurements));
  const curvature = keptCurvature(run);
  if (curvature.size > 0) all.set('train-tm-prebn-curvature', curvature);
  makeDirectory(directory);
  for (const [name, arrays] of all)
    writeAtomically(join(directory, `${name}.npz`), encodeNpz(arrays, new Set([...arrays.keys()].filter(isWhole))));
  return { files: [...all.keys()].map((name) => `${name}.npz`), measurements: measurements.length };
}
