/** Writes a sweep as processes that train do, two runs side by side, as long as it is let: something live to look at. */

import type { ElrConfiguration, ElrManifest } from '../src/run/manifest.js';
import { elrRate } from '../src/run/rate.js';
import { RunWriter } from '../src/run/run-writer.js';
import type { RecordedStep } from '../src/run/step-columns.js';
import { runDirectory } from '../src/sweep/directory.js';
import { openSweep } from '../src/sweep/extend-sweep.js';
import { lockDirectory } from '../src/system/lock.js';
import { configuration as example, manifest as exampleManifest } from './example-run.js';

const GROUPS = ['first', 'second', 'third', 'fourth'];
const SIDE_BY_SIDE = 2;
/** A ConvNet of width 8 at batch 128 takes 20 steps a second on one core; a run takes a minute here. */
const STEPS_PER_SECOND = 20;
const STEPS = 1200;
const RANDOM_LOSS = 10;
const THRESHOLD = 1e-3;

const configuration = (elr: number): ElrConfiguration => ({
  ...example,
  ...{ width: 8, data: 'made up', rate: elrRate(elr), batch: 128, steps: STEPS },
});

const manifest = (elr: number): ElrManifest => ({
  ...exampleManifest,
  configuration: configuration(elr),
  groups: GROUPS,
  randomLoss: { mean: RANDOM_LOSS, standardError: 0.1 },
  created: new Date().toISOString(),
});

function stepAt(elr: number, step: number): RecordedStep {
  const noise = 1 + 0.1 * Math.sin(step * 12.9898);
  const level = elr < THRESHOLD ? 5 * Math.exp(-step / 300) : RANDOM_LOSS * (1 - THRESHOLD / elr);
  const ess = elr < THRESHOLD ? 0.02 : Math.sqrt((elr / THRESHOLD) ** 2 - 1);
  const group = (name: string) => ({ name, share: 1 / GROUPS.length, egn: ess / elr / GROUPS.length, ess, radial: 0 });
  const joint = { elr, egn: ess / elr, ess, norm: 10, radial: 0, angle: Math.atan(ess) };
  return { step, loss: (level + 0.01) * noise, accuracy: 0.5, ...joint, groups: GROUPS.map(group) };
}

/** One run, at the pace of a network. */
async function write(directory: string, elr: number): Promise<void> {
  const folder = runDirectory(directory, elr);
  const writer = RunWriter.create(folder, manifest(elr));
  const unlock = lockDirectory(folder);
  for (let step = 0; step < STEPS; step += 1) {
    writer.append(stepAt(elr, step));
    await new Promise((resolve) => setTimeout(resolve, 1000 / STEPS_PER_SECOND));
  }
  writer.finish(new Map(), { seconds: STEPS / STEPS_PER_SECOND, test: { loss: 1, accuracy: 0.5 } });
  unlock();
}

const [directory, runs] = [process.argv[2]!, Number(process.argv[3])];
const elrs = Array.from({ length: runs }, (_, i) => Number((10 ** (-5 + (5 * i) / (runs - 1))).toPrecision(3)));
openSweep(directory, elrs.map(configuration));
const queue = [...elrs];
await Promise.all(
  Array.from({ length: SIDE_BY_SIDE }, async () => {
    for (let elr = queue.shift(); elr !== undefined; elr = queue.shift()) await write(directory, elr);
  }),
);
