import fc from 'fast-check';
import { Matrix, solve } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { randomSource, shuffledIndices } from '../../../src/numerics/random.js';
import { blockJackknife } from '../../../src/numerics/statistics/jackknife.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { epochNoiseShare, slowEpochNoiseShare } from '../../../toy/theory/replacement.js';

/** The plain loop: N noises that sum to 0, one mode with elr = 1; order drawn anew each epoch, or each step at random. */
function run(rate: number, batches: number, epochs: number, sampling: 'with' | 'without') {
  const random = randomSource(17);
  const drawn = Array.from({ length: batches }, () => random.gaussian());
  const centre = drawn.reduce((sum, value) => sum + value, 0) / batches;
  const noise = drawn.map((value) => value - centre);
  const [floors, losses]: number[][] = [[], []];
  let x = 0;
  for (let epoch = -Math.ceil(20 / rate / batches) - 1; epoch < epochs; epoch += 1) {
    const order = shuffledIndices(batches, random);
    for (let i = 0; i < batches; i += 1) {
      const gradient = rate * x + noise[sampling === 'without' ? order[i]! : random.below(batches)]!;
      if (epoch >= 0) {
        floors!.push((gradient * gradient) / 4);
        losses!.push((rate * x * x) / 2);
      }
      x -= gradient;
    }
  }
  return blockJackknife([floors!, losses!], ([floor, loss]) => floor! / loss!);
}

describe('R of epochs without replacement (T14)', () => {
  it.each([
    [0.003, 125],
    [0.01, 125],
    [0.1, 125],
    [0.5, 8],
    [1.4, 5],
    [0.05, 2],
  ])('is that of simulated epochs, elr h = %d and %d batches; 1 with batches drawn anew', (rate, batches) => {
    const epochs = Math.ceil(250_000 / batches);
    const without = run(rate, batches, epochs, 'without');
    const truth = epochNoiseShare(rate, batches);
    expect(without.error).toBeLessThan(0.05 * truth);
    expect(Math.abs(without.value - truth)).toBeLessThan(4.5 * without.error);
    const anew = run(rate, batches, epochs, 'with');
    expect(anew.error).toBeLessThan(0.1);
    expect(Math.abs(anew.value - 1)).toBeLessThan(4.5 * anew.error);
  });

  it('is that of the linear equations for all covariances, solved as a matrix, to rounding', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1.99, noNaN: true }),
        fc.integer({ min: 2, max: 30 }),
        (rate, batches) => {
          // Unknowns V_0 ... V_(N-1), elr = sigma = 1, of V_(n+1) = a^2 V_n + 1 - 2 a E[x_n xi], and V_N = V_0.
          const a = 1 - rate;
          const pull = (n: number): number => {
            let sum = 0;
            for (let i = 0; i < n; i += 1) sum += a ** i;
            return sum / (batches - 1);
          };
          const equations = Matrix.zeros(batches, batches);
          const given = Matrix.zeros(batches, 1);
          for (let n = 0; n < batches; n += 1) {
            const next = (n + 1) % batches;
            equations.set(n, next, equations.get(n, next) + 1);
            equations.set(n, n, equations.get(n, n) - a * a);
            given.set(n, 0, 1 - 2 * a * pull(n));
          }
          const variances = solve(equations, given).to1DArray();
          const gradients = variances.map((value, n) => rate * rate * value + 1 + 2 * rate * pull(n));
          const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
          const share = total(gradients) / (2 * rate * total(variances));
          // The equations lose what 1 - a^(2N) cancels.
          expect(Math.abs(epochNoiseShare(rate, batches) / share - 1)).toBeLessThan(1e-10);
        },
      ),
    );
  });

  it('goes to 3 / (elr h N) for slow modes, to 1 for long epochs', () => {
    for (const [rate, batches] of [
      [1e-9, 100],
      [1e-12, 2],
      [1e-7, 5000],
    ] as const) {
      const far = rate * batches;
      expect(Math.abs(epochNoiseShare(rate, batches) / slowEpochNoiseShare(rate, batches) - 1)).toBeLessThan(far);
    }
    expect(Math.abs(slowEpochNoiseShare(0.001, 1e6) / (3 / 1000) - 1)).toBeLessThan(1e-5);
    expect(Math.abs(epochNoiseShare(0.5, 1e5) - 1)).toBeLessThan(1e-4);
    expect(epochNoiseShare(1, 1e5)).toBeCloseTo(1, 4);
  });

  it('rejects bad input', () => {
    for (const rate of [0, -1, 2, Number.NaN]) expect(() => epochNoiseShare(rate, 10)).toThrow(UsageError);
    for (const batches of [1, 2.5, Number.NaN]) expect(() => epochNoiseShare(0.1, batches)).toThrow(UsageError);
  });
});
