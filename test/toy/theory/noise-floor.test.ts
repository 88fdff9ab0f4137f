import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import { blockJackknife, type DerivedEstimate } from '../../../src/numerics/statistics/jackknife.js';
import { noiseShare } from '../../../src/sphere/noise-share.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { toyTrajectory } from '../../../toy/dynamics/trajectory.js';
import { equilibrium } from '../../../toy/theory/equilibrium.js';
import { driftingNoiseShare, noiseFloor, sphereNoiseFloor } from '../../../toy/theory/noise-floor.js';

/** Within 4.5 standard errors, which are themselves small: what is compared could have failed. */
function expectWithin({ value, error }: DerivedEstimate, truth: number, largestError: number): void {
  expect(error).toBeLessThan(largestError);
  expect(Math.abs(value - truth)).toBeLessThan(4.5 * error);
}

const ratio = ([above, below]: readonly number[]): number => above! / below!;

describe('the noise floor in flat space (T14)', () => {
  const curvatures = fc.array(fc.double({ min: 0.02, max: 1.2, noNaN: true }), { minLength: 1, maxLength: 4 });

  it('is the loss of every quadratic, whatever its spectrum and its noise, noise that depends on x included', () => {
    fc.assert(
      fc.property(curvatures, fc.integer({ min: 1, max: 1e6 }), (stepTimesCurvature, seed) => {
        const random = randomSource(seed);
        const elr = 0.01;
        const h = stepTimesCurvature.map((value) => value / elr);
        const x = h.map(() => 0);
        const mixing = h.map(() => h.map(() => random.gaussian()));
        const [floors, losses]: number[][] = [[], []];
        for (let t = -2000; t < 40_000; t += 1) {
          const shared = h.map(() => random.gaussian());
          // Correlated between modes, and in part in proportion to the distance in another mode.
          const gradient = h.map((value, i) => {
            const additive = mixing[i]!.reduce((sum, weight, j) => sum + weight * shared[j]!, 0);
            return value * x[i]! + additive + 0.3 * value * x[(i + 1) % x.length]! * random.gaussian();
          });
          if (t >= 0) {
            const square = gradient.reduce((sum, value) => sum + value * value, 0);
            floors!.push(noiseFloor({ elr, meanSquareEgn: square }));
            losses!.push(h.reduce((sum, value, i) => sum + (value * x[i]! * x[i]!) / 2, 0));
          }
          gradient.forEach((value, i) => {
            x[i]! -= elr * value;
          });
        }
        expectWithin(blockJackknife([floors!, losses!], ratio), 1, 0.1);
      }),
      { numRuns: 12, seed: 14 },
    );
  });

  it.each([1.5, 2, 3, 4])(
    'holds in a valley of degree %d, where that of a quadratic is off by half the degree',
    (p) => {
      const random = randomSource(20 + p);
      const [elr, floors, losses] = [0.05, [] as number[], [] as number[]];
      let x = 0;
      for (let t = -1000; t < 200_000; t += 1) {
        // Bounded, so that no step leaves the region where the steepest valley is stable.
        const gradient = Math.sign(x) * Math.abs(x) ** (p - 1) + 2 * (2 * random.uniform() - 1);
        if (t >= 0) {
          floors.push(noiseFloor({ elr, meanSquareEgn: gradient * gradient, degree: p }));
          losses.push(Math.abs(x) ** p / p);
        }
        x -= elr * gradient;
      }
      expectWithin(blockJackknife([floors, losses], ratio), 1, 0.03);
      const quadratic = noiseShare({ elr, meanSquareEgn: 1, loss: noiseFloor({ elr, meanSquareEgn: 1, degree: p }) });
      expect(quadratic).toBeCloseTo(p / 2, 14);
    },
  );

  it('fails where a flat direction diffuses, and then by the change of the squared distance', () => {
    const random = randomSource(31);
    const [elr, h, flat] = [0.1, 2, 1.2];
    let [x, y] = [0, 0];
    const series: number[][] = [[], []];
    for (let t = -1000; t < 200_000; t += 1) {
      const [gx, gy] = [h * x + random.gaussian(), flat * random.gaussian()];
      const [nextX, nextY] = [x - elr * gx, y - elr * gy];
      if (t >= 0) {
        series[0]!.push(noiseFloor({ elr, meanSquareEgn: gx * gx + gy * gy }));
        series[1]!.push((h * x * x) / 2);
      }
      [x, y] = [nextX, nextY];
    }
    // By hand: E gx^2 = 1 / (1 - elr h / 2) is what the floor of x stands for, E gy^2 = 1.44 comes on top.
    const truth = 1 + 1.44 * (1 - (elr * h) / 2);
    expectWithin(blockJackknife(series, ratio), truth, 0.03);
    // The flat direction is a random walk: |d|^2 grows by elr^2 x 1.44 a step.
    const drift = elr * elr * flat * flat;
    const predicted = blockJackknife(
      series,
      ([floor, loss]) => floor! / loss! / driftingNoiseShare({ elr, excessLoss: loss!, drift }),
    );
    expectWithin(predicted, 1, 0.03);
    expect(truth).toBeGreaterThan(2);
  });
});

describe('the noise floor on the sphere (T14)', () => {
  it('is the loss on the orbit of T4 at every k and for any number of groups, where that of small steps is (k + 1)/2 of it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1, maxLength: 6 }),
        fc.double({ min: 1.001, max: 1e4, noNaN: true }),
        (alpha, k) => {
          const elr = k / alpha.reduce((sum, value) => sum + value, 0);
          const { loss, egn, ess } = equilibrium(alpha, elr);
          // The loss itself carries the rounding of k over k - 1.
          expect(Math.abs(sphereNoiseFloor(elr, ess) / loss - 1)).toBeLessThan(1e-14 + 1e-15 / (k - 1));
          const small = noiseFloor({ elr, meanSquareEgn: egn * egn }) / loss;
          expect(Math.abs(small / ((k + 1) / 2) - 1)).toBeLessThan(1e-12 + 1e-15 / (k - 1));
        },
      ),
    );
  });

  /** One group on the circle; s multiplies the gradient, eps displaces it. Its own loop, in angles. */
  function* circle(k: number, draw: () => { s: number; eps: number }, steps: number) {
    let angle = 0.3;
    for (let t = 0; t < steps; t += 1) {
      const { s, eps } = draw();
      const ess = k * s * Math.sin(2 * (angle + eps));
      yield { angle, ess, s };
      angle -= Math.atan(ess);
    }
  }

  it('is met by steps of any size with noise in proportion to the loss, in the average of logarithms', () => {
    const random = randomSource(5);
    for (const k of [1.6, 2.5, 6]) {
      const [pulls, turns, plain, losses]: number[][] = [[], [], [], []];
      let step = 0;
      const exponential = () => ({ s: -Math.log(1 - random.uniform()), eps: 0 });
      for (const { angle, ess, s } of circle(k, exponential, 120_000)) {
        step += 1;
        if (step < 5000) continue;
        // alpha = 1: elr = k; the loss of the batch is s sin^2.
        pulls!.push(Math.log1p(2 * k * s * Math.sin(angle) ** 2));
        turns!.push(Math.log1p(ess * ess));
        plain!.push((ess * ess) / (4 * k));
        losses!.push(Math.sin(angle) ** 2);
      }
      const floorOf = (logMean: number): number => sphereNoiseFloor(k, Math.sqrt(Math.expm1(logMean)));
      expectWithin(
        blockJackknife([turns!, pulls!], ([turn, pull]) => floorOf(turn!) / (Math.expm1(pull!) / (2 * k))),
        1,
        0.02,
      );
      // The formula of small steps does not hold here.
      expect(Math.abs(blockJackknife([plain!, losses!], ratio).value - 1)).toBeGreaterThan(0.3);
    }
  });

  it('rests on an identity of every run along every direction x*: c changes by the pull and by the turn', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.double({ min: 0.1, max: 6, noNaN: true }), (seed, k) => {
        const random = randomSource(seed);
        const direction = Array.from({ length: 4 }, () => random.gaussian());
        let point = Array.from({ length: 4 }, () => random.gaussian());
        let sum = 0;
        const along = (a: readonly number[]): number => a.reduce((total, value, i) => total + value * direction[i]!, 0);
        const norm = (a: readonly number[]): number => Math.hypot(...a);
        point = point.map((value) => value / norm(point));
        const first = Math.log(Math.abs(along(point)));
        for (let t = 0; t < 50; t += 1) {
          // Two groups, alpha 1 and 2, each gradient times a factor of its own.
          const gradient = [1, 2].flatMap((alpha, i) => {
            const [x, y] = [point[2 * i]!, point[2 * i + 1]!];
            const turn = (2 * alpha * x * y * random.uniform()) / (x * x + y * y) ** 2;
            return [turn * y, -turn * x];
          });
          const elr = k / 3;
          sum += Math.log(Math.abs(1 - (elr * along(gradient)) / along(point)));
          sum -= Math.log1p((elr * norm(gradient)) ** 2) / 2;
          const moved = point.map((value, i) => value - elr * gradient[i]!);
          point = moved.map((value) => value / norm(moved));
        }
        // Rounding of fifty steps, magnified where x is nearly orthogonal to the direction.
        expect(Math.abs(sum - (Math.log(Math.abs(along(point))) - first))).toBeLessThan(1e-9);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('goes over into that of flat space for small steps, by a quarter of the squared step', () => {
    for (const ess of [1e-8, 1e-3, 0.1]) {
      const flat = noiseFloor({ elr: 0.3, meanSquareEgn: (ess / 0.3) ** 2 });
      expect(Math.abs(sphereNoiseFloor(0.3, ess) / flat - (1 - (ess * ess) / 4))).toBeLessThan(ess ** 4 + 1e-15);
    }
  });
});

describe('R of runs of the toy', () => {
  it('is (k + 1)/2 on the orbit, and the floor of the sphere the loss', () => {
    for (const [alpha, k] of [
      [[1.7], 1.4],
      [[1, 2, 4], 1.1],
    ] as const) {
      const elr = k / alpha.reduce((sum: number, value) => sum + value, 0);
      const tail = [...toyTrajectory(alpha, elr, { steps: 6000, seed: 3 })].slice(5000);
      const average = (of: (step: (typeof tail)[number]) => number): number =>
        tail.reduce((sum, step) => sum + of(step), 0) / tail.length;
      const loss = average((step) => step.loss);
      const share = noiseShare({ elr, meanSquareEgn: average(({ egn }) => egn * egn), loss });
      const logMean = Math.sqrt(Math.expm1(average(({ ess }) => Math.log1p(ess * ess))));
      // What is left of the start has died out for one group; for three, neutral modes swing by 1% about the orbit (T5).
      expect(Math.abs(share / ((k + 1) / 2) - 1)).toBeLessThan(1e-3);
      expect(Math.abs(sphereNoiseFloor(elr, logMean) / loss - 1)).toBeLessThan(1e-3);
    }
  });
});

describe('bad input of the noise floor', () => {
  it('is rejected', () => {
    for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => noiseFloor({ elr: bad, meanSquareEgn: 1 })).toThrow(UsageError);
      expect(() => noiseFloor({ elr: 1, meanSquareEgn: 1, degree: bad })).toThrow(UsageError);
      expect(() => sphereNoiseFloor(bad, 1)).toThrow(UsageError);
      expect(() => driftingNoiseShare({ elr: 1, excessLoss: bad, drift: 0 })).toThrow(UsageError);
    }
    expect(() => noiseFloor({ elr: 1, meanSquareEgn: -1 })).toThrow(
      /^the mean squared EGN is -1; allowed: .* from 0 on$/,
    );
    expect(() => sphereNoiseFloor(1, -1)).toThrow(UsageError);
    expect(noiseFloor({ elr: 1e-3, meanSquareEgn: 900 })).toBeCloseTo(0.225, 15);
  });
});
