import { describe, expect, it } from 'vitest';
import { configuration } from '../../../bench/example-run.js';
import { elrRate } from '../../../src/run/rate.js';
import { refinedRuns, runsOfGroup, selectRuns, settingOf, sweepGroups } from '../../../src/sweep/groups.js';
import { plannedRun, runFolder, type SweepPlan, type Varied } from '../../../src/sweep/plan.js';

describe('the folder of a run', () => {
  it.each<[Varied, string]>([
    [{ elr: 1e-3 }, 'elr-1e-3'],
    [{ elr: 1 }, 'elr-1e+0'],
    [{ elr: 1e-3, seed: 2, batch: 64 }, 'elr-1e-3_seed-2_batch-64'],
    [{ lr: 0.05, weightDecay: 1e-4, momentum: 0 }, 'lr-5e-2_weight-decay-0.0001_momentum-0'],
    [{ elr: 1, weightDecay: 1e-7 }, 'elr-1e+0_weight-decay-1e-7'],
    [{ elr: 1, data: 'fashion-mnist', model: 'resnet18' }, 'elr-1e+0_data-fashion-mnist_model-resnet18'],
  ])('of %j is %s', (varied, name) => {
    expect(runFolder(varied)).toBe(name);
  });

  it('is a safe name whatever the value, another one for every value', () => {
    const values = [
      '/a/b',
      '/b/b',
      'cifar10:/a/b',
      '../..',
      '/',
      '.',
      '',
      'ä ö',
      'a,b',
      '0.5:0.9',
      `/${'x'.repeat(300)}`,
    ];
    const names = values.map((init) => runFolder({ elr: 1, init }));
    for (const name of names) expect(name).toMatch(/^elr-1e\+0_init-[A-Za-z0-9][A-Za-z0-9.+-]{0,60}$/);
    expect(new Set(names).size).toBe(values.length);
    expect(names[0]).toMatch(/_init-b-[0-9a-f]{8}$/);
  });

  it('is no longer than file systems allow', () => {
    const long = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`option${i}`, `/folder/${'y'.repeat(40)}${i}`]),
    );
    const names = [1, 2].map((elr) => runFolder({ elr, ...long }));
    const last = runFolder({ elr: 1, ...long, option11: '/other' });
    for (const name of [...names, last]) expect(name.length).toBeLessThan(255);
    expect(new Set([...names, last]).size).toBe(3);
  });
});

const run = (varied: Varied) => plannedRun(configuration, varied);
const runs = [
  { elr: 1, seed: 1, batch: 8 },
  { elr: 2, seed: 1, batch: 8 },
  { elr: 1, seed: 2, batch: 8 },
  { elr: 1, seed: 1, batch: 16 },
  { elr: 1e-3, seed: 2, batch: 8 },
].map(run);
const plan: SweepPlan = { varied: ['elr', 'seed', 'batch'], given: {}, runs };

describe('settings', () => {
  it('are what varies besides the rate, in the order in which they appear', () => {
    expect(settingOf(run({ elr: 1, seed: 2 }))).toEqual({ seed: 2 });
    expect(settingOf(run({ lr: 1 }))).toEqual({});
    const settings = sweepGroups(runs);
    expect(settings.map(({ setting }) => setting)).toEqual([
      { seed: 1, batch: 8 },
      { seed: 2, batch: 8 },
      { seed: 1, batch: 16 },
    ]);
    expect(settings.map(({ planned }) => planned.map(({ varied }) => varied.elr))).toEqual([[1, 2], [1, 1e-3], [1]]);
    expect(sweepGroups([])).toEqual([]);
  });

  it('have those runs on disk whose folders are theirs', () => {
    const [first] = sweepGroups(runs);
    const directories = [...runs.map(({ folder }) => `/sweep/${folder}`), '/sweep/notes'];
    const found = runsOfGroup(
      first!,
      directories.map((directory) => ({ directory })),
    );
    expect(found.map(({ directory }) => directory)).toEqual(directories.slice(0, 2));
  });
});

describe('one more ELR of a setting', () => {
  it('is a run for each of its seeds, that differs in the ELR alone', () => {
    const at = (elr: number, seed: number) =>
      plannedRun({ ...configuration, rate: elrRate(elr), seed, batch: 64 }, { elr, seed, batch: 64 });
    const [setting] = sweepGroups([at(1, 1), at(1, 2), at(2, 2), at(2, 3)], ['elr', 'seed']);
    expect(refinedRuns(setting!, 1.5)).toEqual([1, 2, 3].map((seed) => ({ ...at(1.5, seed), refined: true })));
    expect(refinedRuns(setting!, 1.5).map(({ folder }) => folder)[0]).toBe('elr-1.5e+0_seed-1_batch-64');
    expect(refinedRuns({ setting: {}, planned: [] }, 1.5)).toEqual([]);
  });
});

describe('conditions', () => {
  const chosen = (...pairs: [string, string][]) =>
    selectRuns(
      plan,
      pairs.map(([name, value]) => ({ name, value })),
    ).map((each) => runs.indexOf(each));

  it('choose runs by value, numbers by number, all where there is none', () => {
    expect(chosen()).toEqual([0, 1, 2, 3, 4]);
    expect(chosen(['seed', '2'])).toEqual([2, 4]);
    expect(chosen(['seed', '1'], ['batch', '16.0'])).toEqual([3]);
    expect(chosen(['elr', '0.001'])).toEqual([4]);
    expect(chosen(['elr', '2'], ['elr', '1e-3'])).toEqual([1, 4]);
  });

  it('take a rate as tables show it, unless another is exactly that', () => {
    const at = (...elrs: number[]): SweepPlan => ({
      varied: ['elr'],
      given: {},
      runs: elrs.map((elr) => run({ elr })),
    });
    const elrs = (plan: SweepPlan, value: string, relation?: '!=') =>
      selectRuns(plan, [{ name: 'elr', value, ...(relation && { relation }) }]).map(({ varied }) => varied.elr);
    const logarithmic = at(0.000316227766017, 0.00316227766017, 0.01);
    expect(elrs(logarithmic, '0.003162')).toEqual([0.00316227766017]);
    expect(elrs(logarithmic, '3.16e-4')).toEqual([0.000316227766017]);
    expect(elrs(logarithmic, '0.003162', '!=')).toEqual([0.000316227766017, 0.01]);
    expect(elrs(at(0.00316227766017, 0.003162), '0.003162')).toEqual([0.003162]);
    expect(() => elrs(logarithmic, '0.00317')).toThrow(/no run with elr=0.00317/);
    // Steps that look alike in four digits are others.
    const steps: SweepPlan = { varied: ['elr', 'steps'], given: {}, runs: [run({ elr: 1, steps: 12345 })] };
    expect(() => selectRuns(steps, [{ name: 'steps', value: '12346' }])).toThrow(/no run with steps=12346/);
  });

  it('take an option by either name, a path by what its folder is called', () => {
    const data = ['/x/a', '/y/a'].map((init) => run({ elr: 1, init, weightDecay: 0.1 }));
    const other: SweepPlan = { varied: ['elr', 'init', 'weightDecay'], given: {}, runs: data };
    for (const name of ['weight-decay', 'weightDecay'])
      expect(selectRuns(other, [{ name, value: '1e-1' }])).toEqual(data);
    expect(selectRuns(other, [{ name: 'init', value: '/y/a' }])).toEqual([data[1]]);
    const label = data[0]!.folder.split('_')[1]!.replace('init-', '');
    expect(selectRuns(other, [{ name: 'init', value: label }])).toEqual([data[0]]);
  });

  it.each<[[string, string][], RegExp]>([
    [[['width', '4']], /^width does not vary in this sweep; allowed: elr, seed, batch$/],
    [[['seed', '3']], /^no run with seed=3; allowed: 1, 2$/],
    [[['seed', '']], /^no run with seed=; allowed: 1, 2$/],
    [
      [
        ['seed', '2'],
        ['batch', '16'],
      ],
      /^no run with seed=2,batch=16: .* not in combination$/,
    ],
  ])('%j are refused', (pairs, message) => {
    expect(() => chosen(...pairs)).toThrow(message);
  });
});
