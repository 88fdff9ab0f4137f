import fc from 'fast-check';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import { blockJackknife, type DerivedEstimate } from '../../../src/numerics/statistics/jackknife.js';
import { UsageError } from '../../../src/system/usage-error.js';
import {
  momentumNoiseFloor,
  momentumNoiseThresholdRatio,
  naiveMomentumFactor,
  noiselessMomentumShare,
  velocityNoiseFloor,
} from '../../../toy/theory/momentum-floor.js';

function expectWithin({ value, error }: DerivedEstimate, truth: number, largest: number): void {
  expect(error).toBeLessThan(largest);
  expect(Math.abs(value - truth)).toBeLessThan(4.5 * error);
}

interface Means {
  readonly loss: number;
  readonly gradient: number;
  readonly signal: number;
  readonly velocity: number;
}

/** Heavy ball on modes of the given curvatures: the plain loop. Noise in part in proportion to the distance. */
function heavyBall(elr: number, beta: number, h: readonly number[], steps: number, seed: number) {
  const random = randomSource(seed);
  const x = h.map(() => 0);
  const v = h.map(() => 0);
  const mixing = h.map(() => h.map(() => random.gaussian()));
  const series: Record<keyof Means, number[]> = { loss: [], gradient: [], signal: [], velocity: [] };
  const square = (values: readonly number[]): number => values.reduce((sum, value) => sum + value * value, 0);
  for (let t = -3000; t < steps; t += 1) {
    const shared = h.map(() => random.gaussian());
    const signal = h.map((value, i) => value * x[i]!);
    const noise = h.map((_, i) => mixing[i]!.reduce((sum, weight, j) => sum + weight * shared[j]!, 0));
    const gradient = signal.map((value, i) => value + noise[i]! + 0.2 * value * random.gaussian());
    const loss = h.reduce((sum, value, i) => sum + (value * x[i]! * x[i]!) / 2, 0);
    gradient.forEach((value, i) => {
      v[i] = beta * v[i]! - elr * value;
      x[i]! += v[i]!;
    });
    if (t < 0) continue;
    series.loss.push(loss);
    series.gradient.push(square(gradient));
    series.signal.push(square(signal));
    series.velocity.push(square(v));
  }
  return series;
}

describe('the noise floor with momentum (T14)', () => {
  it('is the loss of every quadratic, from gradients and signal and from the steps taken', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        (stepTimesCurvature, momentum, seed) => {
          const elr = 0.02;
          const h = stepTimesCurvature.map((value) => value / elr);
          const { loss, gradient, signal, velocity } = heavyBall(elr, momentum, h, 60_000, seed);
          const floor = blockJackknife(
            [loss, gradient, signal],
            ([f, meanSquareEgn, s]) =>
              momentumNoiseFloor({ elr, momentum, meanSquareEgn: meanSquareEgn!, signal: s! }) / f!,
          );
          expectWithin(floor, 1, 0.1);
          const steps = blockJackknife(
            [loss, velocity],
            ([f, meanSquareVelocity]) =>
              velocityNoiseFloor({ elr, momentum, meanSquareVelocity: meanSquareVelocity! }) / f!,
          );
          expectWithin(steps, 1, 0.05);
        },
      ),
      { numRuns: 10, seed: 3 },
    );
  });

  it('is not that without momentum at elr / (1 - beta): 1.95 times too large at beta = 0.9, elr h = 0.2', () => {
    expect(naiveMomentumFactor(0.2, 0.9)).toBeCloseTo(1.947, 3);
    for (const [beta, rate] of [
      [0.9, 0.2],
      [0.5, 1.5],
      [0.8, 0.05],
    ] as const) {
      const random = randomSource(8);
      const [floors, losses]: number[][] = [[], []];
      let [x, v] = [0, 0];
      for (let t = -1000; t < 200_000; t += 1) {
        // elr = rate, h = 1.
        const gradient = x + random.gaussian();
        if (t >= 0) {
          floors!.push((rate * gradient * gradient) / (4 * (1 - beta)));
          losses!.push((x * x) / 2);
        }
        v = beta * v - rate * gradient;
        x += v;
      }
      const off = blockJackknife([floors!, losses!], ([floor, loss]) => floor! / loss!);
      expectWithin(off, naiveMomentumFactor(rate, beta), 0.1);
      expect(Math.abs(off.value - 1)).toBeGreaterThan(4 * off.error);
    }
  });

  it('needs batches that know nothing of the velocity: a degree other than 2 only spares the form of the steps', () => {
    // F = x^4 / 4: the steps give the floor by Euler alone, the signal does not.
    const random = randomSource(9);
    const [elr, momentum] = [0.05, 0.8];
    const series: number[][] = [[], [], [], []];
    let [x, v] = [0, 0];
    for (let t = -2000; t < 200_000; t += 1) {
      const signal = x ** 3;
      const gradient = signal + 2 * (2 * random.uniform() - 1);
      const loss = x ** 4 / 4;
      v = momentum * v - elr * gradient;
      x += v;
      if (t < 0) continue;
      [loss, gradient * gradient, signal * signal, v * v].forEach((value, i) => {
        series[i]!.push(value);
      });
    }
    const steps = blockJackknife(
      series,
      ([loss, , , meanSquareVelocity]) =>
        velocityNoiseFloor({ elr, momentum, meanSquareVelocity: meanSquareVelocity!, degree: 4 }) / loss!,
    );
    expectWithin(steps, 1, 0.05);
    const quadratic = blockJackknife(
      series,
      ([loss, meanSquareEgn, signal]) =>
        momentumNoiseFloor({ elr, momentum, meanSquareEgn: meanSquareEgn!, signal: signal! }) / loss!,
    );
    expect(Math.abs(quadratic.value - 1)).toBeGreaterThan(10 * quadratic.error);
  });
});

describe('thresholds with momentum (T12, T14)', () => {
  it('without noise lie at R = (1 + beta)/(1 - beta)', () => {
    for (const beta of [0, 0.5, 0.9]) {
      // At k = 1 + beta: elr g^2 / (4 (1 - beta) F) = k / (1 - beta).
      expect(noiselessMomentumShare(beta)).toBeCloseTo((1 + beta) / (1 - beta), 12);
      expect(momentumNoiseThresholdRatio(beta, 1)).toBeCloseTo(1 + beta, 14);
    }
    expect(momentumNoiseThresholdRatio(0, 4)).toBe(0.25);
  });

  it('in mean square are where second moments of (x, v) stop decaying, by the eigenvalues of their own map', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.97, noNaN: true }),
        fc.double({ min: 1, max: 50, noNaN: true }),
        (beta, m) => {
          // v' = beta v - 2 k s x, x' = x + v', E s = 1, E s^2 = m: the map of (E x^2, E x v, E v^2).
          const growth = (k: number): number => {
            const q = 2 * k;
            const vv = [q * q * m, -2 * beta * q, beta * beta];
            const xv = [-q, beta, 0].map((value, i) => value + vv[i]!);
            const xx = [1 - 2 * q, 2 * beta, 0].map((value, i) => value + vv[i]!);
            const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(new Matrix([xx, xv, vv]));
            return Math.max(...realEigenvalues.map((re, i) => Math.hypot(re, imaginaryEigenvalues[i]!)));
          };
          const threshold = momentumNoiseThresholdRatio(beta, m);
          expect(growth(0.999 * threshold)).toBeLessThan(1);
          expect(growth(1.001 * threshold)).toBeGreaterThan(1);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('bad input of the floor with momentum', () => {
  it('is rejected', () => {
    const good = { elr: 1, momentum: 0.5, meanSquareEgn: 2, signal: 1 };
    for (const bad of [
      { elr: 0 },
      { momentum: 1 },
      { momentum: -0.1 },
      { signal: 3 },
      { signal: -1 },
      { meanSquareEgn: NaN },
    ])
      expect(() => momentumNoiseFloor({ ...good, ...bad })).toThrow(UsageError);
    expect(() => velocityNoiseFloor({ elr: 1, momentum: 0.5, meanSquareVelocity: -1 })).toThrow(UsageError);
    expect(() => naiveMomentumFactor(4, 0.5)).toThrow(/allowed: below 2 \(1 \+ beta\)/);
    expect(() => momentumNoiseThresholdRatio(0.5, 0.9)).toThrow(UsageError);
    // Without momentum the signal does not count.
    expect(momentumNoiseFloor({ ...good, momentum: 0 })).toBe(0.5);
  });
});
