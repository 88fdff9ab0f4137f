import { appendFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { RunWriter } from '../../src/run/run-writer.js';
import { configuration, manifest, step } from '../example-run.js';

/** Finished and unfinished runs that were never trained. */
export function writeRuns(folder: string, count: number): void {
  const weights = new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]]);
  for (let run = 0; run < count; run += 1) {
    const writer = RunWriter.create(join(folder, 'runs', `elr-${run}`), {
      ...manifest,
      configuration: { ...configuration, steps: 3 },
    });
    for (let i = 0; i < 3; i += 1) writer.append(step(i));
    if (run > 0) writer.finish(weights, { seconds: 1, test: { loss: 1, accuracy: 0.5 } });
  }
}

/** The number of no process. */
const NOBODY = 2 ** 22 + 1;

/** A run that a process has left, with half a line, a temporary file and its lock. */
export function leaveBehind(folder: string): void {
  writeRuns(folder, 1);
  const run = join(folder, 'runs', 'elr-0');
  appendFileSync(join(run, 'metrics.jsonl'), '{"step":3,"lo');
  writeFileSync(join(run, `weights.safetensors.${NOBODY}.tmp`), 'half');
  writeFileSync(join(run, 'lock'), `{"pid":${NOBODY},"host":"${hostname()}","started":"1"}\n`);
}
