import { describe, expect, it } from 'vitest';
import { type RandomSource, randomSource } from '../../../src/numerics/random.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { evaluateCells } from '../../../toy/phase/cells.js';
import {
  angleNoiseFloor,
  noiseThreshold,
  noiseThresholdRatio,
  phaseNoiseCorrection,
  phaseNoiseFloor,
  samplingThreshold,
} from '../../../toy/theory/noise.js';
import { drawsFrom, relativeError } from './numbers.js';

const { between, random } = drawsFrom(10);

/** Noise of mean 1: one of two values. */
function drawTwoValues(): { sample: (source: RandomSource) => number; secondMoment: number } {
  const [probability, low] = [between(0.2, 0.8), between(-0.5, 0.8)];
  const high = (1 - (1 - probability) * low) / probability;
  return {
    sample: (source) => (source.uniform() < probability ? high : low),
    secondMoment: probability * high ** 2 + (1 - probability) * low ** 2,
  };
}

describe('multiplicative noise (T10)', () => {
  it('is mean-square stable up to 1 / E[s^2]: the mean square of many runs changes from falling to rising', () => {
    for (let trial = 0; trial < 8; trial++) {
      const { sample, secondMoment } = drawTwoValues();
      const threshold = noiseThresholdRatio(secondMoment);
      // Mean square of r over 40,000 runs of three steps of the full circle map from r = 1e-4, relative to its start. Only
      // few steps: later on, the mean square is that of runs too rare to be among them.
      const growth = (k: number): number => {
        const source = randomSource(trial);
        let sum = 0;
        for (let run = 0; run < 40_000; run++) {
          let angle = 1e-4;
          for (let t = 0; t < 3; t++) angle -= Math.atan(k * sample(source) * Math.sin(2 * angle));
          sum += Math.tan(angle) ** 2;
        }
        return sum / 40_000 / 1e-8;
      };
      // One step multiplies the mean square by 1 - 4k (1 - k / k_c): by 1 -+ 0.2 k_c at these k, seven standard errors or
      // more after three steps with any noise that is drawn here.
      expect(growth(0.95 * threshold)).toBeLessThan(1);
      expect(growth(1.05 * threshold)).toBeGreaterThan(1);
    }
  });

  it('of a sampled batch decides single runs too, of one group and of several: k < p', () => {
    for (let trial = 0; trial < 6; trial++) {
      const alpha = Array.from({ length: 1 + (trial % 3) }, () => between(0.5, 3));
      const probability = between(0.3, 0.95);
      const threshold = samplingThreshold(alpha, probability);
      const finalLoss = (elr: number): number => {
        let points = alpha.map(() => ({ x: random.gaussian(), y: random.gaussian() }));
        for (let t = 0; t < 8000; t++) {
          const norm = Math.hypot(...points.flatMap(({ x, y }) => [x, y]));
          points = points.map(({ x, y }, i) => {
            const [a, b] = [x / norm, y / norm];
            const scale = random.uniform() < probability ? 1 / probability : 0;
            const turn = (2 * elr * scale * alpha[i]! * a * b) / (a * a + b * b) ** 2;
            return { x: a - turn * b, y: b + turn * a };
          });
        }
        return points.reduce((sum, { x, y }, i) => sum + (alpha[i]! * x * x) / (x * x + y * y), 0);
      };
      expect(finalLoss(0.95 * threshold)).toBeLessThan(1e-12);
      expect(finalLoss(1.05 * threshold)).toBeGreaterThan(1e-3);
    }
  });

  it('of the product brackets the threshold p / S within 5%', () => {
    for (let trial = 0; trial < 12; trial++) {
      const alpha = Array.from({ length: 1 + (trial % 3) }, () => between(0.5, 3));
      const probability = between(0.2, 0.95);
      const threshold = samplingThreshold(alpha, probability);
      const cells = [0.95, 1.05].map((factor) => ({ alpha, elr: factor * threshold, probability }));
      const [below, above] = evaluateCells(cells, { steps: 16_000, seed: trial });
      expect(below).toMatchObject({ regime: 'convergence', collapsed: false });
      expect(below!.relativeLoss).toBeLessThan(1e-12);
      expect(above!.collapsed).toBe(false);
      expect(above!.regime).not.toBe('convergence');
      expect(above!.relativeLoss).toBeGreaterThan(1e-3);
    }
  });

  it('lowers the ELR threshold by its second moment', () => {
    expect(noiseThreshold([1, 3], 2)).toBe(0.125);
    expect(samplingThreshold([1, 3], 0.5)).toBe(noiseThreshold([1, 3], 2));
    expect(noiseThreshold([1, 3], 1)).toBe(0.25);
  });
});

/** Angles after each step, by the linear map and by the full one with the same noise. */
function* noisyRun(k: number, sigma: number, steps: number, displaced: boolean) {
  let [angle, linear] = [0, 0];
  for (let t = 0; t < steps; t++) {
    const noise = sigma * random.gaussian();
    if (displaced) {
      angle -= Math.atan(k * Math.sin(2 * (angle + noise)));
      linear -= 2 * k * (linear + noise);
    } else {
      angle += noise - Math.atan(k * Math.sin(2 * angle));
      linear += noise - 2 * k * linear;
    }
    yield { angle, linear };
  }
}

describe('additive phase noise (T11)', () => {
  it('settles at alpha sigma^2 k / (1 - k), less the correction, at random parameters', () => {
    for (let trial = 0; trial < 10; trial++) {
      const [alpha, k] = [between(0.2, 5), between(0.05, 0.9)];
      const elr = k / alpha;
      // Chosen so that the correction is 1%.
      const sigma = 0.1 / Math.sqrt(phaseNoiseCorrection(alpha, elr, 1));
      const steps = 200_000;
      let [loss, linear] = [0, 0];
      for (const step of noisyRun(k, sigma, steps, true)) {
        loss += (alpha * Math.sin(step.angle) ** 2) / steps;
        linear += (alpha * step.linear ** 2) / steps;
      }
      const floor = phaseNoiseFloor([alpha], elr, sigma);
      // A mean of squares that are correlated by (1 - 2k)^2 a step: five standard errors.
      const memory = (1 - 2 * k) ** 2;
      expect(relativeError(linear, floor)).toBeLessThan(5 * Math.sqrt((2 / steps) * ((1 + memory) / (1 - memory))));
      // The same noise in both, so the difference is known better than either: to a tenth of 1%.
      const correction = phaseNoiseCorrection(alpha, elr, sigma);
      expect(correction).toBeCloseTo(0.01, 12);
      expect(Math.abs(1 - loss / linear - correction)).toBeLessThan(0.15 * correction);
    }
  });

  it('has the numbers of theory.md at k = 0.2, sigma = 0.05', () => {
    const floor = phaseNoiseFloor([1], 0.2, 0.05);
    expect(floor).toBeCloseTo(6.25e-4, 15);
    expect(floor * (1 - phaseNoiseCorrection(1, 0.2, 0.05))).toBeCloseTo(6.19e-4, 6);
  });

  it('of several groups settles at S sigma^2 k / (1 - k), with shares alpha_i / S', () => {
    const alpha = [1, 2, 4];
    const [k, sigma, steps] = [0.4, 0.03, 200_000];
    const x = [0, 0, 0];
    const y = [1, 1, 1];
    let loss = 0;
    const shares = [0, 0, 0];
    for (let t = 0; t < steps; t++) {
      const norm = Math.hypot(...x, ...y);
      for (let i = 0; i < 3; i++) {
        const [a, b] = [x[i]! / norm, y[i]! / norm];
        const angle = 2 * (Math.atan2(a, b) + sigma * random.gaussian());
        const turn = ((k / 7) * alpha[i]! * Math.sin(angle)) / (a * a + b * b);
        x[i] = a - turn * b;
        y[i] = b + turn * a;
        if (t < steps / 4) continue;
        loss += (alpha[i]! * a * a) / (a * a + b * b) / (0.75 * steps);
        shares[i]! += (a * a + b * b) / (0.75 * steps);
      }
    }
    // The next order in sigma is 1% here, five standard errors 1%.
    expect(relativeError(loss, phaseNoiseFloor(alpha, k / 7, sigma))).toBeLessThan(0.02);
    for (const [i, share] of shares.entries()) expect(relativeError(share, alpha[i]! / 7)).toBeLessThan(0.02);
  });

  it('is not noise that turns the parameters, whose floor is alpha sigma^2 / (4 k (1 - k))', () => {
    for (let trial = 0; trial < 6; trial++) {
      const [alpha, k, sigma, steps] = [between(0.2, 5), between(0.1, 0.9), 0.003, 200_000];
      let loss = 0;
      for (const { angle } of noisyRun(k, sigma, steps, false)) loss += (alpha * Math.sin(angle) ** 2) / steps;
      const memory = (1 - 2 * k) ** 2;
      // Five standard errors and, at this sigma, next order below 1e-3.
      const allowed = 5 * Math.sqrt((2 / steps) * ((1 + memory) / (1 - memory))) + 1e-3;
      expect(relativeError(loss, angleNoiseFloor(alpha, k / alpha, sigma))).toBeLessThan(allowed);
      const ratio = phaseNoiseFloor([alpha], k / alpha, sigma) / angleNoiseFloor(alpha, k / alpha, sigma);
      expect(relativeError(ratio, 4 * k * k)).toBeLessThan(1e-14);
    }
  });
});

describe('bad input of noise', () => {
  it('is rejected', () => {
    for (const moment of [0.99, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => noiseThresholdRatio(moment)).toThrow(/^.*allowed: 1 or more.*$/);
    for (const probability of [0, -1, 1.1, Number.NaN])
      expect(() => samplingThreshold([1], probability)).toThrow(UsageError);
    for (const [elr, sigma] of [
      [1, 0.1],
      [1.1, 0.1],
      [0, 0.1],
      [0.5, -0.1],
      [0.5, Number.NaN],
    ] as const) {
      expect(() => phaseNoiseFloor([1], elr, sigma)).toThrow(UsageError);
      expect(() => phaseNoiseCorrection(1, elr, sigma)).toThrow(UsageError);
      expect(() => angleNoiseFloor(1, elr, sigma)).toThrow(UsageError);
    }
    expect(() => noiseThreshold([], 2)).toThrow(UsageError);
    expect(phaseNoiseFloor([1], 0.5, 0)).toBe(0);
  });
});
