import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { RunWriter } from '../../../../src/run/run-writer.js';
import { extendSweep, openSweep } from '../../../../src/sweep/extend-sweep.js';
import { plannedRun, runDirectory } from '../../../../src/sweep/plan.js';
import { predictionTable } from '../../../../src/text/verification/prediction-table.js';
import { thresholdLines } from '../../../../src/text/verification/threshold-text.js';
import type { Prediction } from '../../../../src/verify/prediction.js';
import { expectOneLineError, json, refused, regimes, temporaryFolder } from '../../../cli.js';
import { convergingRun, equilibriumRun } from '../../verify/toy-sweep.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const row = (given: Partial<Prediction>): Prediction => ({
  name: 'a statement',
  source: 'T3',
  predicted: 2,
  measured: 3,
  error: 0.5,
  errorKind: 'relative',
  tolerance: 0.1,
  holds: false,
  ...given,
});

describe('regimes verify', () => {
  it('finds the threshold of a sweep on disk that is the toy itself', async () => {
    const directory = folder.path('toy');
    const runs = [convergingRun(0.9), equilibriumRun(1.2), equilibriumRun(1.5), equilibriumRun(10)];
    openSweep(directory, [runs[0]!.manifest.configuration]);
    for (const { manifest, steps } of runs) {
      const writer = RunWriter.create(runDirectory(directory, manifest.configuration.rate.value), manifest);
      for (const step of steps) writer.append(step);
      writer.finish(new Map(), { seconds: 1, test: { loss: null, accuracy: 0.5 } });
    }
    const { thresholds, predictions } = (await json('verify', directory)) as {
      thresholds: object;
      predictions: Prediction[];
    };
    expect(thresholds).toMatchObject({ convergence: { below: 0.9 / 7, above: 1.2 / 7 } });
    const found = predictions.find(({ name }) => /two runs/.test(name))!;
    expect(found).toMatchObject({ predicted: expect.closeTo(1 / 7, 12), holds: true });
    // The text begins with what was found, k = 0.9 and 1.2 divided by the sum of alpha; then come the runs.
    expect((await regimes('verify', directory)).out).toMatch(
      /^Convergence ends between ELR 0\.1286 and 0\.1714 .*\n(?:\S.*\n)+\n +ELR {2}regime/,
    );
    // Of 64 steps each the first 40 show the same; none has 65.
    const shorter = (await json('verify', directory, '--steps', '40')) as { thresholds: object; runs: object[] };
    expect(shorter.thresholds).toEqual(thresholds);
    expect(shorter.runs).toMatchObject(runs.map(() => ({ steps: 40 })));
    expectOneLineError(
      await refused('verify', directory, '--steps', '65'),
      /has no run with 65 steps yet; the longest has 64\n/,
    );
    expectOneLineError(
      await refused('verify', directory, '--steps', '40', '--refine', '2'),
      /--refine judges whole runs/,
    );
    // With 5% the run at k = 10 is no divergence.
    const strict = (await json('verify', directory, '--tolerance', '0.05')) as { thresholds: object };
    expect(strict.thresholds).toMatchObject({ divergence: { above: null } });
  });

  it('has a table for every setting, under its name', async () => {
    const directory = folder.path('settings');
    const runs = [16, 64].map((batch) => {
      const { manifest, steps } = equilibriumRun(1.2);
      const configuration = { ...manifest.configuration, batch };
      return { manifest: { ...manifest, configuration }, steps, varied: { elr: configuration.rate.value, batch } };
    });
    const planned = runs.map(({ manifest, varied }) => plannedRun(manifest.configuration, varied));
    extendSweep(directory, { varied: ['elr', 'batch'], given: {}, runs: planned });
    for (const [i, { manifest, steps }] of runs.entries()) {
      const writer = RunWriter.create(`${directory}/${planned[i]!.folder}`, manifest);
      for (const step of steps) writer.append(step);
      writer.finish(new Map(), { seconds: 1, test: { loss: null, accuracy: 0.5 } });
    }
    const lines = (await refused('verify', directory, '--json')).out.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).setting)).toEqual([{ batch: 16 }, { batch: 64 }]);
    const { out } = await refused('verify', directory);
    expect(out.match(/^batch \d+\n=+$/gm)).toEqual(['batch 16\n========', 'batch 64\n========']);
    expect(out.match(/predictions? holds?/g)!.length).toBeGreaterThanOrEqual(2);
  });

  it('answers what is no sweep in one line with code 2', async () => {
    const empty = folder.path('empty');
    mkdirSync(empty);
    const file = folder.path('file');
    writeFileSync(file, 'text');
    const begun = folder.path('begun');
    openSweep(begun, [equilibriumRun(1.5).manifest.configuration]);
    for (const [directory, message] of [
      [empty, /empty is not a sweep; allowed: a folder written by regimes sweep/],
      [file, /file is not a sweep/],
      [folder.path('nowhere'), /nowhere is not a sweep/],
      [begun, /begun has no run with a step yet/],
    ] as const)
      expectOneLineError(await refused('verify', directory, '--json'), message);
    expectOneLineError(await regimes('verify', empty), /is not a sweep/);
    expect(readdirSync(empty)).toEqual([]);
    expectOneLineError(await refused('verify', empty, '--tolerance', '1'), /tolerance.*between 0 and 1/);
    expectOneLineError(await refused('verify'), /missing required argument/);
  });
});

describe('the table of predictions', () => {
  it('says what holds, what fails and what was not tested, in words', () => {
    const table = predictionTable([
      row({ name: 'first' }),
      row({ name: 'second', holds: true, error: 1.25, errorKind: 'factor', tolerance: 1.5 }),
      row({ name: 'third', holds: null, predicted: null, measured: null, error: null }),
    ]);
    const cells = (name: string): string[] =>
      table
        .split('\n')
        .find((line) => line.includes(name))!
        .trim()
        .split(/ {2,}/);
    expect(cells('first')).toEqual(expect.arrayContaining(['2', '3', '50%', '10%', 'FAILS', 'T3']));
    expect(cells('second')).toEqual(expect.arrayContaining(['x 1.25', 'x 1.5', 'holds']));
    expect(cells('third')).toEqual(expect.arrayContaining(['-', 'untested']));
  });

  it('says where a regime begins even if one side was not seen', () => {
    const text = thresholdLines({ convergence: { below: 1e-3, above: 3e-3 }, divergence: { below: null, above: 1 } });
    expect(text).toMatch(/convergence [^\n]*0\.001[^\n]*0\.003/);
    expect(text).toMatch(/divergence [^\n]*ELR[^\n]* 1\b/);
    expect(text).not.toMatch(/null|NaN/);
  });
});
