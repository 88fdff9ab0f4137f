import { describe, expect, it } from 'vitest';
import { stepNoiseFloors } from '../../../src/sphere/noise-floor.js';
import { noiseShare } from '../../../src/sphere/noise-share.js';
import { toyTrajectory } from '../../../toy/dynamics/trajectory.js';

describe('the noise share', () => {
  it('is elr E|g|^2 / (2 p (F - F*)), by hand', () => {
    // 0.004 x 900 = 3.6.
    expect(noiseShare({ elr: 0.004, meanSquareEgn: 900, loss: 1.8 })).toBeCloseTo(0.5, 12);
    expect(noiseShare({ elr: 0.004, meanSquareEgn: 900, loss: 1.8, floor: 0.9 })).toBeCloseTo(1, 12);
    expect(noiseShare({ elr: 0.004, meanSquareEgn: 900, loss: 1.8, degree: 1 })).toBeCloseTo(1, 12);
    expect(noiseShare({ elr: 0.004, meanSquareEgn: 900, loss: 0.9, floor: 0.9 })).toBe(Number.POSITIVE_INFINITY);
  });

  it('is the noise floor of steps, elr g^2 / 4, over their loss', () => {
    // ess = elr g = 0.12: 0.12 x 30 / 4; with momentum 0.9 ten times that.
    const steps = { egn: Float64Array.of(30, 10), ess: Float64Array.of(0.12, 0.04) };
    expect([...stepNoiseFloors(steps)]).toEqual([expect.closeTo(0.9, 12), expect.closeTo(0.1, 12)]);
    expect([...stepNoiseFloors(steps, 0.9)]).toEqual([expect.closeTo(9, 12), expect.closeTo(1, 12)]);
  });
});

/** R of a step of the toy. */
const shareOf = ({ elr, egn, loss }: { elr: number; egn: number; loss: number }): number =>
  noiseShare({ elr, meanSquareEgn: egn * egn, loss });

describe('the noise share of the toy without noise', () => {
  // F = alpha sin^2 theta, g = alpha sin 2 theta: elr g^2 / (4 F) = k cos^2 theta, which goes to k as theta does to 0.
  it.each([0.3, 0.45, 0.8])('is k where one group converges, k = %d', (k) => {
    const late = [...toyTrajectory([2], k / 2, { steps: 60, seed: 3 })].filter(
      ({ loss }) => loss < 1e-8 && loss > 1e-200,
    );
    expect(late.length).toBeGreaterThan(0);
    // cos^2 theta = 1 - F / alpha.
    for (const step of late) expect(Math.abs(shareOf(step) / k - 1)).toBeLessThan(1e-8);
  });

  // cos^2 theta = (1 + 1 / k) / 2 on the orbit of T2.
  it.each([1.2, 1.5, 2])('is (k + 1) / 2 on the orbit of T2, k = %d', (k) => {
    const steps = [...toyTrajectory([2], k / 2, { steps: 2000, seed: 3 })];
    // The orbit attracts by 2 / k^2 - 1 a step: nothing of 0.5^1900 is left.
    for (const step of steps.slice(-100)) expect(shareOf(step)).toBeCloseTo((k + 1) / 2, 10);
  });
});
