import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { configuration, manifest, step } from '../../../bench/example-run.js';
import type { RunConfiguration } from '../../../src/run/manifest.js';
import { elrRate } from '../../../src/run/rate.js';
import { RunWriter } from '../../../src/run/run-writer.js';
import { readSweepPlan } from '../../../src/sweep/directory.js';
import { extendSweep, openSweep } from '../../../src/sweep/extend-sweep.js';
import { elrPlan, plannedRun, type SweepPlan } from '../../../src/sweep/plan.js';
import { readPlan } from '../../../src/sweep/plan-file.js';
import { SweepReader } from '../../../src/sweep/sweep-reader.js';
import { DamagedFile } from '../../../src/system/reading-error.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const fresh = (): string => `${mkdtempSync(folder.path('sweep-'))}/nested`;

/** 64 images, 2 epochs. */
function twoAxes(
  elrs: readonly number[],
  batches: readonly number[],
  change: Partial<RunConfiguration> = {},
): SweepPlan {
  const runs = batches.flatMap((batch) =>
    elrs.map((elr) =>
      plannedRun({ ...configuration, rate: elrRate(elr), batch, steps: (2 * 64) / batch, ...change }, { elr, batch }),
    ),
  );
  return { varied: ['elr', 'batch'], given: { epochs: '2' }, runs };
}
const read = (directory: string): { configuration: object; runs: { folder: string; configuration: object }[] } =>
  JSON.parse(readFileSync(`${directory}/sweep.json`, 'utf8'));

describe('the plan on disk', () => {
  it('has what varies, what is shared, and every run, begun or not', () => {
    const directory = fresh();
    const plan = twoAxes([1, 2], [8, 16]);
    expect(extendSweep(directory, plan)).toEqual(plan);
    const { shared, ...found } = readPlan(directory)!;
    expect(found).toEqual(plan);
    const { rate: _, batch, steps, training, ...others } = configuration;
    const { schedule, ...settings } = training;
    expect(shared).toEqual({ ...others, lr: null, ...settings });
    expect(read(directory)).toMatchObject({ format: 2, varied: ['elr', 'batch'], given: { epochs: '2' } });
    expect(read(directory).runs[3]).toEqual({
      folder: 'elr-2e+0_batch-16',
      varied: { elr: 2, batch: 16 },
      configuration: { elr: 2, batch: 16, steps: 8, training: { schedule } },
    });
    expect(readSweepPlan(directory).runs[3]!.configuration).toEqual(plan.runs[3]!.configuration);
  });

  it('is extended by more values; known runs stay as they are, none is planned twice', () => {
    const directory = fresh();
    const first = twoAxes([1, 2], [8, 16]);
    const more = twoAxes([2, 3], [16, 32]);
    extendSweep(directory, first);
    const whole = extendSweep(directory, more);
    expect(whole.runs).toEqual([...first.runs, ...more.runs.slice(1)]);
    expect(readSweepPlan(directory).runs).toEqual(whole.runs);
    const before = readFileSync(`${directory}/sweep.json`, 'latin1');
    expect(extendSweep(directory, first)).toEqual({ ...whole });
    expect(readFileSync(`${directory}/sweep.json`, 'latin1')).toBe(before);
  });

  it('is extended by one value whose steps nobody has had so far', () => {
    const directory = fresh();
    extendSweep(directory, twoAxes([1], [8]));
    expect(extendSweep(directory, twoAxes([1], [4])).runs.length).toBe(2);
  });

  it.each<[string, SweepPlan, RegExp]>([
    ['another option varies', elrPlan([configuration]), /it varies elr, batch, not elr\)/],
    ['a shared field', twoAxes([1], [8], { width: 4 }), /\(width 2, not 4\)/],
    ['a field that is absent', twoAxes([5], [8], { corrupt: 0.1 }), /\(corrupt not given, not 0\.1\)/],
    [
      'a setting of training',
      twoAxes([5], [8], { training: { ...configuration.training, momentum: 0.9 } }),
      /\(momentum 0, not 0\.9\)/,
    ],
    ['what the steps follow from', { ...twoAxes([5], [32]), given: { epochs: '3' } }, /\(epochs 2, not 3\)/],
    ['the same run otherwise', twoAxes([1], [8], { steps: 5 }), /\(elr-1e\+0_batch-8: steps 16, not 5\)/],
  ])('refuses %s in one line, and stays as it was', (_, other, message) => {
    const directory = fresh();
    extendSweep(directory, twoAxes([1, 2], [8, 16]));
    const before = readFileSync(`${directory}/sweep.json`, 'latin1');
    const extend = () => extendSweep(directory, other);
    expect(extend).toThrow(UsageError);
    expect(extend).toThrow(message);
    expect(extend).toThrow(/^[^\n]*holds another sweep \([^\n]*\); choose another --out$/);
    expect(readFileSync(`${directory}/sweep.json`, 'latin1')).toBe(before);
  });

  it.each(['', '{', '[]', '{"format":3}', '{"format":2,"varied":[],"given":{},"configuration":{},"runs":[]}'])(
    'that is damaged, %j, is one line',
    (content) => {
      const directory = fresh();
      mkdirSync(directory);
      writeFileSync(`${directory}/sweep.json`, content);
      for (const use of [() => readSweepPlan(directory), () => openSweep(directory, [configuration])]) {
        expect(use).toThrow(DamagedFile);
        expect(use).toThrow(/sweep\.json is damaged or of another version of regimes$/);
      }
    },
  );

  it('is not made in the folder of a single run', () => {
    const directory = fresh();
    RunWriter.create(directory, manifest);
    expect(() => openSweep(directory, [configuration])).toThrow(/holds a single run; choose another --out/);
  });
});

describe('a sweep of an earlier version', () => {
  /** As it was written then: what the runs share and nothing else. */
  function earlier(): string {
    const directory = fresh();
    mkdirSync(directory);
    const { rate: _, training: __, ...shared } = configuration;
    writeFileSync(`${directory}/sweep.json`, JSON.stringify({ configuration: shared }));
    const given = { ...manifest, configuration: { ...configuration, rate: elrRate(1e-2) } };
    RunWriter.create(`${directory}/elr-1e-2`, given).append(step(0));
    return directory;
  }

  it('has the runs that have begun', () => {
    const directory = earlier();
    expect(readSweepPlan(directory)).toMatchObject({ varied: ['elr'], runs: [{ folder: 'elr-1e-2' }] });
    expect(new SweepReader(directory).read().length).toBe(1);
    mkdirSync(`${directory}/elr-3e-2`);
    writeFileSync(`${directory}/elr-3e-2/manifest.json`, '{');
    expect(readSweepPlan(directory).runs.length).toBe(1);
  });

  it('is continued, and then has a plan', () => {
    const directory = earlier();
    openSweep(directory, [{ ...configuration, rate: elrRate(1) }]);
    expect(read(directory).runs.map(({ folder: name }) => name)).toEqual(['elr-1e-2', 'elr-1e+0']);
    expect(() => openSweep(earlier(), [{ ...configuration, width: 4 }])).toThrow(/\(width 2, not 4\)/);
  });
});

describe('a sweep over learning rates', () => {
  it('is planned and read like any other; none of its runs has an ELR', () => {
    const directory = fresh();
    const runs = [0.1, 0.01].map((lr) =>
      plannedRun(
        {
          ...configuration,
          rate: { kind: 'lr', value: lr },
          training: { ...configuration.training, projection: 'none' },
        },
        { lr },
      ),
    );
    extendSweep(directory, { varied: ['lr'], given: {}, runs });
    for (const run of runs)
      RunWriter.create(`${directory}/${run.folder}`, { ...manifest, configuration: run.configuration }).append(step(0));
    expect(readSweepPlan(directory).runs).toEqual(runs);
    const reader = new SweepReader(directory);
    expect(reader.read()).toEqual([]);
    expect(reader.all().map((run) => run.manifest.configuration.rate.value)).toEqual([0.1, 0.01]);
  });
});
