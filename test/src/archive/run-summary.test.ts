import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { findRuns, runsIn } from '../../../src/archive/find-runs.js';
import { type RunSummary, selectRuns, sortRuns, summarise } from '../../../src/archive/run-summary.js';
import { readRun } from '../../../src/archive/stored-run.js';
import { elrRate } from '../../../src/run/rate.js';
import { lockDirectory } from '../../../src/system/lock.js';
import { parseConditions } from '../../../src/text/grammar/condition-grammar.js';
import { runListText } from '../../../src/text/run/run-list-text.js';
import { temporaryFolder } from '../../cli.js';
import { equilibriumRun } from '../verify/toy-sweep.js';
import { STEPS, writeRun } from './stored.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const unfinished = { status: 'running', outcome: null } as const;

describe('finding runs', () => {
  it('goes into every folder, not through links, and takes each run once', () => {
    const root = folder.path('tree');
    const [one, two] = [writeRun(folder.path('tree', 'sweep', 'b')), writeRun(folder.path('tree', 'a'))];
    writeRun(folder.path('tree', 'node_modules', 'package'));
    symlinkSync(root, folder.path('tree', 'circle'));
    expect(findRuns(root).map(({ directory }) => directory)).toEqual([two, one]);
    expect(runsIn([root, one]).map(({ directory }) => directory)).toEqual([two, one]);
    expect(findRuns(one)).toEqual([{ directory: one }]);
  });

  it('refuses what is no folder, and for export what holds no run', () => {
    const file = folder.path('file');
    writeFileSync(file, '');
    mkdirSync(folder.path('empty'));
    expect(findRuns(folder.path('empty'))).toEqual([]);
    for (const path of [file, folder.path('nowhere')]) expect(() => findRuns(path)).toThrow(/is not a folder; allowed/);
    for (const path of [file, folder.path('empty')]) expect(() => runsIn([path])).toThrow(/is not a run; allowed/);
  });
});

describe('a run in one line', () => {
  it('has the means of the last epoch, here of two steps', () => {
    const directory = writeRun(folder.path('finished'));
    expect(summarise({ directory })).toMatchObject({
      path: directory,
      status: 'finished',
      reason: null,
      configuration: { model: 'convnet', elr: 0.01, steps: 5 },
      steps: 5,
      loss: 8,
      accuracy: expect.closeTo(0.8, 12),
      test: 0.75,
      regime: 'undecided',
    });
  });

  it('has the regime that verify finds, and none where the ELR is not fixed', () => {
    const { manifest, steps } = equilibriumRun(2);
    const directory = writeRun(folder.path('toy'), { manifest: { ...manifest, status: 'finished' }, steps });
    expect(summarise({ directory }).regime).toBe('chaotic equilibrium');
    const rate = { kind: 'lr', value: 0.1 } as const;
    writeRun(directory, { manifest: { ...manifest, configuration: { ...manifest.configuration, rate } }, steps });
    expect(summarise({ directory })).toMatchObject({ regime: null, configuration: { lr: 0.1 }, steps: 64 });
  });

  it('is running while its lock is held, interrupted afterwards', () => {
    const directory = writeRun(folder.path('unfinished'), { manifest: unfinished });
    const release = lockDirectory(directory);
    expect(summarise({ directory }).status).toBe('running');
    release();
    expect(summarise({ directory })).toMatchObject({ status: 'interrupted', test: null });
    writeFileSync(`${directory}/lock`, 'not a lock');
    expect(summarise({ directory }).status).toBe('interrupted');
  });

  it('says why it failed, and what is damaged', () => {
    const failed = writeRun(folder.path('failed'), {
      manifest: { ...unfinished, status: 'failed', failure: 'no memory' },
    });
    expect(summarise({ directory: failed })).toMatchObject({ status: 'failed', reason: 'no memory' });
    const damaged = writeRun(folder.path('damaged'));
    for (const [line, expected] of [
      ['{', /metrics.jsonl, line 2, is not a metrics line/],
      ['7', /metrics.jsonl, line 2, is not a metrics line/],
      ['{"loss":1}', /metrics.jsonl, line 2, is not a metrics line/],
    ] as const) {
      writeFileSync(`${damaged}/metrics.jsonl`, `${JSON.stringify(STEPS[0])}\n${line}\n`);
      expect(summarise({ directory: damaged })).toMatchObject({
        status: 'damaged',
        reason: expect.stringMatching(expected),
        configuration: { model: 'convnet' },
        steps: null,
      });
      expect(() => readRun(damaged)).toThrow(expected);
    }
    writeFileSync(`${damaged}/manifest.json`, '{');
    const lost = summarise({ directory: damaged });
    expect(lost).toMatchObject({ status: 'damaged', configuration: null });
    expect(lost.reason).toMatch(/manifest.json is not a manifest of this version of regimes$/);
    rmSync(`${damaged}/manifest.json`);
    expect(summarise({ directory: damaged }).reason).toMatch(/manifest.json is missing$/);
    expect(summarise({ directory: damaged, problem: 'closed' })).toMatchObject({ status: 'damaged', reason: 'closed' });
  });

  it('copes with a run that has no step, and with a loss that is not a number', () => {
    const directory = writeRun(folder.path('begun'), { manifest: unfinished, steps: [] });
    expect(summarise({ directory })).toMatchObject({ steps: 0, loss: Number.NaN, regime: 'undecided' });
    const failed = { ...unfinished, status: 'failed' } as const;
    writeRun(directory, { manifest: failed, steps: [{ ...STEPS[0]!, loss: Number.NaN }] });
    expect(summarise({ directory })).toMatchObject({ steps: 1, loss: Number.NaN });
    expect(runListText([summarise({ directory })], 200)).toMatch(/ 1\/5 +nan /);
  });
});

describe('a list of runs', () => {
  const runs = [
    writeRun(folder.path('list', 'elr-1e-2'), { configuration: { rate: elrRate(0.01), width: 4 } }),
    writeRun(folder.path('list', 'elr-1e-3'), { configuration: { rate: elrRate(0.001), data: 'cifar10:/d' } }),
    writeRun(folder.path('list', 'last'), {
      configuration: { rate: elrRate(0.1) },
      steps: STEPS.slice(0, 1),
      manifest: unfinished,
    }),
  ].map((directory) => summarise({ directory }));
  const lost: RunSummary = summarise({ directory: folder.path('list', 'nothing') });
  const ends = (found: readonly RunSummary[]) => found.map(({ path }) => path.split('/').at(-1));

  it('is in the order of the rate, or of what is asked for, with the unknown last', () => {
    expect(ends(sortRuns([lost, ...runs]))).toEqual(['elr-1e-3', 'elr-1e-2', 'last', 'nothing']);
    expect(ends(sortRuns([lost, ...runs], 'loss'))).toEqual(['last', 'elr-1e-3', 'elr-1e-2', 'nothing']);
    expect(ends(sortRuns(runs, 'width'))).toEqual(['elr-1e-3', 'last', 'elr-1e-2']);
    expect(ends(sortRuns(runs, 'test'))).toEqual(['elr-1e-3', 'elr-1e-2', 'last']);
    expect(() => sortRuns(runs, 'colour')).toThrow(/unknown field colour; allowed: path, status, loss/);
  });

  it('has only runs that fulfil what is asked for', () => {
    const found = (where: string) => ends(selectRuns([lost, ...runs], { where: parseConditions(where) }));
    expect(found('width=2')).toEqual(['elr-1e-3', 'last']);
    expect(found('data=cifar10:/d')).toEqual(['elr-1e-3']);
    expect(found('data=fashion-mnist,width=4')).toEqual(['elr-1e-2']);
    expect(ends(selectRuns([lost, ...runs], { status: 'interrupted' }))).toEqual(['last']);
    expect(ends(selectRuns([lost, ...runs], { status: 'damaged' }))).toEqual(['nothing']);
  });

  it('fits a narrow terminal, where run and regime are what stays', () => {
    const near = [...runs, lost].map((run, i) => ({ ...run, path: `runs/${i}` }));
    for (const width of [40, 60, 80, 100]) {
      for (const line of runListText(near, width).split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    }
    expect(runListText(near, 40)).toMatch(/^run .*regime\nruns\/0 /);
    // R is 0.3 x 30 / 4 over 7, the mean loss of steps 2 to 4.
    expect(runListText(near).split('\n')[1]).toMatch(
      /^runs\/0 +convnet +4 +fashion-mnist +16 +0.01 +1 +finished +5\/5 +8 +0.321 +0.75 +undecided$/,
    );
  });
});
