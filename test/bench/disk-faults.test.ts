import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DiskModel } from '../../bench/fuzz/disk-model.js';
import { injectFaults } from '../../bench/fuzz/faults.js';
import { cutPower } from '../../bench/fuzz/power-cuts.js';
import { SCENARIOS, type Scenario } from '../../bench/fuzz/scenarios.js';
import { watchedDisk } from '../../bench/fuzz/watched-disk.js';
import { writeAtomically } from '../../src/system/atomic.js';
import { type Disk, disk, replaceDisk } from '../../src/system/disk.js';
import { temporaryFolder } from '../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const fresh = (name: string): string => {
  mkdirSync(folder.path(name));
  return folder.path(name);
};

const named = (...names: string[]): Scenario[] => SCENARIOS.filter(({ name }) => names.includes(name));
const SAMPLED = SCENARIOS.filter(({ isLikeAnother }) => !isLikeAnother);
const problems = ({ failures }: { failures: readonly { readonly problem: string }[] }): string[] =>
  failures.map(({ problem }) => problem);

const DONE = { code: 0, out: '', err: '' };

/** A program that writes over its file, in place of one that writes another and renames it. */
const careless: Scenario = {
  name: 'careless',
  prepare: (place) => writeFileSync(join(place, 'results'), 'old results'),
  act: async (place) => {
    try {
      const file = disk().open(join(place, 'results'), 'w');
      disk().write(file, Buffer.from('new results'));
      disk().close(file);
      return DONE;
    } catch (error) {
      return { code: 1, out: '', err: `error: ${place} cannot be written (${(error as Error).message})\n` };
    }
  },
};

/** docs/reliability.md has the counts of all of them, which `npm run fuzz -- faults` and `npm run fuzz -- power` try. */
describe('calls that fail', () => {
  it('cost one line each and nothing that was computed: a sample of all', async () => {
    const result = await injectFaults(fresh('faults'), { every: 101, scenarios: SAMPLED });
    expect(problems(result)).toEqual([]);
    const all = [...result.counts.values()];
    expect(all.every(({ calls }) => calls > 5)).toBe(true);
    expect(all.reduce((sum, { named: each }) => sum + each, 0)).toBeGreaterThan(5);
  }, 240_000);

  it('are found out where a program writes over what was there, or takes a part for the whole', async () => {
    const found = problems(await injectFaults(fresh('careless'), { scenarios: [careless] }));
    // Each error of the write leaves an empty file behind, and a short write half of one with exit code 0.
    expect(found).toContain('results is neither what it was nor what it was to be');
    expect(found).toContain('results differs');
  });
});

describe('power cuts', () => {
  it('cost nothing that a checkpoint has settled: a sample of all states', async () => {
    const result = await cutPower(fresh('power'), { every: 211, scenarios: SAMPLED });
    expect(problems(result)).toEqual([]);
    const tried = [...result.counts.values()].reduce((sum, each) => sum + each.tried, 0);
    expect(tried).toBeGreaterThan(10);
  }, 240_000);

  it.each(['sync', 'syncFolder'] as const)('would cost a plan that never called %s', async (call) => {
    const options = { scenarios: named('sweep, its plan'), ignored: new Set([call]) };
    expect(problems(await cutPower(fresh(`without-${call}`), options)).length).toBeGreaterThan(0);
  });
});

describe('the model of a disk', () => {
  /** What a file may hold after a power cut at the end of some work; undefined: it is not there. */
  function possible(name: string, work: (path: string) => void): (string | undefined)[] {
    const place = fresh(name);
    const path = join(place, 'file');
    writeFileSync(path, 'old!');
    const model = new DiskModel(place, new Map([['file', Buffer.from('old!')]]));
    const watched: Disk = watchedDisk((call, go) => {
      const result = go();
      model.take(call, result);
      return result;
    });
    const giveBack = replaceDisk(watched);
    try {
      work(path);
    } finally {
      giveBack();
    }
    return [...new Set([...model.afterPowerCut()].map((files) => files.get(path)?.toString()))].sort();
  }

  const write = (path: string, flags: 'w' | 'a', sync: boolean): void => {
    const file = disk().open(path, flags);
    disk().write(file, Buffer.from('new?'));
    if (sync) disk().sync(file);
    disk().close(file);
  };

  it('may lose what was written and not settled, in part or wholly', () => {
    expect(possible('appended', (path) => write(path, 'a', false))).toEqual(
      ['old!', 'old!ne', 'old!new?', 'old!\0\0\0\0'].sort(),
    );
    expect(possible('settled', (path) => write(path, 'a', true))).toEqual(['old!new?']);
  });

  it('may have a renamed file under either name, and empty where it was not settled', () => {
    const renamed = (sync: boolean) => (path: string) => {
      write(`${path}.tmp`, 'w', sync);
      disk().rename(`${path}.tmp`, path);
    };
    expect(possible('renamed', renamed(false))).toEqual(['', '\0\0\0\0', 'ne', 'new?', 'old!'].sort());
    expect(possible('renamed-settled', renamed(true))).toEqual(['new?', 'old!']);
    expect(possible('atomic', (path) => writeAtomically(path, 'new?'))).toEqual(['new?']);
  });
});
