import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/system/usage-error.js';
import { oscillationPeriod } from '../../../toy/chaos/oscillation.js';
import { simulateToy } from '../../../toy/dynamics/simulate.js';
import { periodTwoOrbit } from '../../../toy/theory/circle-map.js';
import { convergenceThreshold } from '../../../toy/theory/thresholds.js';
import { weightDecayEquilibrium, weightDecayOrbit, weightDecayOscillation } from '../../../toy/theory/weight-decay.js';
import { drawsFrom, relativeError } from './numbers.js';
import type { ToyState } from './reference.js';

const { between, random } = drawsFrom(8);

interface Training {
  alpha: number[];
  eta: number;
  lambda: number;
}

function drawTraining(product: number): Training {
  const alpha = Array.from({ length: 1 + random.below(4) }, () => between(0.2, 5));
  const eta = 10 ** between(-3, 1);
  return { alpha, eta, lambda: product / eta };
}

/** x <- (1 - eta lambda) x - eta grad F(x), written out; yields squared norm, loss and gradient norm before each step. */
function* train({ alpha, eta, lambda }: Training, start: ToyState, steps: number) {
  const x = [...start.x];
  const y = [...start.y];
  for (let t = 0; t < steps; t++) {
    let [square, loss, gradient, inner] = [0, 0, 0, 0];
    for (let i = 0; i < alpha.length; i++) {
      const [a, b] = [x[i]!, y[i]!];
      const r2 = a * a + b * b;
      const gradientX = (2 * alpha[i]! * a * b * b) / (r2 * r2);
      const gradientY = (-2 * alpha[i]! * a * a * b) / (r2 * r2);
      x[i] = a - eta * lambda * a - eta * gradientX;
      y[i] = b - eta * lambda * b - eta * gradientY;
      square += r2;
      loss += (alpha[i]! * a * a) / r2;
      gradient += gradientX * gradientX + gradientY * gradientY;
      inner += a * x[i]! + b * y[i]!;
    }
    const next = Math.hypot(...x, ...y);
    yield { square, loss, egn: Math.sqrt(square * gradient), turn: Math.acos(inner / Math.sqrt(square) / next) };
  }
}

describe('the equilibrium of training with weight decay (T8)', () => {
  it('is where a run stays that starts on it, at random parameters', () => {
    for (let trial = 0; trial < 30; trial++) {
      const training = drawTraining(10 ** between(-4, 0) * 0.95);
      const { alpha, eta, lambda } = training;
      const closed = weightDecayEquilibrium(alpha, eta, lambda);
      const worst = { square: 0, loss: 0, egn: 0, ess: 0, turn: 0 };
      for (const step of train(training, weightDecayOrbit(alpha, eta, lambda), 5000)) {
        const measured = { ...step, ess: (eta / step.square) * step.egn };
        const truth = { ...closed, square: closed.squaredNorm };
        for (const name of ['square', 'loss', 'egn', 'ess', 'turn'] as const)
          worst[name] = Math.max(worst[name], relativeError(measured[name], truth[name]));
      }
      // Neutral modes: rounding neither dies out nor grows but as the square root of the steps. The arc cosine of the turn
      // loses up to 1e-16 / turn^2, turn^2 being 2 eta lambda.
      for (const error of Object.values(worst)) expect(error).toBeLessThan(1e-10);
      expect(relativeError(closed.elr, convergenceThreshold(alpha))).toBeLessThan(1e-15);
    }
  });

  it('is the orbit of T2 at k_eff, with ESS the tangent of a step less the decay', () => {
    for (let trial = 0; trial < 10; trial++) {
      const { alpha, eta, lambda } = drawTraining(between(0.01, 0.9));
      const closed = weightDecayEquilibrium(alpha, eta, lambda);
      const sum = alpha.reduce((total, value) => total + value, 0);
      const orbit = periodTwoOrbit(sum, closed.k);
      // k - 1 magnifies the rounding of k a hundred times at most.
      expect(relativeError(orbit.loss, closed.loss)).toBeLessThan(1e-13);
      expect(relativeError(orbit.egn, closed.egn)).toBeLessThan(1e-13);
      expect(relativeError(orbit.ess, closed.ess * closed.k)).toBeLessThan(1e-13);
      expect(relativeError(Math.tan(closed.turn), closed.ess * closed.k)).toBeLessThan(1e-13);
    }
  });
});

/** Steps between upward crossings of a level, over the whole run. */
function measuredPeriod(values: readonly number[], level: number): number {
  const crossings: number[] = [];
  for (let t = 1; t < values.length; t++) {
    const [before, after] = [values[t - 1]! - level, values[t]! - level];
    if (before < 0 && after >= 0) crossings.push(t - after / (after - before));
  }
  return (crossings.at(-1)! - crossings[0]!) / (crossings.length - 1);
}

describe('oscillation about it (T9)', () => {
  it('has the period of the closed form, at random parameters', () => {
    for (let trial = 0; trial < 30; trial++) {
      const training = drawTraining(10 ** between(-3, 0) * 0.95);
      const { alpha, eta, lambda } = training;
      const closed = weightDecayOscillation(eta, lambda);
      const { squaredNorm } = weightDecayEquilibrium(alpha, eta, lambda);
      const orbit = weightDecayOrbit(alpha, eta, lambda);
      const scale = 1 + between(1, 5) * 1e-4;
      const start = { x: orbit.x.map((value) => value * scale), y: orbit.y.map((value) => value * scale) };
      const squares = Array.from(train(training, start, 4000), ({ square }) => square);
      // rho^2 swings by a <= 1e-3: the period shifts by a^2 / (12 p), 1e-4 at most, and is measured to one step in 4000.
      expect(relativeError(measuredPeriod(squares, squaredNorm), closed.period)).toBeLessThan(1e-3);
    }
  });

  it('is that of the product within 2%, loss and norm, any number of groups', () => {
    for (let trial = 0; trial < 6; trial++) {
      const { alpha, eta, lambda } = drawTraining(between(0.002, 0.3));
      const orbit = weightDecayOrbit(alpha, eta, lambda);
      const start = { x: orbit.x.map((value) => value * 1.0005), y: orbit.y.map((value) => value * 1.0005) };
      const options = { steps: 4000, weightDecay: lambda, start, record: true };
      const { trajectory, recorded } = simulateToy(alpha, { learningRate: eta }, options);
      const { period } = weightDecayOscillation(eta, lambda);
      expect(relativeError(oscillationPeriod(trajectory.loss), period)).toBeLessThan(0.02);
      expect(relativeError(oscillationPeriod(recorded!.map(({ norm }) => norm)), period)).toBeLessThan(0.02);
    }
  });

  it('goes on undamped', () => {
    const training = { alpha: [1, 2], eta: 0.3, lambda: 0.2 };
    const orbit = weightDecayOrbit(training.alpha, 0.3, 0.2);
    const start = { x: orbit.x.map((value) => value * 1.001), y: orbit.y.map((value) => value * 1.001) };
    const squares = Array.from(train(training, start, 20_000), ({ square }) => square / 0.9 - 1);
    const swing = (from: number) => Math.max(...squares.slice(from, from + 500).map(Math.abs));
    // Second order in the amplitude, 2e-3.
    expect(relativeError(swing(19_500), swing(0))).toBeLessThan(5e-3);
  });

  it('is slower by a^2 / (12 p) where rho^2 swings by a fraction a', () => {
    for (const [p, a] of [
      [0.0005, 0.003],
      [0.002, 0.01],
      [0.01, 0.02],
    ] as const) {
      const training = { alpha: [1], eta: 0.5, lambda: p / 0.5 };
      const orbit = weightDecayOrbit([1], 0.5, training.lambda);
      const start = {
        x: orbit.x.map((value) => value * Math.sqrt(1 + a)),
        y: orbit.y.map((value) => value * Math.sqrt(1 + a)),
      };
      const squares = Array.from(train(training, start, 40_000), ({ square }) => square);
      const shift = measuredPeriod(squares, 0.5) / weightDecayOscillation(0.5, training.lambda).period - 1;
      // Leading order in p and a.
      expect(relativeError(shift, (a * a) / (12 * p))).toBeLessThan(0.03);
    }
  });

  it('has pi / sqrt(2 eta lambda) as its period for small steps, too long by eta lambda / 12', () => {
    expect(weightDecayOscillation(0.5, 0.05).period).toBeCloseTo(14.02, 2);
    for (const product of [1e-6, 1e-3, 0.05, 0.2]) {
      const { period, approximatePeriod } = weightDecayOscillation(2, product / 2);
      // The next order, 0.01 p^2, and rounding.
      expect(Math.abs(approximatePeriod / period - 1 - product / 12)).toBeLessThan(0.02 * product ** 2 + 1e-15);
    }
    expect(weightDecayOscillation(1, 0.5).period).toBeCloseTo(3, 14);
  });
});

describe('bad input of weight decay', () => {
  it('is rejected', () => {
    const bad: [number, number][] = [
      [0, 1],
      [1, 0],
      [-1, -0.5],
      [1, 1],
      [2, 0.7],
      [Number.NaN, 0.1],
      [Number.POSITIVE_INFINITY, 1e-320],
      [1e-300, 1e-300],
    ];
    for (const [eta, lambda] of bad) {
      expect(() => weightDecayEquilibrium([1], eta, lambda)).toThrow(UsageError);
      expect(() => weightDecayOrbit([1], eta, lambda)).toThrow(UsageError);
      expect(() => weightDecayOscillation(eta, lambda)).toThrow(/^.*allowed: positive, their product below 1$/);
    }
    expect(() => weightDecayEquilibrium([], 1, 0.1)).toThrow(UsageError);
    expect(() => weightDecayOrbit([-1], 1, 0.1)).toThrow(UsageError);
  });
});
