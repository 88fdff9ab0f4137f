import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { configuration, manifest, step } from '../../../bench/example-run.js';
import type { ElrConfiguration, Manifest } from '../../../src/run/manifest.js';
import { elrRate } from '../../../src/run/rate.js';
import { RunWriter } from '../../../src/run/run-writer.js';
import type { RecordedStep } from '../../../src/run/step-columns.js';
import { isFinished, readSweep, runDirectory, SweepReader } from '../../../src/sweep/directory.js';
import { openSweep } from '../../../src/sweep/extend-sweep.js';
import { plannedRun } from '../../../src/sweep/plan.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const freshDirectory = (): string => `${mkdtempSync(folder.path('sweep-'))}/nested`;
const at = (elr: number) => ({ ...configuration, rate: elrRate(elr) });
const planned = (given: ElrConfiguration) => plannedRun(given, { elr: given.rate.value });

/** A run of a sweep, begun with these steps. */
function begin(directory: string, elr: number, steps: readonly RecordedStep[]): RunWriter {
  const given: Manifest = { ...manifest, configuration: at(elr) };
  const writer = RunWriter.create(runDirectory(directory, elr), given);
  for (const each of steps) writer.append(each);
  return writer;
}
/** Takes the steps that are left after some, and ends the run. */
function finish(writer: RunWriter, taken: number, change: Partial<RecordedStep> = {}): void {
  for (let i = taken; i < configuration.steps; i += 1) writer.append(step(i, change));
  writer.finish(new Map(), { seconds: 1, test: { loss: 1, accuracy: 0.5 } });
}

describe('runs of earlier versions, which do not know the groups of their tensors', () => {
  const write = (directory: string, elr: number, change: Partial<Manifest>): void => {
    const given = { ...manifest, configuration: at(elr), ...change };
    const groups = given.groups.map((name) => ({ name, share: 0.5, egn: 1, ess: 0.01 }));
    finish(RunWriter.create(runDirectory(directory, elr), given), 0, { groups });
  };

  it('have those of others with the same tensors, and none where there is no other', () => {
    const directory = freshDirectory();
    const invariantGroups = [{ name: 's', tensors: ['a', 'b'] }];
    write(directory, 1, {});
    write(directory, 2, { invariantGroups });
    write(directory, 3, { groups: ['a', 'c'] });
    const found = new SweepReader(directory).read().map((run) => run.manifest.invariantGroups);
    expect(found).toEqual([invariantGroups, invariantGroups, undefined]);
  });
});

describe('what a function makes of each run of a sweep', () => {
  /** Runs at these rates, the second of which has a step less than the others. */
  function sweepAt(...elrs: number[]): string {
    const directory = freshDirectory();
    for (const [i, elr] of elrs.entries()) {
      const writer = begin(directory, elr, [step(0, { loss: elr })]);
      if (i !== 1) writer.append(step(1));
    }
    return directory;
  }
  const folderOf = (run: { readonly directory: string }): string => run.directory.split('/').at(-1)!;

  it('comes by rising ELR, of each run as it is read alone, and of runs at a fixed ELR only', () => {
    const directory = sweepAt(1, 10, 1e-2);
    const given: Manifest = { ...manifest, configuration: { ...configuration, rate: { kind: 'lr', value: 5 } } };
    RunWriter.create(`${directory}/lr-5`, given).append(step(0));
    mkdirSync(`${directory}/no-run`);
    writeFileSync(`${directory}/no-folder`, '');
    const found = new SweepReader(directory).each((run) => [run.manifest.configuration.rate.value, run.record.taken]);
    expect(found).toEqual([
      [1e-2, 2],
      [1, 2],
      [10, 1],
    ]);
    const whole = new SweepReader(directory).read();
    const losses = new SweepReader(directory).each(({ record }) => [...record.series.loss]);
    expect(losses).toEqual(whole.map(({ steps }) => [...steps.columns.loss]));
    expect(new SweepReader(`${directory}/nowhere`).each(() => 1)).toEqual([]);
  });

  it('is asked for, and read, only of folders that are wanted', () => {
    const directory = sweepAt(1, 10, 100);
    writeFileSync(`${runDirectory(directory, 10)}/metrics.jsonl`, 'null\n');
    const seen: string[] = [];
    const problems: string[] = [];
    const reader = new SweepReader(directory, { onDamaged: ({ problem }) => problems.push(problem) });
    const isWanted = (folder: string): boolean => !folder.endsWith('+1');
    expect(reader.each((run) => seen.push(folderOf(run)), { isWanted })).toEqual([1, 2]);
    expect(seen.toSorted()).toEqual(['elr-1e+0', 'elr-1e+2']);
    expect(problems).toEqual([]);
    reader.each(() => 0);
    expect(problems.length).toBe(1);
    expect(problems[0]).toContain('elr-1e+1');
    expect(() => new SweepReader(directory).each(() => 0)).toThrow(/elr-1e\+1/);
  });

  it('knows the groups of others with the same tensors, which no plan says', () => {
    const directory = freshDirectory();
    const invariantGroups = [{ name: 's', tensors: ['a', 'b'] }];
    for (const [elr, change] of [
      [1, {}],
      [2, { invariantGroups }],
    ] as const)
      RunWriter.create(runDirectory(directory, elr), { ...manifest, configuration: at(elr), ...change });
    const found = new SweepReader(directory).each((run) => run.manifest.invariantGroups);
    expect(found).toEqual([invariantGroups, invariantGroups]);
  });

  it('passes on what the function throws', () => {
    const fail = (): never => {
      throw new RangeError('of the function');
    };
    expect(() => new SweepReader(sweepAt(1)).each(fail)).toThrow(RangeError);
  });
});

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

describe('reading a sweep again and again', () => {
  it('reads a run again only where it has changed', () => {
    const directory = freshDirectory();
    openSweep(directory, [at(1)]);
    const writer = begin(directory, 1e-2, [step(0)]);
    begin(directory, 1, [step(0)]);
    const reader = new SweepReader(directory);
    const [first, other] = reader.read();
    expect(reader.read()).toEqual([first, other]);
    expect(reader.read()[0]).toBe(first);
    writer.append(step(1));
    const [grown, unchanged] = reader.read();
    expect(grown!.steps.length).toBe(2);
    expect(unchanged).toBe(other);
    finish(writer, 2);
    expect(reader.read()[0]!.manifest.status).toBe('finished');
  });

  it('sees nothing where there is nothing yet, and runs that appear later', () => {
    const directory = freshDirectory();
    const reader = new SweepReader(directory);
    expect(reader.read()).toEqual([]);
    openSweep(directory, [at(1)]);
    expect(reader.read()).toEqual([]);
    begin(directory, 1, []);
    expect(reader.read().length).toBe(1);
  });
});
