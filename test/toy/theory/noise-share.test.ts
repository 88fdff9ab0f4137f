import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RandomSource, randomSource } from '../../../src/numerics/random.js';
import { blockJackknife, type DerivedEstimate } from '../../../src/numerics/statistics/jackknife.js';
import { meanWithError } from '../../../src/numerics/statistics/mean-error.js';
import { noiseShare } from '../../../src/sphere/noise-share.js';
import { UsageError } from '../../../src/system/usage-error.js';
import {
  batchLossFloor,
  meanLossDecline,
  multiplicativeNoiseShare,
  phaseNoiseShare,
  pointNoiseShare,
  randomNoiseShare,
  settledNoiseShare,
} from '../../../toy/theory/noise-share.js';
import { drawsFrom } from './numbers.js';

const { between, random } = drawsFrom(41);
const alphaOf = (groups: number): number[] => Array.from({ length: groups }, () => between(0.2, 5));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const ratio = ([above, below]: readonly number[]): number => above! / below!;

function expectWithin(
  { value, error }: Pick<DerivedEstimate, 'value' | 'error'>,
  truth: number,
  largest: number,
): void {
  expect(error).toBeLessThan(largest);
  expect(Math.abs(value - truth)).toBeLessThan(4.5 * error);
}

interface PlainStep {
  readonly loss: number;
  /** |grad F|^2 on the unit sphere, by central differences of F. */
  readonly square: number;
  readonly shares: readonly number[];
  readonly angles: readonly number[];
}

/** The toy from its definition alone: gradients by central differences, so that no formula of the product is repeated. */
function* plainRun(alpha: readonly number[], elr: number, start: number[], steps: number): Generator<PlainStep> {
  const lossAt = (p: readonly number[]): number =>
    sum(alpha.map((value, i) => (value * p[2 * i]! ** 2) / (p[2 * i]! ** 2 + p[2 * i + 1]! ** 2)));
  let point = start;
  for (let t = 0; t < steps; t += 1) {
    const norm = Math.hypot(...point);
    point = point.map((value) => value / norm);
    const gradient = point.map((_, i) => {
      const at = (by: number): number => lossAt(point.map((value, j) => (j === i ? value + by : value)));
      // Along y the loss changes in proportion to itself, so that differences keep their digits near the minimum.
      const width = i % 2 === 0 ? 1e-3 * Math.abs(point[i]!) : 1e-3 * point[i]!;
      return (8 * (at(width) - at(-width)) - (at(2 * width) - at(-2 * width))) / (12 * width);
    });
    yield {
      loss: lossAt(point),
      square: sum(gradient.map((value) => value * value)),
      shares: alpha.map((_, i) => point[2 * i]! ** 2 + point[2 * i + 1]! ** 2),
      angles: alpha.map((_, i) => Math.atan2(point[2 * i]!, point[2 * i + 1]!)),
    };
    point = point.map((value, i) => value - elr * gradient[i]!);
  }
}

const shareOf = (elr: number, { loss, square }: PlainStep): number => noiseShare({ elr, meanSquareEgn: square, loss });

describe('R without noise (T14)', () => {
  it('of every point is sum k_i F_i cos^2 theta_i / F', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 5 }), (seed, groups) => {
        const source = randomSource(seed);
        const alpha = Array.from({ length: groups }, () => 0.2 + 5 * source.uniform());
        const start = Array.from({ length: 2 * groups }, () => source.gaussian());
        const elr = 0.01 + source.uniform();
        const [step] = plainRun(alpha, elr, start, 1);
        // Fourth order differences of relative width 1e-3.
        expect(Math.abs(pointNoiseShare(alpha, elr, step!) / shareOf(elr, step!) - 1)).toBeLessThan(1e-7);
      }),
      { numRuns: 200 },
    );
  });

  it('of converging runs with w_i = alpha_i / S is k', () => {
    for (let trial = 0; trial < 10; trial += 1) {
      const alpha = alphaOf(1 + (trial % 3));
      const k = between(0.05, 0.95);
      const elr = k / sum(alpha);
      const start = alpha.flatMap((value) => [1e-3 * Math.sqrt(value), Math.sqrt(value)]);
      const last = [...plainRun(alpha, elr, start, 30)].at(-1)!;
      expect(Math.abs(shareOf(elr, last) / k - 1)).toBeLessThan(1e-5);
      expect(settledNoiseShare(alpha, elr)).toBeCloseTo(k, 12);
    }
  });

  it('of other shares goes to the k_i of the slowest group, not to k', () => {
    // k = 0.7.
    const [alpha, elr, shares] = [[1, 2, 4], 0.1, [0.25, 0.25, 0.5]];
    const factors = alpha.map((value, i) => (elr * value) / shares[i]!);
    // k_i = 0.4, 0.8, 0.8; the last two are slowest, |1 - 2k_i| = 0.6.
    const start = shares.flatMap((share) => [1e-4 * Math.sqrt(share), Math.sqrt(share)]);
    const last = [...plainRun(alpha, elr, start, 20)].at(-1)!;
    expect(factors[1]).toBeCloseTo(0.8, 12);
    expect(Math.abs(shareOf(elr, last) / 0.8 - 1)).toBeLessThan(1e-5);
    expect(settledNoiseShare(alpha, elr)).toBeCloseTo(0.7, 12);
  });

  it('of the orbit of T4 is (k + 1) / 2, one group or more', () => {
    for (let trial = 0; trial < 10; trial += 1) {
      const alpha = alphaOf(1 + (trial % 3));
      const k = between(1.05, 4);
      const elr = k / sum(alpha);
      const tangent = Math.sqrt((k - 1) / (k + 1));
      const start = alpha.flatMap((value) => [tangent * Math.sqrt(value), Math.sqrt(value)]);
      for (const step of plainRun(alpha, elr, start, 6))
        expect(Math.abs(shareOf(elr, step) / ((k + 1) / 2) - 1)).toBeLessThan(1e-6);
      expect(Math.abs(settledNoiseShare(alpha, elr) / ((k + 1) / 2) - 1)).toBeLessThan(1e-14);
    }
  });

  it('of chaotic motion far above the threshold is not: rare steps outweigh the rest', () => {
    const alpha = [1, 2, 4];
    for (const k of [3, 10]) {
      const elr = k / 7;
      const steps = [...plainRun(alpha, elr, [0.3, 1, -0.2, 0.8, 0.5, 0.4], 12_000)].slice(1000);
      const loss = sum(steps.map((step) => step.loss)) / steps.length;
      const square = sum(steps.map((step) => step.square)) / steps.length;
      expect(noiseShare({ elr, meanSquareEgn: square, loss })).toBeGreaterThan(1.15 * settledNoiseShare(alpha, elr));
    }
  });
});

describe('R of random points (T6, T14)', () => {
  it('of one group is k/4', () => {
    for (const [alpha, elr] of [
      [1, 3],
      [2.5, 0.4],
    ] as const) {
      const [floors, losses]: number[][] = [[], []];
      for (let i = 0; i < 40_000; i += 1) {
        const angle = 2 * Math.PI * random.uniform();
        floors!.push((elr * (alpha * Math.sin(2 * angle)) ** 2) / 4);
        losses!.push(alpha * Math.sin(angle) ** 2);
      }
      expectWithin(blockJackknife([floors!, losses!], ratio), randomNoiseShare(alpha, elr), 0.02 * alpha * elr);
    }
  });

  it('of two groups has no mean: cut off at 1/w < L it grows with log L', () => {
    const squares = [10, 100, 1000].map(() => 0);
    const points = 400_000;
    for (let i = 0; i < points; i += 1) {
      const [a, b, c, d] = [random.gaussian(), random.gaussian(), random.gaussian(), random.gaussian()];
      const share = (a * a + b * b) / (a * a + b * b + c * c + d * d);
      // alpha = 1: g_1^2 / w_1.
      const square = ((2 * a * b) / (a * a + b * b)) ** 2 / share;
      [10, 100, 1000].forEach((cut, j) => {
        if (1 / share < cut) squares[j]! += square / points;
      });
    }
    // w uniform, E sin^2 = 1/2: log(L) / 2. Five standard errors: sqrt(L x 3/8 / points).
    [10, 100, 1000].forEach((cut, j) => {
      expect(Math.abs(squares[j]! - Math.log(cut) / 2)).toBeLessThan(5 * Math.sqrt((0.375 * cut) / points));
    });
  });
});

describe('R of additive noise (T11, T14)', () => {
  function* noisyAngles(k: number, sigma: number, steps: number) {
    let angle = 0;
    for (let t = -500; t < steps; t += 1) {
      const seen = angle + sigma * random.gaussian();
      if (t >= 0) yield { angle, seen };
      angle -= Math.atan(k * Math.sin(2 * seen));
    }
  }

  it('is 1 + sigma^2 (4k^2 + k - 2)/(1 - k), and with the loss of the batch only after its own floor is subtracted', () => {
    for (let trial = 0; trial < 8; trial += 1) {
      const [alpha, k] = [between(0.2, 5), between(0.1, 0.85)];
      const [elr, sigma] = [k / alpha, 0.15 * (1 - k)];
      const series: number[][] = [[], [], []];
      for (const { angle, seen } of noisyAngles(k, sigma, 150_000)) {
        series[0]!.push((elr * (alpha * Math.sin(2 * seen)) ** 2) / 4);
        series[1]!.push(alpha * Math.sin(angle) ** 2);
        series[2]!.push(alpha * Math.sin(seen) ** 2);
      }
      // What is left out is of order (sigma / (1 - k))^4, below 1e-3 here.
      const { value, error } = blockJackknife(series, ratio);
      expect(error).toBeLessThan(0.02);
      expect(Math.abs(value - phaseNoiseShare(alpha, elr, sigma))).toBeLessThan(4.5 * error + 2e-3);
      const withBatch = blockJackknife(series, ([floor, , batch]) => floor! / batch!);
      // Leading order: the next is of relative size 4 (sigma / (1 - k))^2 or so, 0.09.
      expect(Math.abs(withBatch.value / k - 1)).toBeLessThan(0.1);
      const subtracted = blockJackknife(
        series,
        ([floor, , batch]) => floor! / (batch! - batchLossFloor([alpha], sigma)),
      );
      expect(Math.abs(subtracted.value - 1)).toBeLessThan(4.5 * subtracted.error + 0.1);
      expect(Math.abs(withBatch.value - 1)).toBeGreaterThan(0.1);
    }
  });

  it('has its next order right: the difference to 1 itself, from the same noise in a run of the linear map', () => {
    for (const [k, sigma] of [
      [0.2, 0.1],
      [0.8, 0.02],
    ] as const) {
      // The linear map has R = 1, exactly; run on the same noise it takes most of the scatter away.
      const series: number[][] = [[], [], [], []];
      let [angle, linear] = [0, 0];
      for (let t = 0; t < 400_000; t += 1) {
        const noise = sigma * random.gaussian();
        series[0]!.push((k * Math.sin(2 * (angle + noise)) ** 2) / 4);
        series[1]!.push(Math.sin(angle) ** 2);
        series[2]!.push(k * (linear + noise) ** 2);
        series[3]!.push(linear * linear);
        angle -= Math.atan(k * Math.sin(2 * (angle + noise)));
        linear -= 2 * k * (linear + noise);
      }
      const { value, error } = blockJackknife(series, ([a, b, c, d]) => a! / b! - c! / d!);
      const truth = phaseNoiseShare(1, k, sigma) - 1;
      expect(Math.abs(truth)).toBeGreaterThan(8 * error);
      expect(Math.abs(value - truth)).toBeLessThan(4 * error + 0.15 * Math.abs(truth));
    }
  });
});

describe('R of multiplicative noise (T10, T14)', () => {
  const lognormal = (source: RandomSource, deviation: number): number =>
    Math.exp(deviation * source.gaussian() - deviation ** 2 / 2);

  /** One group near its minimum, alpha = 1, in logarithms so that it never underflows. */
  function* falling(k: number, draw: () => number, steps: number) {
    let logLoss = 0;
    for (let t = 0; t < steps; t += 1) {
      const s = draw();
      yield { s, logLoss };
      logLoss += 2 * Math.log(Math.abs(1 - 2 * k * s));
    }
  }

  it('is k E[s^2] as the mean of the ratio of each step; with the loss of the batch it is k', () => {
    for (let trial = 0; trial < 6; trial += 1) {
      const [k, deviation] = [between(0.05, 0.5), between(0.2, 0.8)];
      const steps = [...falling(k, () => lognormal(random, deviation), 60_000)];
      const { mean, error } = meanWithError(
        steps.map(({ s }) => noiseShare({ elr: k, meanSquareEgn: 4 * s * s, loss: 1 })),
      );
      const truth = multiplicativeNoiseShare([1], k, Math.exp(deviation ** 2));
      expectWithin({ value: mean, error }, truth, 0.05 * truth);
      const ofBatch = meanWithError(steps.map(({ s }) => noiseShare({ elr: k, meanSquareEgn: 4 * s * s, loss: s })));
      expectWithin({ value: ofBatch.mean, error: ofBatch.error }, k, 0.05 * k);
    }
  });

  it('is not the ratio of sums, which the first steps of a falling run decide however long it is', () => {
    const k = 0.25;
    const scatterOf = (steps: number): number => {
      const ratios = Array.from({ length: 300 }, () => {
        let [floors, losses] = [0, 0];
        for (const { s, logLoss } of falling(k, () => -Math.log(1 - random.uniform()), steps)) {
          floors += k * s * s * Math.exp(logLoss);
          losses += Math.exp(logLoss);
        }
        return floors / losses;
      });
      const centre = sum(ratios) / ratios.length;
      return Math.sqrt(sum(ratios.map((value) => (value - centre) ** 2)) / ratios.length);
    };
    // R = 0.5; a tenfold length would take a scatter of independent steps down by 3.2.
    const [short, long] = [scatterOf(50), scatterOf(500)];
    expect(long).toBeGreaterThan(0.7 * short);
    expect(long).toBeGreaterThan(0.1);
  });

  it('decides the mean loss: it falls by 4k (1 - R) a step, at R = 1 by nothing', () => {
    for (let trial = 0; trial < 10; trial += 1) {
      const [k, m] = [between(0.02, 0.6), between(1, 4)];
      // Bernoulli: the two outcomes by hand.
      const mean = (1 / m) * (1 - 2 * k * m) ** 2 + (1 - 1 / m);
      expect(1 - mean).toBeCloseTo(meanLossDecline([1], k, m), 12);
    }
    expect(meanLossDecline([2, 2], 0.0625, 4)).toBeCloseTo(0, 15);
  });

  it('holds for the full circle from near the minimum: the mean over many runs of F after one step', () => {
    for (const [k, m] of [
      [0.2, 2],
      [0.5, 2],
      [0.7, 2],
    ] as const) {
      const changes = Array.from({ length: 40_000 }, () => {
        const s = -Math.log(1 - random.uniform());
        return 1 - (Math.sin(1e-3 - Math.atan(k * s * Math.sin(2e-3))) / Math.sin(1e-3)) ** 2;
      });
      const { mean, error } = meanWithError(changes);
      expectWithin({ value: mean, error }, meanLossDecline([1], k, m), 0.1);
    }
  });
});

describe('bad input of R', () => {
  it('is rejected', () => {
    expect(() => pointNoiseShare([1, 2], 0.1, { angles: [0.1], shares: [0.5, 0.5] })).toThrow(UsageError);
    expect(() => pointNoiseShare([1], 0.1, { angles: [0.1], shares: [0] })).toThrow(UsageError);
    expect(() => settledNoiseShare([], 1)).toThrow(UsageError);
    expect(() => phaseNoiseShare(1, 1, 0.1)).toThrow(UsageError);
    expect(() => batchLossFloor([1], -1)).toThrow(UsageError);
    for (const moment of [0.9, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => multiplicativeNoiseShare([1], 0.5, moment)).toThrow(UsageError);
      expect(() => meanLossDecline([1], 0.5, moment)).toThrow(UsageError);
    }
  });
});
