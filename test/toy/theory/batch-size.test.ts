import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RandomSource, randomSource } from '../../../src/numerics/random.js';
import { blockJackknife } from '../../../src/numerics/statistics/jackknife.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { noiseShareAtBatchSize, thresholdBatchSize, thresholdElrAtBatchSize } from '../../../toy/theory/batch-size.js';

const positive = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const fraction = fc.double({ min: 0, max: 1, noNaN: true });

/** Means over independent samples: of s (mean 1, E s^2 = 2) and of additive noise of variance 1. */
function batch(random: RandomSource, size: number): { factor: number; noise: number } {
  let [factor, noise] = [0, 0];
  for (let i = 0; i < size; i += 1) {
    factor -= Math.log(1 - random.uniform()) / size;
    noise += random.gaussian() / size;
  }
  return { factor, noise };
}

describe('other batch sizes from one run (T14)', () => {
  it('in a quadratic with noise of both kinds: R at the same places, and the threshold where the noise is multiplicative', () => {
    const [rate, size] = [0.5, 8];
    const random = randomSource(2);
    const [products, squares, losses, others]: number[][] = [[], [], [], []];
    let x = 1;
    for (let t = -200; t < 60_000; t += 1) {
      // Curvature 1, elr = rate; two batches at one place for the signal, a smaller one for comparison.
      const gradientOf = (b: number): number => {
        const { factor, noise } = batch(random, b);
        return factor * x + noise;
      };
      const [own, twin, small] = [gradientOf(size), gradientOf(size), gradientOf(2)];
      if (t >= 0) {
        products!.push(own * twin);
        squares!.push(own * own);
        losses!.push((x * x) / 2);
        others!.push((rate * small * small) / 4);
      }
      x -= rate * own;
    }
    const predicted = blockJackknife([products!, squares!, losses!, others!], ([product, square, loss, other]) => {
      const reading = { batchSize: size, noiseShare: (rate * square!) / 4 / loss!, signalShare: product! / square! };
      return noiseShareAtBatchSize(reading, 2) / (other! / loss!);
    });
    expect(predicted.error).toBeLessThan(0.03);
    expect(Math.abs(predicted.value - 1)).toBeLessThan(4.5 * predicted.error);
  });

  it('the threshold of multiplicative noise is the batch size at which E[s^2] = 1 + 1/B has k E[s^2] = 1', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 0.95, noNaN: true }), positive, positive, (k, variance, batchSize) => {
        // R = k (1 + variance / B), signal share 1 / (1 + variance / B): by hand B_c = k variance / (1 - k).
        const moment = 1 + variance / batchSize;
        const reading = { batchSize, noiseShare: k * moment, signalShare: 1 / moment };
        // The signal share keeps 1 - s only to rounding over 1 - s.
        const lost = 1e-14 * (1 + batchSize / variance);
        expect(Math.abs(thresholdBatchSize(reading) / ((k * variance) / (1 - k)) - 1)).toBeLessThan(lost / (1 - k));
        const elr = thresholdElrAtBatchSize(reading, k, 1);
        expect(Math.abs(elr * (1 + variance) - 1)).toBeLessThan(lost * 10);
      }),
    );
  });

  it('is consistent: at its own batch size R itself, monotone in the batch, 1 at the threshold', () => {
    fc.assert(
      fc.property(positive, positive, fraction, positive, (batchSize, noiseShare, signalShare, other) => {
        const reading = { batchSize, noiseShare, signalShare };
        expect(Math.abs(noiseShareAtBatchSize(reading, batchSize) / noiseShare - 1)).toBeLessThan(1e-14);
        const at = noiseShareAtBatchSize(reading, other);
        if (other < batchSize) expect(at).toBeGreaterThanOrEqual(noiseShare * (1 - 1e-14));
        const threshold = thresholdBatchSize(reading);
        if (threshold > 0 && Number.isFinite(threshold) && noiseShare * signalShare < 0.999)
          expect(Math.abs(noiseShareAtBatchSize(reading, threshold) - 1)).toBeLessThan(1e-9);
      }),
    );
  });

  it('has no threshold where the signal alone is beyond it', () => {
    expect(thresholdBatchSize({ batchSize: 16, noiseShare: 2, signalShare: 0.5 })).toBe(Number.POSITIVE_INFINITY);
    expect(thresholdBatchSize({ batchSize: 16, noiseShare: 1, signalShare: 0.25 })).toBe(16);
  });

  it('rejects bad input', () => {
    const good = { batchSize: 16, noiseShare: 0.5, signalShare: 0.5 };
    for (const bad of [{ batchSize: 0 }, { noiseShare: -1 }, { signalShare: 1.1 }, { signalShare: Number.NaN }])
      expect(() => noiseShareAtBatchSize({ ...good, ...bad }, 1)).toThrow(UsageError);
    expect(() => noiseShareAtBatchSize(good, 0)).toThrow(UsageError);
    expect(() => thresholdElrAtBatchSize(good, 0, 1)).toThrow(UsageError);
  });
});
