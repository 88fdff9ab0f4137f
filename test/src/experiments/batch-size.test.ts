import { describe, expect, it } from 'vitest';
import {
  type BatchThreshold,
  batchSizePredictions,
  batchTwin,
  closedFormPredictions,
  fitBatchLaw,
  lawThreshold,
} from '../../../src/experiments/batch-size.js';

const FACTOR = 1.2;
/** A bracket about a threshold, by a factor either way. */
const around = (batch: number, centre: number, factor = FACTOR): BatchThreshold => ({
  batch,
  convergence: { below: centre / factor, above: centre * factor },
});

// S = 500, v = 24: 1/ELR_c = 500 (1 + 24/b) = 2000, 1250, 875, 687.5.
const SUM = 500;
const SPREAD = 24;
const BATCHES = [8, 16, 32, 64];
const EXACT = BATCHES.map((batch) => around(batch, 1 / (SUM * (1 + SPREAD / batch))));

describe('the law of batch sizes', () => {
  it('is found from thresholds that follow it', () => {
    const law = fitBatchLaw(EXACT)!;
    expect(law.sum).toBeCloseTo(SUM, 8);
    expect(law.noise).toBeCloseTo(SUM * SPREAD, 6);
    expect(law.atBound).toBe(false);
    expect(law.line.chiSquared).toBeLessThan(1e-20);
    expect(lawThreshold(law, 16).predicted).toBeCloseTo(1 / 1250, 12);
    const twin = batchTwin(law, BATCHES);
    expect(twin).toMatchObject({ sum: expect.closeTo(SUM, 8), spread: expect.closeTo(SPREAD, 8) });
    expect(twin.probability(8)).toBeCloseTo(1 / 4, 10);
  });

  it('has the errors that the brackets leave: of two exact points by hand', () => {
    const [first, last] = [around(1, 1 / 300), around(2, 1 / 200)];
    // x = 1 and 1/2, y = 300 and 200: slope 200, S = 100; each y is known to a relative 2 ln 1.2 / sqrt 12.
    const law = fitBatchLaw([first, last])!;
    expect(law.sum).toBeCloseTo(100, 8);
    expect(law.noise).toBeCloseTo(200, 8);
    const relative = (2 * Math.log(FACTOR)) / Math.sqrt(12);
    // S = 2 y2 - y1, S v = 2 (y1 - y2).
    expect(law.sumError).toBeCloseTo(relative * Math.hypot(2 * 200, 300), 8);
    expect(law.noiseError).toBeCloseTo(relative * Math.hypot(2 * 300, 2 * 200), 8);
    // At one of the points the law knows as much as the point.
    expect(lawThreshold(law, 1).predictedError).toBeCloseTo(relative / 300, 12);
  });

  it('is none from fewer than two brackets', () => {
    const open: BatchThreshold = { batch: 8, convergence: { below: 1e-3, above: null } };
    expect(fitBatchLaw([])).toBeUndefined();
    expect(fitBatchLaw([EXACT[0]!, open])).toBeUndefined();
  });

  it('keeps S and S v from becoming negative', () => {
    // 1 / ELR_c = 400 / b - 100 would fit: of equal relative errors, N = sum (x/y) / sum (x/y)^2, x/y = 1/300 and 1/200.
    const steep = fitBatchLaw([around(1, 1 / 300), around(2, 1 / 100)])!;
    const noise = (1 / 300 + 1 / 200) / (1 / 300 ** 2 + 1 / 200 ** 2);
    expect(steep).toMatchObject({ sum: 0, sumError: 0, noise: expect.closeTo(noise, 8), atBound: true });
    expect(lawThreshold(steep, 4).predicted).toBeCloseTo(4 / noise, 12);
    // The twin's law is N / v (1 + v / b) with v of four of the largest batches.
    const twin = batchTwin(steep, [1, 2]);
    expect(twin).toMatchObject({ spread: 8, sum: expect.closeTo(noise / 8, 8) });
    // Falling thresholds: S = sum (1/y) / sum (1/y)^2, y = 100 and 300.
    const flat = fitBatchLaw([around(1, 1 / 100), around(2, 1 / 300)])!;
    const sum = (1 / 100 + 1 / 300) / (1 / 100 ** 2 + 1 / 300 ** 2);
    expect(flat).toMatchObject({ sum: expect.closeTo(sum, 8), noise: 0, noiseError: 0, atBound: true });
    expect(batchTwin(flat, [1, 2]).probability(1)).toBe(1);
  });
});

describe('what T10 predicts', () => {
  it('holds of thresholds that follow it: the order, and each from the others', () => {
    const rows = batchSizePredictions(EXACT);
    expect(rows.map(({ name }) => name)).toEqual([
      'smaller batches lower the threshold',
      ...BATCHES.map((batch) => `threshold at batch ${batch}, from the other batch sizes`),
    ]);
    expect(rows[0]!.holds).toBe(true);
    rows.slice(1).forEach((row, i) => {
      const truth = 1 / (SUM * (1 + SPREAD / BATCHES[i]!));
      expect(row).toMatchObject({ predicted: expect.closeTo(truth, 10), measured: expect.closeTo(truth, 10) });
      // What the brackets of the others leave may be too much to tell; it never fails.
      expect(row.holds).not.toBe(false);
    });
    const narrow = BATCHES.map((batch) => around(batch, 1 / (SUM * (1 + SPREAD / batch)), 1.05));
    expect(batchSizePredictions(narrow).map(({ holds }) => holds)).toContain(true);
  });

  it('fails where smaller batches raise the threshold, whatever order they are given in', () => {
    const falling = BATCHES.map((batch) => around(batch, 1 / (300 + 10 * batch)));
    expect(batchSizePredictions(falling.toReversed())[0]!.holds).toBe(false);
    expect(batchSizePredictions(EXACT.toReversed())[0]!.holds).toBe(true);
  });

  it('fails where one threshold is far from what the others say', () => {
    const off = [
      ...EXACT.slice(0, 3).map(({ batch }, i) => around(batch, [5e-4, 8e-4, 1.14e-3][i]!, 1.02)),
      around(64, 0.1, 1.02),
    ];
    const rows = batchSizePredictions(off);
    expect(rows[0]!.holds).toBe(true);
    expect(rows.at(-1)).toMatchObject({ measured: expect.closeTo(0.1, 10), holds: false });
  });

  it('is untested where nothing was bracketed, or all have the same bracket', () => {
    const open = BATCHES.map((batch) => ({ batch, convergence: { below: 1e-3, above: null } }));
    expect(batchSizePredictions(open).map(({ holds }) => holds)).toEqual([null, null, null, null, null]);
    const same = batchSizePredictions(BATCHES.map((batch) => around(batch, 1e-3)));
    expect(same[0]!.holds).toBeNull();
    // One bracket inside the other says nothing, either way round.
    const nested = [around(8, 1e-3, 4), around(16, 0.9e-3, 1.1)];
    expect(batchSizePredictions(nested)[0]!.holds).toBeNull();
    const two = batchSizePredictions([EXACT[0]!, EXACT[1]!]);
    expect(two.map(({ holds }) => holds)).toEqual([true, null, null]);
    // An open bracket has a say with the end that it has.
    const half = [EXACT[0]!, { batch: 64, convergence: { below: 1e-3, above: null } }];
    expect(batchSizePredictions(half)[0]!.holds).toBe(true);
  });

  it('holds of a twin whose bracket has the closed form in it, and fails of one that has not', () => {
    const rows = closedFormPredictions([around(8, 0.25), around(16, 0.4)], (batch) => batch / (batch + SPREAD) / 1.1);
    // 0.25 / 1.1 is inside by a factor of 1.2; 0.4 / 1.1 likewise.
    expect(rows.map(({ holds }) => holds)).toEqual([true, true]);
    const wrong = closedFormPredictions([around(8, 0.25)], () => 0.25 * 1.21);
    expect(wrong[0]!.holds).toBe(false);
  });
});
