import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configuration, manifest, step } from '../../../bench/example-run.js';
import type { Manifest, RunConfiguration } from '../../../src/run/manifest.js';
import { manifestText } from '../../../src/run/manifest-text.js';
import { encodeMeasurement, type Measurement } from '../../../src/run/measurements.js';
import { encodeStep } from '../../../src/run/run-writer.js';
import type { RecordedStep } from '../../../src/run/step-columns.js';
import { encodeSafetensors } from '../../../src/system/safetensors.js';

/** Parts of a run on disk, written file by file. Two steps are an epoch: 32 images in batches of 16. */
export interface StoredParts {
  readonly configuration?: Partial<RunConfiguration>;
  readonly manifest?: Partial<Manifest>;
  readonly steps?: Iterable<RecordedStep>;
  readonly measurements?: readonly Measurement[];
}

export const OUTCOME = { seconds: 8, test: { loss: 1.5, accuracy: 0.75 } };

export const storedManifest = ({ configuration: change, manifest: other }: StoredParts = {}): Manifest => ({
  ...manifest,
  status: 'finished',
  outcome: OUTCOME,
  data: { name: 'fashion-mnist', sha256: 'd1', trainImages: 32, testImages: 10 },
  start: 's1',
  configuration: { ...configuration, steps: 5, ...change },
  ...other,
});

/** Losses 1, 3, 5, 7, 9: epochs of means 2 and 6, and half an epoch of 9. */
export const STEPS: readonly RecordedStep[] = [1, 3, 5, 7, 9].map((loss, i) => step(i, { loss, accuracy: loss / 10 }));

export function writeRun(directory: string, parts: StoredParts = {}): string {
  const { steps = STEPS, measurements } = parts;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'manifest.json'), manifestText(storedManifest(parts)));
  writeFileSync(join(directory, 'metrics.jsonl'), Array.from(steps, (line) => `${encodeStep(line)}\n`).join(''));
  if (storedManifest(parts).status === 'finished')
    writeFileSync(join(directory, 'weights.safetensors'), encodeSafetensors(new Map()));
  if (measurements !== undefined) {
    writeFileSync(
      join(directory, 'measurements.jsonl'),
      measurements.map((line) => `${encodeMeasurement(line)}\n`).join(''),
    );
  }
  return directory;
}

/** Groups a and b of norms 3 and 4 beside a last layer of norm 12: 5 together on the sphere, 13 with all. */
export const measurement = (epoch: number, change: Partial<Measurement> = {}): Measurement => ({
  step: 2 * epoch,
  epoch,
  train: { training: { loss: 2, accuracy: 0.25 }, evaluation: { loss: 2.5, accuracy: 0.125 } },
  test: { training: { loss: 3, accuracy: 0.5 }, evaluation: { loss: 3.5, accuracy: 0.375 } },
  gradient: {
    egn: 10,
    meanGradientEgn: 6,
    groups: [
      { name: 'a', egn: 1 },
      { name: 'b', egn: 2 },
    ],
  },
  norm: 5,
  norms: { a: 3, b: 4, last: 12 },
  start: { cosine: 1 - epoch / 10, distance: epoch },
  previousEpoch: epoch === 0 ? null : { cosine: 0.9, distance: 0.5 },
  average: null,
  ...change,
});
