import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { configuration, manifest, step } from '../../../bench/example-run.js';
import type { Manifest } from '../../../src/run/manifest.js';
import { RunWriter } from '../../../src/run/run-writer.js';
import { runDirectory } from '../../../src/sweep/directory.js';
import { openSweep } from '../../../src/sweep/extend-sweep.js';
import { RunMemory } from '../../../src/sweep/run-memory.js';
import { SweepReader } from '../../../src/sweep/sweep-reader.js';
import { temporaryFolder } from '../../cli.js';
import { at, begin, finish } from './begun-runs.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const freshDirectory = (): string => `${mkdtempSync(folder.path('sweep-'))}/nested`;

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

  it('makes anew only what has changed, where it remembers what was made', () => {
    const directory = freshDirectory();
    const writer = begin(directory, 1e-2, [step(0)]);
    begin(directory, 1, [step(0)]);
    const problems: string[] = [];
    const reader = new SweepReader(directory, { onDamaged: ({ problem }) => problems.push(problem) });
    const memory = new RunMemory<number>();
    const read: number[] = [];
    const taken = (): number[] =>
      reader.each(
        ({ manifest: { configuration: of }, record }) => {
          read.push(of.rate.value);
          return record.taken;
        },
        { memory },
      );
    expect([taken(), read.splice(0)]).toEqual([
      [1, 1],
      [1, 1e-2],
    ]);
    expect([taken(), read.splice(0)]).toEqual([[1, 1], []]);
    writer.append(step(1));
    expect([taken(), read.splice(0)]).toEqual([[2, 1], [1e-2]]);
    begin(directory, 2, []);
    expect([taken(), read.splice(0)]).toEqual([[2, 1, 0], [2]]);
    // A run that cannot be read is tried again each time, and one whose folder is gone is forgotten.
    writeFileSync(`${runDirectory(directory, 1)}/metrics.jsonl`, 'null\n');
    rmSync(runDirectory(directory, 2), { recursive: true });
    for (const times of [1, 2]) {
      expect([taken(), read.splice(0)]).toEqual([[2], []]);
      expect(problems).toHaveLength(times);
    }
  });

  it('makes anew what has got its groups from a run that appeared later', () => {
    const directory = freshDirectory();
    const invariantGroups = [{ name: 's', tensors: ['a', 'b'] }];
    RunWriter.create(runDirectory(directory, 1), { ...manifest, configuration: at(1) });
    const reader = new SweepReader(directory);
    const memory = new RunMemory<unknown>();
    const groups = (): unknown[] => reader.each((run) => [run.manifest.invariantGroups], { memory });
    expect(groups()).toEqual([[undefined]]);
    RunWriter.create(runDirectory(directory, 2), { ...manifest, configuration: at(2), invariantGroups });
    expect(groups()).toEqual([[invariantGroups], [invariantGroups]]);
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
