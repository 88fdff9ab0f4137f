import { join } from 'node:path';
import { readMeasurements } from '../run/measurements.js';
import { makeDirectory, writeAtomically } from '../system/atomic.js';
import { encodeNpz } from '../system/npy.js';
import { measuredFiles, measuredNoiseShares, recordedFiles, WHOLE } from './official-arrays.js';
import { officialLossUnit } from './official-name.js';
import type { StoredRun } from './stored-run.js';

/** What was written of a run. */
export interface NpzExport {
  readonly files: readonly string[];
  /** How often the run was measured at fixed weights; after none, the numbers are running means of the metrics. */
  readonly measurements: number;
}

/** Writes the files that the official notebook reads into a folder. Throws one line where the run has no step yet. */
export function exportNpz(run: StoredRun, directory: string): NpzExport {
  const measurements = readMeasurements(run.directory);
  const measured = measurements.length > 0;
  if (!measured && run.steps.length === 0) throw new Error('the run has no step yet');
  const files = measured
    ? measuredFiles(run.manifest.groups, measurements, {
        noiseShares: measuredNoiseShares(run, measurements),
        lossUnit: officialLossUnit(run.manifest),
      })
    : recordedFiles(run);
  makeDirectory(directory);
  for (const [name, arrays] of files) writeAtomically(join(directory, `${name}.npz`), encodeNpz(arrays, WHOLE));
  return { files: [...files.keys()].map((name) => `${name}.npz`), measurements: measurements.length };
}
