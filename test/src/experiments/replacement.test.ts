import { describe, expect, it } from 'vitest';
import {
  effectiveCurvature,
  measureReplacement,
  pairedCells,
  replacementRows,
  shareRatio,
} from '../../../src/experiments/replacement.js';
import { randomSource } from '../../../src/numerics/random.js';
import { epochNoiseShare } from '../../../toy/theory/replacement.js';

const random = randomSource(5);
const series = (loss: number, floor: number, lost: number) => {
  const around = (centre: number, count: number) =>
    Array.from({ length: count }, () => centre * (1 + 0.01 * random.gaussian()));
  return { losses: around(loss, 800), floors: around(floor, 800), annealedLosses: around(loss - lost, 100) };
};
const cell = (
  batch: number,
  sampling: 'with' | 'without',
  [loss, floor, lost]: readonly [number, number, number],
  epoch: number,
) =>
  measureReplacement({ of: 'network', batch, sampling, rate: 1, words: 'ELR 1', epoch }, [series(loss, floor, lost)]);

/** One mode with the bottom at 0: R without replacement in closed form, 1 with. */
const modeCells = (curvature: number) =>
  [
    { batch: 16, epoch: 125 },
    { batch: 64, epoch: 32 },
  ].flatMap(({ batch, epoch }) => {
    const loss = 1 / epochNoiseShare(curvature, epoch);
    return [cell(batch, 'without', [loss, 1, loss], epoch), cell(batch, 'with', [1, 1, 1], epoch)];
  });

describe('batches with and without replacement', () => {
  it('of one mode: the ratio is that of the closed form, and one batch size predicts the other', () => {
    const cells = modeCells(0.01);
    const [first] = pairedCells(cells);
    expect(shareRatio(first!).mean / epochNoiseShare(0.01, 125)).toBeCloseTo(1, 1);
    const rows = replacementRows(cells, epochNoiseShare);
    const transfer = rows.find(({ name }) => name.endsWith('from batch 16'))!;
    // R at batch 16 is known to about a percent, and falls more slowly than 1 / curvature.
    expect((transfer.predicted as number) / epochNoiseShare(0.01, 32)).toBeCloseTo(1, 1);
    expect(transfer.holds).toBe(true);
    expect(rows.filter(({ name }) => /at least 1/.test(name)).map(({ holds }) => holds)).toEqual([true, true]);
    expect(rows.filter(({ name }) => /^R with repl/.test(name)).map(({ holds }) => holds)).toEqual([true, true]);
    const [half] = replacementRows([cell(16, 'with', [2, 1, 1], 125)], epochNoiseShare);
    expect(half).toMatchObject({ holds: false });
  });

  it('fail where R without replacement is the smaller one, and tell no curvature then', () => {
    const cells = [cell(16, 'without', [2, 0.6, 1], 125), cell(16, 'with', [2, 1, 1], 125)];
    cells.push(cell(64, 'without', [2, 1, 1], 32), cell(64, 'with', [2, 1, 1], 32));
    const rows = replacementRows(cells, epochNoiseShare);
    expect(rows.find(({ name }) => /at least 1, batch 16/.test(name))!.holds).toBe(false);
    expect(rows.find(({ name }) => name.endsWith('from batch 16'))).toMatchObject({ holds: null });
  });

  it('are not judged while the loss falls, or in divergence', () => {
    const falling = { ...series(2, 1, 1), losses: Array.from({ length: 800 }, (_, i) => 4 - i / 400) };
    const named = { of: 'network', batch: 16, sampling: 'with', rate: 1, words: 'ELR 1', epoch: 125 } as const;
    const rowOf = (of: ReturnType<typeof cell>) => replacementRows([of], epochNoiseShare)[0]!;
    expect(rowOf(measureReplacement(named, [falling]))).toMatchObject({ holds: null });
    expect(rowOf(measureReplacement(named, [series(2, 5, 1)])).note).toMatch(/divergence/);
  });

  it('give the curvature of the closed form back', () => {
    for (const curvature of [1e-4, 0.003, 0.1])
      expect(effectiveCurvature(epochNoiseShare(curvature, 125), 125, epochNoiseShare)! / curvature).toBeCloseTo(1, 8);
    expect(effectiveCurvature(0.9, 125, epochNoiseShare)).toBeUndefined();
  });
});
