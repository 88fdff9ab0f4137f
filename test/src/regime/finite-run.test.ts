import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import { classifyTrajectory } from '../../../src/regime/classifier.js';
import { type Relaxation, shareAfter, shareOfThreshold } from '../../../src/regime/finite-run.js';

/** E|g|^2 = 4 a L^q at ELR 1, so that R = a L^(q - 1), and dL/dlog t = -decay (L - a L^q): by Runge and Kutta's fourth order in log t. */
function lossAfter(loss: number, logTime: number, floor: number, { decay, exponent }: Relaxation): number {
  const slope = (l: number): number => -decay * (l - floor * l ** exponent);
  const parts = Math.max(1, Math.ceil(logTime / 0.01));
  const h = logTime / parts;
  let at = loss;
  for (let i = 0; i < parts; i += 1) {
    const a = slope(at);
    const b = slope(at + (h / 2) * a);
    const c = slope(at + (h / 2) * b);
    const d = slope(at + h * c);
    at += (h / 6) * (a + 2 * b + 2 * c + d);
  }
  return at;
}

const shareOf = (loss: number, floor: number, exponent: number): number => floor * loss ** (exponent - 1);

/** Exponents below, at and above 1. */
const RELAXATIONS: readonly Relaxation[] = [
  { decay: 0.42, exponent: 0.5 },
  { decay: 0.6, exponent: 0 },
  { decay: 0.5, exponent: 1 },
  { decay: 0.8, exponent: 1.4 },
  { decay: 0.3, exponent: -0.5 },
];

describe('a run of finite length on its way to the floor of its noise', () => {
  it.each(RELAXATIONS)('has the share that its equation of motion leads to, %o', (relaxation) => {
    const { exponent } = relaxation;
    for (const floor of [0.05, 0.3, 0.8]) {
      const later = lossAfter(1.1, Math.log(8), floor, relaxation);
      const expected = shareOf(later, floor, exponent);
      // Fourth order: the error of a step is about (0.01)^5.
      expect(shareAfter(shareOf(1.1, floor, exponent), 8, relaxation)).toBeCloseTo(expected, 9);
    }
  });

  it.each(RELAXATIONS)(
    'falls by 0.15 over the second half where its share is that of the threshold, %o',
    (relaxation) => {
      const { exponent } = relaxation;
      const share = shareOfThreshold(relaxation);
      expect(share).toBeGreaterThan(0);
      // At exponent 1 the share is the floor and no loss follows from it.
      const floor = exponent === 1 ? share : 0.5;
      const end = exponent === 1 ? 0.7 : (share / floor) ** (1 / (exponent - 1));
      // Backwards in time to the middle of the run: decay < 0.
      const middle = lossAfter(end, Math.LN2, floor, { ...relaxation, decay: -relaxation.decay });
      expect(Math.log(middle / end)).toBeCloseTo(0.15, 8);
    },
  );

  it('by hand: q = 1 and decay 0.3 / log 2 leaves half of the fall at R = 1/2', () => {
    expect(shareOfThreshold({ decay: 0.3 / Math.LN2, exponent: 1 })).toBeCloseTo(0.5, 12);
    expect(shareOfThreshold({ decay: 1, exponent: 0 })).toBeCloseTo(1 - Math.expm1(0.15), 12);
    expect(shareOfThreshold({ decay: 0.2, exponent: 0.5 })).toBeLessThan(0);
    // 1/R - 1 = 3 falls by 16^(-1/2) to 3/4.
    expect(shareAfter(1 / 4, 16, { decay: 1, exponent: 0.5 })).toBeCloseTo(4 / 7, 12);
    expect(shareAfter(0.3, 100, { decay: 1, exponent: 1 })).toBeCloseTo(0.3, 12);
  });

  it('is judged converging below the threshold and level above it', () => {
    const relaxation = { decay: 0.5, exponent: 0.4 };
    const share = shareOfThreshold(relaxation);
    const steps = 4000;
    const regimeAt = (end: number, seed: number): string => {
      const random = randomSource(seed, 15);
      const floor = 0.3;
      const atEnd = (end / floor) ** (1 / (relaxation.exponent - 1));
      const whole = lossAfter(atEnd, Math.log(steps), floor, { ...relaxation, decay: -relaxation.decay });
      let loss = whole;
      const losses: number[] = [];
      for (let t = 1; t <= steps; t += 1) {
        losses.push(loss * Math.exp(0.1 * random.gaussian()));
        loss = lossAfter(loss, Math.log1p(1 / t), floor, relaxation);
      }
      // A thousandth of the first loss is far from what counts as the floor of a loss.
      return classifyTrajectory({ loss: losses, ess: losses.map(() => 0.1) }, 2 * whole).regime;
    };
    for (const seed of [1, 2, 3]) {
      // Noise of 10% leaves the fall over 2,000 steps an error of 0.01.
      expect(regimeAt(shareOfThreshold(relaxation, 0.2), seed)).toBe('convergence');
      expect(regimeAt(shareOfThreshold(relaxation, 0.06), seed)).not.toBe('convergence');
    }
    expect(shareOfThreshold(relaxation, 0.2)).toBeLessThan(share);
    expect(shareOfThreshold(relaxation, 0.06)).toBeGreaterThan(share);
  });
});
