import { join } from 'node:path';
import { randomSource } from '../src/numerics/random.js';
import { elrRate } from '../src/run/rate.js';
import { encodeStep, RunWriter } from '../src/run/run-writer.js';
import type { RecordedStep } from '../src/run/step-columns.js';
import { openSweep } from '../src/sweep/extend-sweep.js';
import { configuration, manifest } from './example-run.js';

/** Records of runs far longer than any that was trained, to see what reading them takes. */

const GROUPS = ['conv1.weight', 'conv2.weight', 'conv3.weight', 'conv4.weight'];

/** A step of a network in equilibrium: as many digits as real ones have, and a loss that keeps its level. */
function stepAt(at: number, random: { uniform(): number }): RecordedStep {
  const elr = 0.01;
  const groups = GROUPS.map((name) => {
    const egn = 5 + random.uniform();
    return { name, share: 0.25 * (0.9 + 0.1 * random.uniform()), egn, ess: elr * egn, radial: 1e-9 * random.uniform() };
  });
  const egn = Math.sqrt(groups.reduce((sum, group) => sum + group.egn ** 2, 0));
  return {
    ...{ step: at, loss: 0.5 + random.uniform(), accuracy: Math.round(8 + 8 * random.uniform()) / 16, elr, egn },
    ...{ ess: elr * egn, norm: 4 + random.uniform(), radial: 1e-9 * random.uniform(), groups },
    angle: Math.atan(elr * egn),
  };
}

/** Writes a sweep of one finished run whose `metrics.jsonl` has about so many bytes; returns its number of steps. */
export function writeLargeRun(directory: string, bytes: number): number {
  const random = randomSource(1);
  const steps = Math.ceil(bytes / (encodeStep(stepAt(bytes, random)).length + 1));
  const given = { ...configuration, rate: elrRate(0.01), steps };
  const [run] = openSweep(directory, [given]).runs;
  const writer = RunWriter.create(join(directory, run!.folder), { ...manifest, configuration: given, groups: GROUPS });
  for (let at = 0; at < steps; at += 1) writer.append(stepAt(at, random));
  const weights = new Map([['a', { shape: [1], data: Float32Array.of(1) }]]);
  writer.finish(weights, { seconds: 1, test: { loss: 1, accuracy: 0.5 } });
  return steps;
}
