import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { configuration, manifest, step } from '../../../bench/example-run.js';
import { findRuns } from '../../../src/archive/find-runs.js';
import { summarise } from '../../../src/archive/run-summary.js';
import { readRun } from '../../../src/archive/stored-run.js';
import { manifestText } from '../../../src/run/manifest-text.js';
import { elrRate } from '../../../src/run/rate.js';
import { readManifest } from '../../../src/run/run-directory.js';
import { encodeStep, RunWriter } from '../../../src/run/run-writer.js';
import { isFinished, readSweep } from '../../../src/sweep/directory.js';
import { openSweep } from '../../../src/sweep/extend-sweep.js';
import { plannedRun } from '../../../src/sweep/plan.js';
import { SweepReader } from '../../../src/sweep/sweep-reader.js';
import { SweepFollower } from '../../../tui/data/sweep-follower.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const STEPS = 6;
const given = { ...configuration, rate: elrRate(1e-3), steps: STEPS };
const weights = new Map([['w', { shape: [3], data: Float32Array.of(1, 2, 3) }]]);
const outcome = { seconds: 1, test: { loss: 1, accuracy: 0.5 } };

/** A finished run in a sweep; without checksums as earlier versions wrote it. */
function finished({ isOld = false } = {}): { sweep: string; directory: string } {
  const sweep = mkdtempSync(folder.path('sweep-'));
  openSweep(sweep, [given]);
  const directory = `${sweep}/elr-1e-3`;
  const writer = RunWriter.create(directory, { ...manifest, configuration: given });
  for (let i = 0; i < STEPS; i += 1) writer.append(step(i));
  writer.finish(weights, outcome);
  if (isOld) {
    const { files: _, ...before } = readManifest(directory)!;
    writeFileSync(`${directory}/manifest.json`, manifestText(before));
  }
  return { sweep, directory };
}

const lines = (directory: string): string[] => readFileSync(`${directory}/metrics.jsonl`, 'utf8').trimEnd().split('\n');
const write = (directory: string, content: readonly string[]): void =>
  writeFileSync(`${directory}/metrics.jsonl`, content.map((line) => `${line}\n`).join(''));

/** A change of one byte that leaves the file readable and its length as it was. */
function changeDigit(path: string): void {
  const text = readFileSync(path, 'latin1');
  writeFileSync(path, text.replace('"loss":2', '"loss":3'), 'latin1');
}

type Damage = readonly [name: string, damage: (directory: string) => void, problem: RegExp];
const ALWAYS: readonly Damage[] = [
  ['fewer steps', (run) => write(run, lines(run).slice(0, 2)), /metrics\.jsonl has 2 of 6 steps/],
  ['no steps', (run) => rmSync(`${run}/metrics.jsonl`), /metrics\.jsonl has 0 of 6 steps/],
  ['half a last step', (run) => truncateSync(`${run}/metrics.jsonl`, 1000), /metrics\.jsonl has \d of 6 steps/],
  [
    'a step too many',
    (run) => appendFileSync(`${run}/metrics.jsonl`, `${encodeStep(step(6))}\n`),
    /7 steps, more than/,
  ],
  ['no weights', (run) => rmSync(`${run}/weights.safetensors`), /weights\.safetensors is missing/],
  ['half the weights', (run) => truncateSync(`${run}/weights.safetensors`, 70), /weights\.safetensors cannot be used/],
  [
    'no length of weights',
    (run) => truncateSync(`${run}/weights.safetensors`, 5),
    /weights\.safetensors cannot be used/,
  ],
];
/** Seen line by line where there is no checksum, and by that where there is. */
const INSIDE: readonly Damage[] = [
  [
    'null for a step',
    (run) => write(run, ['null', ...lines(run).slice(1)]),
    /line 1, is not|is not what was written|bytes/,
  ],
  ['steps in another order', (run) => write(run, lines(run).toReversed()), /line 1, is not|is not what was written/],
  ['a step twice', (run) => write(run, [...lines(run).slice(0, 5), lines(run)[0]!]), /line 6, is not|is not what was/],
];
const ONLY_CHECKSUM: readonly Damage[] = [
  [
    'another digit',
    (run) => changeDigit(`${run}/metrics.jsonl`),
    /metrics\.jsonl is not what was written: its SHA-256/,
  ],
  [
    'another bit of a weight',
    (run) => {
      const bytes = readFileSync(`${run}/weights.safetensors`);
      bytes[bytes.length - 1]! ^= 1;
      writeFileSync(`${run}/weights.safetensors`, bytes);
    },
    /weights\.safetensors is not what was written/,
  ],
];

describe('a finished run', () => {
  it('is whole as it was written, for everything that reads it', () => {
    for (const isOld of [false, true]) {
      const { sweep, directory } = finished({ isOld });
      expect(isFinished(sweep, plannedRun(given, { elr: 1e-3 }))).toBe(true);
      expect(readSweep(sweep)).toHaveLength(1);
      expect(readRun(directory).status).toBe('finished');
      expect(summarise({ directory }).status).toBe('finished');
      expect(new SweepFollower(sweep).look().runs[0]!.state).toBe('finished');
    }
  });

  const cases = [
    ...[...ALWAYS, ...INSIDE].map((each) => [...each, true] as const),
    ...[...ALWAYS, ...INSIDE, ...ONLY_CHECKSUM].map((each) => [...each, false] as const),
  ];
  it.each(cases)('is damaged by %s, for everything that reads it', (_, damage, problem, isOld) => {
    const { sweep, directory } = finished({ isOld });
    damage(directory);
    // sweep, refine
    expect(isFinished(sweep, plannedRun(given, { elr: 1e-3 }))).toBe(false);
    // verify, figure, alpha: thrown, or left out and named
    expect(() => readSweep(sweep)).toThrow(problem);
    const named: string[] = [];
    expect(new SweepReader(sweep, { onDamaged: (found) => named.push(found.problem) }).read()).toEqual([]);
    expect(named).toEqual([expect.stringMatching(problem)]);
    // runs show, compare, export, floor
    expect(() => readRun(directory)).toThrow(problem);
    // runs list
    expect(findRuns(sweep).map(summarise)).toEqual([
      expect.objectContaining({ status: 'damaged', reason: expect.stringMatching(problem) }),
    ]);
    // watch
    const [seen] = new SweepFollower(sweep).look().runs;
    expect(seen).toMatchObject({ state: 'damaged', problem: expect.stringMatching(problem), measured: null });
  });

  it('costs no other run', () => {
    const { sweep, directory } = finished();
    cpSync(directory, `${sweep}/elr-2e-3`, { recursive: true });
    write(directory, []);
    const runs = new SweepReader(sweep, { onDamaged: () => {} }).all();
    expect(runs.map((run) => run.directory)).toEqual([`${sweep}/elr-2e-3`]);
  });
});

describe('an unfinished run', () => {
  it('is whole with fewer steps, a half line, and no weights', () => {
    const directory = `${mkdtempSync(folder.path('run-'))}/run`;
    const writer = RunWriter.create(directory, { ...manifest, configuration: given });
    writer.append(step(0));
    appendFileSync(`${directory}/metrics.jsonl`, '{"step":1');
    expect(readRun(directory).steps).toHaveLength(1);
  });

  it('is damaged with more steps than it was to have, and with other groups', () => {
    const directory = `${mkdtempSync(folder.path('run-'))}/run`;
    const writer = RunWriter.create(directory, { ...manifest, configuration: { ...given, steps: 1 } });
    for (const i of [0, 1]) writer.append(step(i));
    expect(() => readRun(directory)).toThrow(/metrics\.jsonl has 2 steps, more than the 1 of the run/);
    const other = RunWriter.create(directory, { ...manifest, configuration: given, groups: ['a', 'c'] });
    other.append(step(0));
    expect(() => readRun(directory)).toThrow(/metrics\.jsonl has other groups than the manifest/);
  });
});
