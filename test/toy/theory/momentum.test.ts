import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/system/usage-error.js';
import { evaluateCells } from '../../../toy/phase/cells.js';
import { convergenceFactor } from '../../../toy/theory/circle-map.js';
import { momentumFactor, momentumThreshold, momentumThresholdRatio } from '../../../toy/theory/momentum.js';
import { drawsFrom } from './numbers.js';

const { between } = drawsFrom(12);

/** What happens to the velocity besides v <- beta v - elr grad F: nothing, or what else an optimiser on a sphere may do. */
type Velocity = 'kept' | 'projected' | 'transported';

/** |tan theta| after each step of one group on the unit circle, in coordinates x = sin theta, y = cos theta. */
function* momentumRun(alpha: number, elr: number, beta: number, angle: number, steps: number, velocity: Velocity) {
  let [x, y] = [Math.sin(angle), Math.cos(angle)];
  let [vx, vy] = [0, 0];
  for (let t = 0; t < steps; t++) {
    vx = beta * vx - elr * 2 * alpha * x * y * y;
    vy = beta * vy + elr * 2 * alpha * x * x * y;
    if (velocity === 'projected') {
      const radial = vx * x + vy * y;
      [vx, vy] = [vx - radial * x, vy - radial * y];
    }
    const along = vx * y - vy * x;
    const norm = Math.hypot(x + vx, y + vy);
    [x, y] = [(x + vx) / norm, (y + vy) / norm];
    if (velocity === 'transported') [vx, vy] = [along * y, -along * x];
    yield Math.abs(x / y);
  }
}

/** Largest of the last steps: an unstable run swings, now and then through nearly 0. */
const last = (run: Iterable<number>): number => Math.max(...[...run].slice(-50));

describe('the threshold with momentum (T12)', () => {
  it.each(['kept', 'projected', 'transported'] as const)(
    'is k = 1 + beta within 0.5%% for runs from beside the minimum, velocity %s',
    (velocity) => {
      for (const beta of [0, 0.5, 0.9, between(0, 0.9), between(0, 0.9), between(0, 0.9)]) {
        const alpha = between(0.2, 5);
        const threshold = momentumThreshold([alpha], beta);
        // Slowest: the multiplier leaves -1 by 2 (1 + beta) 0.005 / (1 - beta), at least 0.01 a step.
        expect(last(momentumRun(alpha, 0.995 * threshold, beta, 1e-4, 4000, velocity))).toBeLessThan(1e-10);
        expect(last(momentumRun(alpha, 1.005 * threshold, beta, 1e-4, 4000, velocity))).toBeGreaterThan(1e-3);
      }
    },
  );

  it('holds from random starts too, within 1%', () => {
    for (let trial = 0; trial < 20; trial++) {
      const [alpha, beta, angle] = [between(0.2, 5), between(0, 0.95), between(-1.4, 1.4)];
      const threshold = momentumThreshold([alpha], beta);
      expect(last(momentumRun(alpha, 0.99 * threshold, beta, angle, 5000, 'kept'))).toBeLessThan(1e-10);
      expect(last(momentumRun(alpha, 1.01 * threshold, beta, angle, 5000, 'kept'))).toBeGreaterThan(1e-3);
    }
  });
});

describe('the threshold of the product with momentum (T12)', () => {
  it('is that of the closed form within 1%, n = 1', () => {
    const cells = [0, 0.5, 0.9, ...Array.from({ length: 9 }, () => between(0, 0.95))].flatMap((momentum) => {
      const alpha = [between(0.2, 5)];
      return [0.99, 1.01].map((factor) => ({ alpha, momentum, elr: factor * momentumThreshold(alpha, momentum) }));
    });
    for (const seed of [1, 2]) {
      evaluateCells(cells, { steps: 8000, seed }).forEach((cell, i) => {
        const converges = i % 2 === 0;
        expect(cell.collapsed).toBe(false);
        expect(cell.regime).toBe(converges ? 'convergence' : 'chaotic equilibrium');
        if (converges) expect(cell.relativeLoss).toBeLessThan(1e-12);
        else expect(cell.relativeLoss).toBeGreaterThan(1e-4);
      });
    }
  });
});

describe('the convergence factor with momentum', () => {
  it('is how fast the angle shrinks, at random parameters', () => {
    for (let trial = 0; trial < 30; trial++) {
      const beta = between(0.01, 0.9);
      const k = between(0.02, 0.98) * momentumThresholdRatio(beta);
      const factor = momentumFactor(k, beta);
      const run = [...momentumRun(1, k, beta, 1e-3, Math.ceil(200 / -Math.log(factor)), 'kept')];
      // Largest of forty steps, as complex multipliers make the angle swing through 0.
      const height = (end: number) => Math.log(Math.max(...run.slice(end - 40, end)));
      const [from, to] = [Math.floor(run.length / 2), run.length];
      const measured = (height(to) - height(from)) / (to - from);
      // The swing hides a few tenths of a nat of the hundred that the angle falls.
      expect(Math.abs(measured / Math.log(factor) - 1)).toBeLessThan(0.03);
    }
  });

  it('is |1 - 2k| without momentum, sqrt(beta) where the multipliers are complex, 1 at the threshold', () => {
    for (const k of [0.1, 0.5, 0.8, 1, 3]) expect(momentumFactor(k, 0)).toBeCloseTo(convergenceFactor(k), 15);
    expect(momentumFactor(0.7, 0.25)).toBe(0.5);
    for (const beta of [0.1, 0.5, 0.9]) {
      expect(momentumFactor(1 + beta, beta)).toBeCloseTo(1, 14);
      expect(momentumFactor(1.001 * (1 + beta), beta)).toBeGreaterThan(1);
      expect(momentumFactor(0.999 * (1 + beta), beta)).toBeLessThan(1);
    }
  });
});

describe('bad input of momentum', () => {
  it('is rejected', () => {
    for (const beta of [-0.1, 1, Number.NaN]) {
      expect(() => momentumThresholdRatio(beta)).toThrow(/^.*allowed: from 0 to 1, 1 excluded$/);
      expect(() => momentumThreshold([1], beta)).toThrow(UsageError);
      expect(() => momentumFactor(1, beta)).toThrow(UsageError);
    }
    for (const k of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => momentumFactor(k, 0.5)).toThrow(UsageError);
    expect(() => momentumThreshold([], 0.5)).toThrow(UsageError);
  });
});
