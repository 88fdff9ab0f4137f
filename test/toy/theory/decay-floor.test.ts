import { describe, expect, it } from 'vitest';
import { blockJackknife } from '../../../src/numerics/statistics/jackknife.js';
import { meanWithError } from '../../../src/numerics/statistics/mean-error.js';
import { noiseShare } from '../../../src/sphere/noise-share.js';
import { UsageError } from '../../../src/system/usage-error.js';
import {
  decayBalanceLoss,
  decayNoiseFloor,
  decayNoiseShare,
  settledElr,
  settledEss,
} from '../../../toy/theory/decay-floor.js';
import { noiseFloor } from '../../../toy/theory/noise-floor.js';
import { weightDecayEquilibrium } from '../../../toy/theory/weight-decay.js';
import { drawsFrom } from './numbers.js';

const { between, random } = drawsFrom(51);

/** One group in full space, alpha = 1, learning rate 1: its own loop. Each step sees the minimum displaced by sigma. */
function* fullSpace(p: number, sigma: number, steps: number, height = 1) {
  let [x, y] = [0.1, height];
  for (let t = -4000; t < steps; t += 1) {
    const square = x * x + y * y;
    const seen = Math.atan2(x, y) + sigma * random.gaussian();
    // The gradient is orthogonal to (x, y), of length sin(2 seen) / rho.
    const turn = Math.sin(2 * seen) / square;
    const ess = Math.abs(turn);
    const loss = (x * x) / square;
    if (t >= 0) yield { loss, ess, egn: ess * square, elr: 1 / square };
    [x, y] = [(1 - p) * x - turn * y, (1 - p) * y + turn * x];
  }
}

describe('the noise floor of ordinary training (T14)', () => {
  it.each([
    [0.002, 0.3],
    [0.01, 0.2],
    [0.02, 0.5],
  ])('is sqrt(2p) rms(EGN) / 4, p = %d, noise %d: of the root mean square, not of the mean', (p, sigma) => {
    const series: number[][] = [[], [], [], [], []];
    for (const { loss, ess, egn, elr } of fullSpace(p, sigma, 200_000)) {
      [egn * egn, elr, Math.log((1 - p) ** 2 + ess * ess), loss, egn].forEach((value, i) => {
        series[i]!.push(value);
      });
    }
    // K5, exactly, in the average of logarithms.
    const balance = meanWithError(series[2]!);
    expect(Math.abs(balance.mean)).toBeLessThan(4.5 * balance.error + 1e-4 * p);
    const settled = blockJackknife(series, ([square, elr]) => settledElr(p, Math.sqrt(square!)) / elr!);
    // The norm varies, by a few times sqrt(p), which is of second order in the ELR.
    expect(Math.abs(settled.value - 1)).toBeLessThan(4.5 * settled.error + 2 * p + 0.01);
    const floor = blockJackknife(
      series,
      ([square, elr]) => decayNoiseFloor(p, Math.sqrt(square!)) / noiseFloor({ elr: elr!, meanSquareEgn: square! }),
    );
    expect(Math.abs(floor.value - 1)).toBeLessThan(4.5 * floor.error + 2 * p + 0.01);
    // Gaussian gradients have a mean of sqrt(2 / pi) times their rms.
    const ofMean = blockJackknife(series, ([, elr, , , egn]) => settledElr(p, egn!) / elr!);
    expect(ofMean.value).toBeGreaterThan(1.1);
  });

  it('of the toy is met by its exact balance: the mean of log(1 - p + 2 elr F) is 0', () => {
    for (const [p, sigma] of [
      [0.01, 0.2],
      [0.1, 0.3],
      [0.3, 0.1],
    ] as const) {
      // With displaced batches the pull is elr times the batch gradient along y, whose mean is 2 elr F exp(-2 sigma^2).
      const [pulls, shares]: number[][] = [[], []];
      for (const { loss, elr } of fullSpace(p, sigma, 100_000)) {
        pulls!.push(2 * elr * loss * Math.exp(-2 * sigma * sigma));
        shares!.push(loss / decayBalanceLoss(p, elr));
      }
      // To first order E[elr F] = p / 2; the second order, half the square of the pull, only adds.
      const { mean, error } = meanWithError(pulls!);
      const spread = pulls!.reduce((sum, value) => sum + (value - p) ** 2, 0) / pulls!.length;
      expect(mean).toBeGreaterThan(p - 4.5 * error);
      expect(mean).toBeLessThan(p + spread + 4.5 * error + p * p + 2 * p * sigma * sigma);
    }
  });

  it('without noise, on the orbit of T8, has R = 1 - p/2', () => {
    for (let trial = 0; trial < 10; trial += 1) {
      const [lr, p, alpha] = [between(0.01, 3), between(0.001, 0.95), [between(0.2, 5), between(0.2, 5)]];
      const { elr, egn, ess, loss } = weightDecayEquilibrium(alpha, lr, p / lr);
      expect(Math.abs(noiseShare({ elr, meanSquareEgn: egn * egn, loss }) / decayNoiseShare(p) - 1)).toBeLessThan(
        1e-12,
      );
      expect(Math.abs(settledEss(p) / ess - 1)).toBeLessThan(1e-12);
      expect(Math.abs(decayBalanceLoss(p, elr) / loss - 1)).toBeLessThan(1e-12);
    }
  });

  it('stays so in runs whose ELR swings by a fifth, and falls to 0.9 to 0.97 where it swings by a factor of ten', () => {
    const shareOf = (p: number, height: number) => {
      const steps = [...fullSpace(p, 0, 40_000, height)];
      const average = (of: (step: (typeof steps)[number]) => number): number =>
        steps.reduce((sum, step) => sum + of(step), 0) / steps.length;
      const elrs = steps.map(({ elr }) => elr);
      return {
        share: average(({ ess, egn }) => (ess * egn) / 4) / average(({ loss }) => loss),
        swing: Math.max(...elrs) / Math.min(...elrs),
      };
    };
    for (const p of [0.002, 0.01, 0.05]) {
      const narrow = shareOf(p, 1);
      expect(narrow.swing).toBeLessThan(1.35);
      expect(Math.abs(narrow.share - decayNoiseShare(p))).toBeLessThan(1e-3);
      const wide = shareOf(p, 2.2);
      expect(wide.swing).toBeGreaterThan(5);
      expect(wide.share).toBeLessThan(decayNoiseShare(p) - 0.02);
      expect(wide.share).toBeGreaterThan(0.87);
    }
  });

  it('rejects bad input', () => {
    for (const p of [0, 1, -0.1, Number.NaN]) {
      expect(() => settledEss(p)).toThrow(UsageError);
      expect(() => decayNoiseFloor(p, 1)).toThrow(UsageError);
      expect(() => decayNoiseShare(p)).toThrow(UsageError);
      expect(() => decayBalanceLoss(p, 1)).toThrow(UsageError);
    }
    expect(() => settledElr(0.1, 0)).toThrow(UsageError);
    expect(() => decayNoiseFloor(0.1, 1, 0)).toThrow(UsageError);
  });
});
