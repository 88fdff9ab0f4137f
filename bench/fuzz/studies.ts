import { join } from 'node:path';
import { keptPaths } from '../../deep/evaluate/kept-paths.js';
import { prepareRun } from '../../deep/run/prepare.js';
import { recordRun } from '../../deep/run/record.js';
import { probe } from '../../deep/study/probe.js';
import { type Trainer, trainSweep } from '../../deep/study/run-study.js';
import { writeStart } from '../../deep/study/start-with-shares.js';
import { readSteps } from '../../src/run/read-steps.js';
import { readManifest } from '../../src/run/run-directory.js';
import { RunWriter } from '../../src/run/run-writer.js';
import { isFinished } from '../../src/sweep/directory.js';
import { extendSweep, openSweep } from '../../src/sweep/extend-sweep.js';
import { makeDirectory } from '../../src/system/atomic.js';
import { toyTheory } from '../../toy/theory/equilibrium.js';
import { configuration, manifest, step } from '../example-run.js';

/** What forecasts, experiments and reports write, from cases so small that they can be done hundreds of times. */

const WEIGHTS = new Map([['a', { shape: [1], data: Float32Array.of(1) }]]);
const OUTCOME = { seconds: 1, test: { loss: 1, accuracy: 0.5 } };

/** Writes the runs of a plan that are not there yet, in place of training them: losses near those of random points from an ELR of 1 on. */
const written: Trainer = async (plan, { directory }) => {
  for (const run of extendSweep(directory, plan).runs) {
    if (isFinished(directory, run)) continue;
    const given = run.configuration;
    const writer = RunWriter.create(join(directory, run.folder), {
      ...manifest,
      configuration: given,
    } as typeof manifest);
    const loss = given.rate.value < 1 ? 0.5 : 3.4;
    for (let at = 0; at < given.steps; at += 1)
      writer.append(step(at, { loss: loss + 0.01 * (at % 7), elr: given.rate.value }));
    writer.finish(WEIGHTS, OUTCOME);
  }
  return [];
};

/** The runs behind a forecast, and no forecast yet; `data` are its images. */
export const writeProbe = (directory: string, data: string, steps: number): Promise<unknown> =>
  probe({ base: { data, width: 1, batch: 4 }, steps, seeds: [1] }, toyTheory, {
    directory,
    train: written,
    workers: 1,
  });

/** Trains in this process what is missing of a plan. */
const trained: Trainer = async (plan, { directory }) => {
  for (const run of extendSweep(directory, plan).runs)
    if (!isFinished(directory, run))
      await recordRun(prepareRun(run.configuration), join(directory, run.folder), { resume: true });
  return [];
};

/** Trains the runs of an experiment. */
export async function trainExperiment(directory: string, data: string): Promise<void> {
  const base = { data, model: 'convnet', width: 1, depth: 1, batch: 4, steps: 2, measure: 'none' } as const;
  const { runs } = await trainSweep({ base, vary: { elr: [0.01] } }, { directory, train: trained, workers: 1 });
  if (runs.length !== 1) throw new Error(`${runs.length} runs in the place of 1`);
}

/** Measures a path of an experiment, from a run back to itself. */
export async function keepPath(run: string, directory: string): Promise<void> {
  makeDirectory(directory);
  const end = { directory: run, manifest: readManifest(run)!, steps: readSteps(run) };
  await keptPaths([[end, end]], { directory, points: 3 });
}

/** Writes a start with norm shares that an experiment chooses. */
export function writeShares(run: string, directory: string): void {
  const { configuration: given, groups } = readManifest(run)!;
  const all = groups.map((name) => ({ name, tensors: [name] }));
  writeStart(
    directory,
    given,
    all,
    groups.map(() => 1 / groups.length),
  );
}

/** A sweep of one finished run that was never trained. */
export function writeSweep(directory: string): void {
  const given = { ...configuration, steps: 40 };
  const [run] = openSweep(directory, [given]).runs;
  const writer = RunWriter.create(join(directory, run!.folder), { ...manifest, configuration: given });
  for (let at = 0; at < given.steps; at += 1) writer.append(step(at, { loss: 0.5 + 0.01 * (at % 5) }));
  writer.finish(WEIGHTS, OUTCOME);
}
