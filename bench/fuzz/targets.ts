import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { checkRun } from '../../src/archive/check-run.js';
import { readRun } from '../../src/archive/stored-run.js';
import { readBalance, writeBalance } from '../../src/run/balance-record.js';
import { latestCheckpoint, writeCheckpoint } from '../../src/run/checkpoint.js';
import { readCurvature, writeCurvature } from '../../src/run/curvature-record.js';
import { StepFollower } from '../../src/run/follow-steps.js';
import { readMeasurements } from '../../src/run/measurements.js';
import { readSteps } from '../../src/run/read-steps.js';
import { readManifest } from '../../src/run/run-directory.js';
import { RunWriter } from '../../src/run/run-writer.js';
import { readSweepPlan } from '../../src/sweep/directory.js';
import { openSweep } from '../../src/sweep/extend-sweep.js';
import { plannedRun } from '../../src/sweep/plan.js';
import { decodeSafetensors } from '../../src/system/safetensors.js';
import { RunFollower } from '../../tui/data/run-follower.js';
import { configuration, manifest, step } from '../example-run.js';
import { dataTargets } from './data-targets.js';
import { areSteps, isBuiltAs, isTiled } from './oracles.js';
import { otherTargets } from './record-targets.js';
import type { Target } from './target.js';
import { torchTargets } from './torch-targets.js';

/** The readers that are tried, each with a file that it takes. */

const STEPS = 12;
const given = { ...configuration, steps: STEPS };
const weights = new Map([
  ['a', { shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['b', { shape: [], data: Float32Array.of(7) }],
  ['c', { shape: [2], data: Int32Array.of(8, 9) }],
]);
const quality = { loss: 1.25, accuracy: 0.5 };
const modes = { training: quality, evaluation: quality };
const measurement = (at: number) => ({
  ...{ step: at, epoch: at / 4, train: modes, test: modes, norm: 4, norms: { a: 3, b: 2 } },
  gradient: { egn: 3, meanGradientEgn: 2, groups: [{ name: 'a', egn: 1 }] },
  ...{ start: { cosine: 1, distance: 0 }, previousEpoch: { cosine: 1, distance: 0 }, average: null },
});
const eigenvalue = { value: 3, bound: 0.1 };

/** A finished run of which every file is written by the program. */
function writeRun(directory: string): void {
  const writer = RunWriter.create(directory, { ...manifest, configuration: given });
  for (let i = 0; i < STEPS; i += 1) writer.append(step(i, { loss: 1 / (i + 1), radial: 1e-9 * i }));
  for (const at of [0, 4, 8, 12]) writer.appendMeasurement(measurement(at));
  writer.finish(weights, { seconds: 1.5, test: { loss: 0.5, accuracy: 0.75 } });
  writeCurvature(directory, {
    ...{ step: 12, images: 16, batch: 4, seed: 1, loss: 0.5, meanGradientEgn: 2, largest: [eigenvalue, eigenvalue] },
    ...{ smallest: eigenvalue, converged: true, trace: null, spectrum: null, products: 9, seconds: 1 },
    groups: [{ name: 'a', tensors: ['a'], largest: eigenvalue, converged: true }],
  });
  const estimate = { mean: 1, error: 0.5 };
  const point = { step: 12, loss: estimate, squaredEgn: estimate, slope: estimate, curvature: estimate };
  writeBalance(directory, { batch: 4, pairs: 2, seed: 1, points: [point], seconds: 1 });
}

/** An unfinished run with one checkpoint. */
function writeUnfinished(directory: string): void {
  const writer = RunWriter.create(directory, { ...manifest, configuration: given });
  for (let i = 0; i < STEPS / 2; i += 1) writer.append(step(i, i === 3 ? {} : { radial: 0.5 }));
  writeCheckpoint(directory, { step: STEPS / 2, tensors: weights, ...writer.settled() });
}

const isSame = (changed: Buffer, original: Buffer): boolean => changed.equals(original);
const saysTheSame = (changed: Buffer, original: Buffer): boolean =>
  isDeepStrictEqual(JSON.parse(changed.toString()), JSON.parse(original.toString()));
const isBuiltTheSame = (changed: Buffer, original: Buffer): boolean =>
  isBuiltAs(JSON.parse(changed.toString()), JSON.parse(original.toString()));

/** As a file that grows under its reader: a part at first, then all. */
function whileGrowing<Seen>(directory: string, look: () => Seen): Seen {
  const path = join(directory, 'metrics.jsonl');
  const whole = readFileSync(path);
  rmSync(path);
  for (const third of [0, 1, 2]) {
    const [from, to] = [third, third + 1].map((thirds) => Math.floor((thirds * whole.length) / 3));
    appendFileSync(path, whole.subarray(from, to));
    look();
  }
  return look();
}

function follow(directory: string): unknown {
  const follower = new StepFollower(directory);
  return whileGrowing(directory, () => follower.read());
}

/** What the runtime says where a program is wrong, which the terminal would show as damage. */
const OF_THE_RUNTIME =
  /Cannot (read|set|destructure|convert)|is not (a function|iterable|defined|a constructor)|Invalid /;

/** As the terminal follows a run; it shows what is wrong, and never throws. */
function watchRun(directory: string): unknown {
  const follower = new RunFollower(directory, plannedRun(given, { elr: 0.01 }), 0.4);
  const { state, problem } = whileGrowing(directory, () => follower.look());
  if (state !== 'damaged') return state;
  throw OF_THE_RUNTIME.test(problem!) ? new TypeError(problem!) : new Error(problem!);
}

function throwFindings(directory: string): void {
  const [first] = checkRun(directory).filter(({ kind }) => kind === 'damage');
  if (first !== undefined) throw new Error(`${first.file} ${first.problem}`);
}

const linesBuiltTheSame = (changed: Buffer, original: Buffer): boolean => {
  const written = JSON.parse(original.toString().split('\n')[0]!) as { norms: object };
  const lines = changed.toString().split('\n').slice(0, -1);
  return lines.every((line) => {
    const { norms, ...rest } = JSON.parse(line) as { norms: object };
    return (
      isBuiltAs({ ...rest, norms: {} }, { ...written, norms: {} }) &&
      Object.values(norms).every((each) => isBuiltAs(each, 1))
    );
  });
};

/** The targets, their files written below a folder. */
export function targetsIn(folder: string): Target[] {
  const [finished, unfinished, sweep] = ['finished', 'unfinished', 'sweep'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeRun(finished);
  writeUnfinished(unfinished);
  mkdirSync(sweep);
  openSweep(sweep, [given]);
  const at = (directory: string, file: string): string => join(directory, file);
  const sealed = ['metrics.jsonl', 'measurements.jsonl', 'weights.safetensors'].map(
    (file): Target => ({
      ...{ name: `${file} of a finished run`, path: at(finished, file), isRight: isSame },
      read: () => readRun(finished),
    }),
  );
  return [
    ...sealed,
    {
      name: 'metrics.jsonl, read',
      path: at(unfinished, 'metrics.jsonl'),
      read: () => readSteps(unfinished),
      isRight: areSteps,
    },
    {
      name: 'metrics.jsonl, followed',
      path: at(unfinished, 'metrics.jsonl'),
      read: () => follow(unfinished),
      isRight: areSteps,
    },
    {
      ...{ name: 'metrics.jsonl, watched', path: at(unfinished, 'metrics.jsonl'), isRight: areSteps, isCoarse: true },
      read: () => watchRun(unfinished),
    },
    {
      ...{
        name: 'measurements.jsonl',
        path: at(finished, 'measurements.jsonl'),
        isRight: linesBuiltTheSame,
        isCoarse: true,
      },
      read: () => readMeasurements(finished),
    },
    {
      name: 'manifest.json',
      path: at(finished, 'manifest.json'),
      read: () => readManifest(finished),
      isRight: saysTheSame,
      isCoarse: true,
    },
    { name: 'sweep.json', path: at(sweep, 'sweep.json'), read: () => readSweepPlan(sweep) },
    {
      name: 'curvature.json',
      path: at(finished, 'curvature.json'),
      read: () => readCurvature(finished),
      isRight: isBuiltTheSame,
      isCoarse: true,
    },
    {
      name: 'balance.json',
      path: at(finished, 'balance.json'),
      read: () => readBalance(finished),
      isRight: isBuiltTheSame,
      isCoarse: true,
    },
    {
      ...{ name: 'safetensors', path: at(finished, 'weights.safetensors'), isRight: isTiled },
      read: () => decodeSafetensors(readFileSync(at(finished, 'weights.safetensors'))),
    },
    {
      ...{ name: 'checkpoint', path: at(unfinished, `checkpoint-${STEPS / 2}.safetensors`), isRight: isSame },
      read: () => latestCheckpoint(unfinished, () => {}),
    },
    ...['metrics.jsonl', 'weights.safetensors', 'curvature.json'].map(
      (file): Target => ({
        ...{ name: `runs check, ${file}`, path: at(finished, file), read: () => throwFindings(finished) },
        ...(file === 'curvature.json' ? { isRight: isBuiltTheSame, isCoarse: true } : { isRight: isSame }),
      }),
    ),
    ...torchTargets(folder),
    ...dataTargets(join(folder, 'data')),
    ...otherTargets(join(folder, 'other')),
  ];
}
