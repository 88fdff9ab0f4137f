import { describe, expect, it } from 'vitest';
import { step } from '../../../bench/example-run.js';
import { noiseReadings, type ProbedNoise, probedNoise } from '../../../src/forecast/noise-readings.js';
import { type ShortRuns, shortRunsAt } from '../../../src/forecast/short-runs.js';
import { randomSource } from '../../../src/numerics/random.js';
import { columnsOf } from '../../../src/run/collect-steps.js';
import type { StepColumns } from '../../../src/run/step-columns.js';

/** A network whose E|g|^2 = squares L^q and whose loss without noise is (level / (ELR t))^decay. */
interface Law {
  readonly decay: number;
  readonly exponent: number;
  readonly squares: number;
  readonly level: number;
}

/**
 * The solution of dL/dt = -(decay/t) (L - ELR squares L^q / 4): L^(1 - q) is that of the floor plus that of the loss without noise.
 * Written down here from the equation, beside the forms with R that the forecast uses.
 */
const lossAt = (elr: number, t: number, { decay, exponent, squares, level }: Law): number =>
  ((elr * squares) / 4 + (level / (elr * t)) ** (decay * (1 - exponent))) ** (1 / (1 - exponent));

/** Steps of it, with noise in loss and gradient that is independent from step to step. */
function runOf(elr: number, steps: number, law: Law, { noise, seed }: { noise: number; seed: number }): StepColumns {
  const random = randomSource(seed, Math.round(elr * 1e7));
  const unit = Math.exp(-(noise ** 2) / 2);
  return columnsOf(
    Array.from({ length: steps }, (_, i) => {
      const loss = lossAt(elr, i + 1, law);
      const square = law.squares * loss ** law.exponent;
      const [a, b] = [random.gaussian(), random.gaussian()].map((value) => unit * Math.exp(noise * value)) as [
        number,
        number,
      ];
      const egn = Math.sqrt(square * b);
      return step(i, { loss: loss * a, egn, ess: elr * egn });
    }),
  );
}

/** The largest ELR whose loss falls by 0.15 nats over the second half of a run, by bisection of the solution. */
function thresholdOf(steps: number, law: Law): number {
  let [below, above] = [1e-7, 1];
  for (let i = 0; i < 60; i += 1) {
    const middle = Math.sqrt(below * above);
    const fall = Math.log(lossAt(middle, steps / 2, law) / lossAt(middle, steps, law));
    if (fall >= 0.15) below = middle;
    else above = middle;
  }
  return below;
}

const DIVERGENCE = 0.0256;
const ELRS = [256, 64, 16, 8, 4, 2].map((part) => DIVERGENCE / part);
const LENGTHS = { probe: 500, sweep: 4000 };
const LAW: Law = { decay: 0.5, exponent: 0.4, squares: 900, level: 0.01 };

function probeOf(law: Law, noise: number): ProbedNoise {
  const shares = ELRS.map(
    (elr) =>
      shortRunsAt(
        elr,
        [1, 2].map((seed) => runOf(elr, 500, law, { noise, seed })),
      )!,
  );
  return probedNoise(shares, DIVERGENCE)!;
}

describe('what short runs tell of the noise of longer ones', () => {
  it('gives back the law that they follow, within errors that are known', () => {
    const { shares, plateau, relaxation } = probeOf(LAW, 0.3);
    expect(shares.map(({ share }) => share.mean)).toEqual(
      shares.map(({ share }) => share.mean).toSorted((a, b) => a - b),
    );
    // Near the floor R is 1; at 1/8 of divergence these runs are still above theirs, by what the solution says.
    const expected = [DIVERGENCE / 8, DIVERGENCE / 4].map((elr) => {
      const loss = lossAt(elr, 368, LAW);
      return (elr * LAW.squares * loss ** (LAW.exponent - 1)) / 4;
    });
    // Means over half a run of two seeds, noise of 30%: 1%; R at the mean of log t instead of the mean of R: less.
    expect(plateau.mean / ((expected[0]! + expected[1]!) / 2)).toBeCloseTo(1, 1);
    expect(Math.abs(relaxation!.exponent.mean - LAW.exponent)).toBeLessThan(3 * relaxation!.exponent.error);
    expect(relaxation!.exponent.error).toBeLessThan(0.2);
    // The decay is taken as that of a run whose floor lies at the plateau, which is a little lower than R = 1 here.
    expect(relaxation!.decay.mean / LAW.decay).toBeGreaterThan(0.9);
    expect(relaxation!.decay.mean / LAW.decay).toBeLessThan(1.25);
  });

  it.each([-0.5, 0, 0.4])('forecasts the threshold of longer runs from the fall of the loss, q = %d', (exponent) => {
    const law = { ...LAW, exponent };
    const [reading] = noiseReadings(probeOf(law, 0.05), LENGTHS);
    // R is read off a straight line between ELRs a factor 4 apart, and the plateau is 0.97, 0.92 and 0.81 of the floor.
    expect(Math.abs(Math.log(reading!.threshold!.mean / thresholdOf(4000, law)))).toBeLessThan(Math.log(1.2));
    expect(reading!.threshold!.error / reading!.threshold!.mean).toBeLessThan(0.2);
  });

  it('is too low where short runs have not come near their floor yet: R = 0.68 there for q = 0.7', () => {
    const law = { ...LAW, exponent: 0.7 };
    const noise = probeOf(law, 0.05);
    const { mean } = noiseReadings(noise, LENGTHS)[0]!.threshold!;
    expect(noise.plateau.mean).toBeLessThan(0.75);
    expect(mean / thresholdOf(4000, law)).toBeLessThan(0.8);
    expect(mean / thresholdOf(4000, law)).toBeGreaterThan(0.5);
  });

  it('has a threshold that falls with the length, more slowly than in inverse proportion to it', () => {
    const noise = probeOf(LAW, 0);
    const at = (sweep: number): number => noiseReadings(noise, { probe: 500, sweep })[0]!.threshold!.mean;
    const ratio = at(2000) / at(16000);
    expect(ratio).toBeGreaterThan(1.1);
    // ELR^(1 + b) goes as N^-b, b = decay (1 - q) = 0.3, in the solution: 8^(0.3 / 1.3).
    expect(thresholdOf(2000, LAW) / thresholdOf(16000, LAW)).toBeCloseTo(8 ** (0.3 / 1.3), 6);
    expect(Math.abs(ratio / 8 ** (0.3 / 1.3) - 1)).toBeLessThan(0.25);
  });

  const at = (elr: number, share: number, gradientDecay: number): ShortRuns => ({
    elr,
    share: { mean: share, error: 0.01 * share },
    decay: { mean: 0.4, error: 0.02 },
    gradientDecay: { mean: gradientDecay, error: 0.02 },
  });

  it('finds where the floor stops falling and where R is that of an equilibrium, by hand', () => {
    const shares = [at(1, 0.1, 0.3), at(4, 0.2, 0.2), at(16, 0.4, -0.1), at(32, 0.6, -0.2), at(64, 0.8, -0.2)];
    const noise = probedNoise(shares, 256)!;
    // At 256/8 and 256/4.
    expect(noise.plateau.mean).toBeCloseTo(0.7, 12);
    const [, stopped, equilibrium] = noiseReadings(noise, LENGTHS);
    // Two thirds of the way from log 4 to log 16; the error is that of 0.02 in each of 0.2 and -0.1, about log 4 * 0.05.
    expect(stopped!.threshold!.mean).toBeCloseTo(4 * 4 ** (2 / 3), 10);
    expect(stopped!.threshold!.error / stopped!.threshold!.mean).toBeCloseTo(
      (Math.log(4) * 0.02 * Math.hypot(1, 2)) / 0.9,
      2,
    );
    const part = Math.log(0.7 / 0.6) / Math.log(0.8 / 0.6);
    expect(equilibrium!.threshold!.mean).toBeCloseTo(32 * 2 ** part, 10);
  });

  it('gives none where the runs do not head for a floor, or fall too little even without one', () => {
    const rising = probedNoise([at(1, 0.1, 0.5), at(4, 0.12, 0.5), at(16, 0.4, 0.2), at(32, 0.5, 0.2)], 256)!;
    const [law, stopped] = noiseReadings(rising, LENGTHS);
    expect(law).toMatchObject({
      threshold: null,
      note: expect.stringMatching(/with q from 1 on the runs head for no floor/),
    });
    expect(stopped).toMatchObject({ threshold: null, note: 'E|g|^2 falls at every ELR of the probe, or at none' });
    const slow = [at(1, 0.01, 0.05), at(4, 0.02, 0.05), at(16, 0.4, 0), at(32, 0.5, -0.1)].map((each) => ({
      ...each,
      decay: { mean: 0.1, error: 0.02 },
    }));
    expect(noiseReadings(probedNoise(slow, 256)!, LENGTHS)[0]!.note).toMatch(
      /even without noise the loss falls too little/,
    );
    expect(probedNoise(rising.shares.slice(0, 2), 256)).toBeNull();
    expect(shortRunsAt(1, [runOf(1e-3, 63, LAW, { noise: 0, seed: 1 })])).toBeUndefined();
  });
});
