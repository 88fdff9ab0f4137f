import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import { oscillationPeriod } from '../../../toy/chaos/oscillation.js';
import { simulateToy } from '../../../toy/dynamics/simulate.js';
import { weightDecayOrbit, weightDecayOscillation } from '../../../toy/theory/weight-decay.js';

const sine = (period: number, length: number, phase = 0.3): number[] =>
  Array.from({ length }, (_, i) => 2 + Math.sin((2 * Math.PI * i) / period + phase));

describe('period', () => {
  it.each([5.3, 14.02, 77.7])('of a sine is its own, %d', (period) => {
    // Linear interpolation between samples errs by less than half a step at either end.
    const estimate = oscillationPeriod(sine(period, 2000));
    expect(Math.abs(estimate - period)).toBeLessThan(period / (2000 / period - 1));
    expect(Math.abs(estimate / period - 1)).toBeLessThan(0.005);
  });

  it('is NaN where nothing oscillates', () => {
    expect(oscillationPeriod([])).toBeNaN();
    expect(oscillationPeriod([1])).toBeNaN();
    expect(oscillationPeriod([1, 1, 1, 1])).toBeNaN();
    expect(oscillationPeriod([1, 2, 3, 4])).toBeNaN();
    expect(oscillationPeriod(sine(100, 150))).toBeNaN();
    expect(oscillationPeriod([1, Number.NaN, 2])).toBeNaN();
  });

  it('of a run with weight decay is that of T9', () => {
    const random = randomSource(5);
    for (let draw = 0; draw < 5; draw += 1) {
      const alpha = [1 + random.uniform()];
      const [eta, lambda] = [0.3 + random.uniform(), 0.02 + 0.1 * random.uniform()];
      const { x, y } = weightDecayOrbit(alpha, eta, lambda);
      // A thousandth off the orbit: small enough for T9, which is of linear order.
      const start = { x: x.map((value) => value * 1.001), y };
      const run = simulateToy(alpha, { learningRate: eta }, { steps: 4000, weightDecay: lambda, start });
      const { period } = weightDecayOscillation(eta, lambda);
      expect(Math.abs(oscillationPeriod(run.trajectory.loss) / period - 1)).toBeLessThan(0.02);
    }
  });
});
