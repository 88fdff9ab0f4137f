import { configuration, manifest, step } from '../../../bench/example-run.js';
import type { Manifest } from '../../../src/run/manifest.js';
import { elrRate } from '../../../src/run/rate.js';
import { RunWriter } from '../../../src/run/run-writer.js';
import type { RecordedStep } from '../../../src/run/step-columns.js';
import { runDirectory } from '../../../src/sweep/directory.js';

export const at = (elr: number) => ({ ...configuration, rate: elrRate(elr) });

/** A run of a sweep, begun with these steps. */
export function begin(directory: string, elr: number, steps: readonly RecordedStep[]): RunWriter {
  const given: Manifest = { ...manifest, configuration: at(elr) };
  const writer = RunWriter.create(runDirectory(directory, elr), given);
  for (const each of steps) writer.append(each);
  return writer;
}

/** Takes the steps that are left after some, and ends the run. */
export function finish(writer: RunWriter, taken: number, change: Partial<RecordedStep> = {}): void {
  for (let i = taken; i < configuration.steps; i += 1) writer.append(step(i, change));
  writer.finish(new Map(), { seconds: 1, test: { loss: 1, accuracy: 0.5 } });
}
