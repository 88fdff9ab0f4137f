import { describe, expect, it } from 'vitest';
import { batchSizePredictions } from '../../../src/experiments/batch-size.js';
import { independentBatch, noiselessRows } from '../../../src/experiments/large-batch.js';
import { noiselessTwins } from '../../../toy/twins/noiseless-toy.js';

describe('batches of few images', () => {
  it('are worth as many independent draws as have the same variance of the mean: all subsets written out', () => {
    const values = [1, 2, 4, 8, 16];
    const centre = values.reduce((a, b) => a + b) / 5;
    const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 5;
    const pairs = values.flatMap((a, i) => values.slice(i + 1).map((b) => ((a + b) / 2 - centre) ** 2));
    const ofPairs = pairs.reduce((a, b) => a + b) / pairs.length;
    expect(independentBatch(2, 5)).toBeCloseTo(variance / ofPairs, 12);
    expect(independentBatch(1, 5)).toBe(1);
    expect(independentBatch(5, 5)).toBe(Number.POSITIVE_INFINITY);
  });

  it('put the threshold of all images at 1 / S of the line through the others', () => {
    const [sum, noise, images] = [100, 2000, 128];
    const bracket = (elr: number) => ({ below: elr / 1.1, above: elr * 1.1 });
    const thresholds = [16, 32, 128].map((batch) => {
      const independent = independentBatch(batch, images);
      return { batch, independent, convergence: bracket(1 / (sum + noise / independent)) };
    });
    const rows = batchSizePredictions(thresholds);
    const last = rows.find(({ name }) => name.startsWith('threshold at batch 128'))!;
    expect((last.predicted as number) * sum).toBeCloseTo(1, 6);
  });
});

describe('the toy without noise', () => {
  const [below, above] = noiselessTwins([0.5, 1.3], { alpha: [1, 2, 4], steps: 2000, seeds: [1, 2] });

  it('converges with ELR lambda / 2 from k to 1, and settles on T4 above the threshold', () => {
    expect(below!.regime).toBe('convergence');
    // max k_i: at least the k of all groups together, which they share only at w_i = alpha_i / S.
    expect(below!.sharpness).toBeGreaterThanOrEqual(0.5 - 1e-9);
    expect(below!.sharpness).toBeLessThanOrEqual(1);
    expect(above!.regime).toBe('chaotic equilibrium');
    // F* = (alpha sum / 2) (1 - 1/k) = 3.5 (1 - 1 / 1.3).
    expect(above!.closedForm).toBeCloseTo(3.5 * (1 - 1 / 1.3), 10);
    expect(above!.loss / above!.closedForm).toBeCloseTo(1, 2);
    expect(noiselessRows([below!, above!]).map(({ holds }) => holds)).toEqual([true, true]);
    expect(noiselessRows([{ ...above!, loss: 3 }])[0]!.holds).toBe(false);
  });
});
