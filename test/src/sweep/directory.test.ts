import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { step } from '../../../bench/example-run.js';
import type { ElrConfiguration } from '../../../src/run/manifest.js';
import { isFinished, readSweep } from '../../../src/sweep/directory.js';
import { openSweep } from '../../../src/sweep/extend-sweep.js';
import { plannedRun } from '../../../src/sweep/plan.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { temporaryFolder } from '../../cli.js';
import { at, begin, finish } from './begun-runs.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const freshDirectory = (): string => `${mkdtempSync(folder.path('sweep-'))}/nested`;
const planned = (given: ElrConfiguration) => plannedRun(given, { elr: given.rate.value });

describe('a sweep on disk', () => {
  it('is continued by the same configuration, at whatever ELRs', () => {
    const directory = freshDirectory();
    openSweep(directory, [at(1e-3), at(1e-2)]);
    expect(() => openSweep(directory, [at(1)])).not.toThrow();
    expect(readSweep(directory)).toEqual([]);
  });

  it.each([
    [{ width: 4 }, /width 2, not 4/],
    [{ seed: 2 }, /seed 1, not 2/],
    [{ steps: 41 }, /steps 40, not 41/],
    [{ data: 'cifar10:/data' }, /data fashion-mnist, not cifar10:\/data/],
  ])('refuses another one, and says what differs: %j', (change, message) => {
    const directory = freshDirectory();
    openSweep(directory, [at(1e-3)]);
    const open = () => openSweep(directory, [{ ...at(1e-3), ...change }]);
    expect(open).toThrow(UsageError);
    expect(open).toThrow(message);
  });

  it('refuses what is damaged, and a file in place of the folder', () => {
    const directory = freshDirectory();
    mkdirSync(directory);
    writeFileSync(`${directory}/sweep.json`, '{');
    expect(() => openSweep(directory, [at(1)])).toThrow(/sweep\.json is damaged or of another version/);
    const file = folder.path('file');
    writeFileSync(file, 'text');
    expect(() => openSweep(file, [at(1)])).toThrow(UsageError);
    expect(() => openSweep(file, [at(1)])).toThrow(/file is not a folder/);
  });

  it('knows which runs are finished', () => {
    const directory = freshDirectory();
    openSweep(directory, [at(1e-3)]);
    expect(isFinished(directory, planned(at(1e-3)))).toBe(false);
    const writer = begin(directory, 1e-3, [step(0)]);
    expect(isFinished(directory, planned(at(1e-3)))).toBe(false);
    finish(writer, 1);
    expect(isFinished(directory, planned(at(1e-3)))).toBe(true);
    expect(isFinished(directory, planned({ ...at(1e-3), steps: 41 }))).toBe(false);
    begin(directory, 1, []).fail('reason');
    expect(isFinished(directory, planned(at(1)))).toBe(false);
  });

  it('is read by rising ELR, unfinished runs included', () => {
    const directory = freshDirectory();
    openSweep(directory, [at(1)]);
    // By name 1e+0 comes before 1e-5 and 3e-4.
    for (const elr of [1, 1e-5, 3e-4]) begin(directory, elr, [step(0, { elr })]);
    mkdirSync(`${directory}/notes`);
    const runs = readSweep(directory);
    expect(runs.map((run) => run.manifest.configuration.rate.value)).toEqual([1e-5, 3e-4, 1]);
    expect(runs.map(({ steps }) => steps.at(0)!.elr)).toEqual([1e-5, 3e-4, 1]);
  });

  it('that is none is bad input', () => {
    const directory = freshDirectory();
    expect(() => readSweep(directory)).toThrow(UsageError);
    mkdirSync(directory);
    expect(() => readSweep(directory)).toThrow(/is not a sweep; allowed: a folder written by regimes sweep/);
    expect(existsSync(`${directory}/sweep.json`)).toBe(false);
  });
});
