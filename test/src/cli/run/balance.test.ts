import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { balanceOfRun } from '../../../../deep/curvature/run-break-even.js';
import { BALANCE_FILE, type Balance, readBalance, writeBalance } from '../../../../src/run/balance-record.js';
import { readManifest } from '../../../../src/run/run-directory.js';
import { RunWriter } from '../../../../src/run/run-writer.js';
import { openSweep } from '../../../../src/sweep/extend-sweep.js';
import { runDirectory } from '../../../../src/sweep/plan.js';
import type { Prediction } from '../../../../src/verify/prediction.js';
import { expectOneLineError, json, refused, regimes, temporaryFolder } from '../../../cli.js';
import { compiled } from '../../../deep/engine/agreement.js';
import { exactPoint } from '../../regime/break-even-points.js';
import { equilibriumRun, SUM } from '../../verify/toy-sweep.js';
import { interruptRun } from '../small-run.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const sweep = folder.path('sweep');
const [low, high] = ['elr-3e-4', 'elr-1e-2'].map((name) => join(sweep, name)) as [string, string];
const OPTIONS = '--width 1 --train-images 64 --batch 16 --measure none'.split(' ');

/** Two short runs. */
beforeAll(async () => {
  const { code } = await regimes(
    ...['sweep', '--elr', '3e-4,1e-2', '--steps', '40', '--keep', '5', ...OPTIONS, '--out', sweep],
  );
  expect(code).toBe(0);
}, 60_000);

type WithoutTime = Omit<Balance, 'seconds'>;
const withoutTime = ({ seconds: _, ...balance }: Balance): WithoutTime => balance;

describe('regimes balance', () => {
  it('lists the runs of a sweep, and keeps what it measured with them', async () => {
    const { code, out, err } = await regimes('balance', sweep, '--pairs', '4', '--threads', '1');
    expect(code).toBe(0);
    const [titles, first, second] = out.split('\n');
    expect(titles).toMatch(
      /^run +ELR +points +loss +EGN +mean gradient +signal +balance ELR +ELR \/ balance +change \/ slope +own batch$/,
    );
    expect(first).toMatch(/^elr-3e-4 +3e-4 +5 /);
    expect(second).toMatch(/^elr-1e-2 +0\.01 +5 /);
    expect(err).toMatch(/elr-3e-4: 45 products in .* s\n.*elr-1e-2: 45 products in /s);
    expect(readBalance(low)!.points.map(({ step }) => step)).toEqual([20, 25, 30, 35, 40]);
  });

  /** Runs of the network are chaotic: which regime so short a one is in may differ between machines. The toy's is known. */
  it('is what verify tests T13 with', async () => {
    const directory = folder.path('toy');
    const { manifest, steps } = equilibriumRun(1.4);
    openSweep(directory, [manifest.configuration]);
    const run = runDirectory(directory, manifest.configuration.rate.value);
    const writer = RunWriter.create(run, manifest);
    for (const step of steps) writer.append(step);
    writer.finish(new Map(), { seconds: 1, test: { loss: null, accuracy: 0.5 } });
    const points = [40, 48, 56, 64].map((step) => exactPoint(2, 18, step));
    writeBalance(run, { batch: 16, pairs: 8, seed: 1, points, seconds: 1 });
    const { predictions } = (await json('verify', directory)) as { predictions: Prediction[] };
    const rows = predictions.filter(({ source }) => source === 'T13');
    // 1.4 / 7 x 18 / (2 x 2).
    expect(rows).toEqual([
      expect.objectContaining({
        name: `ELR / balance ELR, ELR ${1.4 / SUM}`,
        measured: expect.closeTo(0.9, 12),
        holds: true,
      }),
    ]);
  });

  it('prints JSON lines of the points, the same again, others of another seed', async () => {
    const lines = async (...words: string[]): Promise<(WithoutTime & { readonly elr: number })[]> => {
      const { out } = await refused(
        'balance',
        high,
        '--pairs',
        '2',
        '--points',
        '2',
        '--threads',
        '1',
        '--json',
        ...words,
      );
      return out
        .trim()
        .split('\n')
        .map((line) => {
          const { seconds: _, ...rest } = JSON.parse(line);
          return rest;
        });
    };
    const [first, again, other] = [await lines(), await lines(), await lines('--seed', '2')];
    expect(first).toEqual([expect.objectContaining({ run: high, elr: 0.01, batch: 16, pairs: 2, seed: 1 })]);
    // Two of the five points: the third and the last.
    expect(first[0]!.points.map(({ step }) => step)).toEqual([30, 40]);
    expect(again).toEqual(first);
    expect(other[0]!.points).not.toEqual(first[0]!.points);
  });

  it('of a run that kept nothing is that of its final weights', async () => {
    const bare = folder.path('bare');
    cpSync(high, bare, { recursive: true, filter: (path) => !/weights-\d+/.test(path) });
    const heard: number[][] = [];
    const onPoint = (...counts: number[]): void => void heard.push(counts);
    const found = await balanceOfRun(compiled, bare, { pairs: 2, onPoint });
    expect(heard).toEqual([[1, 1]]);
    expect(withoutTime(readBalance(bare)!)).toEqual(withoutTime(found));
    expect(found.points.map(({ step }) => step)).toEqual([40]);
    // The weights kept at the last step are those that the run ended with.
    const both = await balanceOfRun(compiled, high, { pairs: 2, points: 1 });
    expect(withoutTime(both)).toEqual(withoutTime(found));
    expect(found.othersTrained).toBeUndefined();
  });

  it('says of a run whether other parameters were trained too', async () => {
    const words = ['--model', 'convnet-affine', '--elr', '3e-3', '--steps', '2', '--threads', '1', '--log', 'none'];
    for (const [name, others, expected] of [
      ['free', [], true],
      ['frozen', ['--free-lr', '0'], undefined],
    ] as const) {
      const directory = folder.path(name);
      await refused('train', ...words, ...OPTIONS, ...others, '--out', directory);
      expect((await balanceOfRun(compiled, directory, { pairs: 2 })).othersTrained).toBe(expected);
      expect(readBalance(directory)!.othersTrained).toBe(expected);
    }
  });
});

describe('what regimes balance refuses, in one line with code 2', () => {
  it('is what is no run, a run that is not finished, and one of full batches', async () => {
    expectOneLineError(await refused('balance', folder.path('nowhere')), /nowhere is not a sweep/);
    await expect(balanceOfRun(compiled, folder.path('nowhere'))).rejects.toThrow(/nowhere holds no run; allowed: /);

    const stopped = folder.path('stopped');
    await interruptRun({ ...readManifest(high)!.configuration, steps: 60 }, stopped);
    expectOneLineError(await refused('balance', stopped), /stopped is not finished; allowed: a run that is/);

    const full = folder.path('full');
    const words = ['--elr', '3e-3', '--steps', '1', '--threads', '1', '--log', 'none'];
    expect((await refused('train', ...words, ...OPTIONS, '--full-batch', '--out', full)).code).toBe(0);
    expectOneLineError(
      await refused('balance', full),
      /full takes a step a pass .* allowed: a run with a step a batch/,
    );
    for (const directory of [stopped, full]) expect(existsSync(join(directory, BALANCE_FILE))).toBe(false);
  });

  it('is too few pairs, of which no error could be told, and no points', async () => {
    expectOneLineError(await regimes('balance', high, '--pairs', '1'), /pairs.*a whole number from 2 to 100000/);
    expectOneLineError(await refused('balance', high, '--points', '0'), /points.*a whole number from 1 on/);
  });
});

describe('the balance on disk', () => {
  it('that is damaged is one line of verify with code 1, beside the table without it', async () => {
    const damaged = folder.path('damaged');
    cpSync(sweep, damaged, { recursive: true });
    const path = join(damaged, 'elr-1e-2', BALANCE_FILE);
    for (const content of ['', '{"batch": 16}', readFileSync(path, 'utf8').replace('mean', 'mode')]) {
      writeFileSync(path, content);
      const { code, out, err } = await regimes('verify', damaged, '--json');
      expect({ code, lines: out.trim().split('\n').length }).toEqual({ code: 1, lines: 1 });
      expect(err).toMatch(/^left out: [^\n]*elr-1e-2\/balance\.json is not a balance of this version of regimes\n$/);
    }
  });

  it('keeps numbers that are not finite', () => {
    const balance = readBalance(high)!;
    const [point] = balance.points;
    const curvature = { mean: Number.POSITIVE_INFINITY, error: Number.NaN };
    const overflowed = { ...balance, points: [{ ...point!, curvature }] };
    const directory = folder.path('bare');
    writeBalance(directory, overflowed);
    expect(readBalance(directory)).toEqual(overflowed);
  });
});
