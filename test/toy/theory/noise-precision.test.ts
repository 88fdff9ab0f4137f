import { describe, expect, it } from 'vitest';
import { noiseShareAtBatchSize, thresholdBatchSize } from '../../../toy/theory/batch-size.js';
import { decayBalanceLoss, decayNoiseFloor, settledElr, settledEss } from '../../../toy/theory/decay-floor.js';
import {
  momentumNoiseFloor,
  momentumNoiseThresholdRatio,
  naiveMomentumFactor,
  noiselessMomentumShare,
  velocityNoiseFloor,
} from '../../../toy/theory/momentum-floor.js';
import { singleRunGrowth } from '../../../toy/theory/multiplicative-noise.js';
import { driftingNoiseShare, noiseFloor, sphereNoiseFloor } from '../../../toy/theory/noise-floor.js';
import {
  batchLossFloor,
  meanLossDecline,
  multiplicativeNoiseShare,
  phaseNoiseShare,
  settledNoiseShare,
} from '../../../toy/theory/noise-share.js';
import { epochNoiseShare } from '../../../toy/theory/replacement.js';
import { errorOf, evaluate, expectDigits } from './digits.js';
import { drawsFrom } from './numbers.js';

const { between, logUniform } = drawsFrom(65);

describe('the forms of T14 to 1e-14 of the doubles they are given', () => {
  it('of the floor, on the sphere also for steps so small that 1 + ess^2 is 1', () => {
    for (const ess of [1e-12, 1e-8, 1e-4, 0.1, 1, 30, 1e8]) {
      const [elr, square, degree, drift] = [logUniform(1e-6, 10), logUniform(1e-3, 1e6), between(1, 4), between(-1, 1)];
      const given = { elr, square, degree, ess, drift };
      expectDigits(noiseFloor({ elr, meanSquareEgn: square, degree }), 'elr * square / (2 degree)', given);
      expectDigits(sphereNoiseFloor(elr, ess), '(sqrt(1 + ess^2) - 1) / (2 elr)', given);
      const share = driftingNoiseShare({ elr, excessLoss: square, drift: Math.abs(drift), degree });
      expectDigits(share, '1 + abs(drift) / (2 * degree * elr * square)', given);
    }
  });

  it('of R, near the threshold and where the next order changes its sign', () => {
    for (const k of [0.01, 0.4, 0.593, 0.99, 1 - 1e-9, 1 + 1e-9, 1.2, 50]) {
      const alpha = [logUniform(0.1, 10), logUniform(0.1, 10)];
      const elr = k / (alpha[0]! + alpha[1]!);
      const sigma = logUniform(1e-6, 0.3);
      const given = { alpha, elr, sigma };
      const settled = k > 1 ? '(elr * sum(alpha) + 1) / 2' : 'elr * sum(alpha)';
      expectDigits(settledNoiseShare(alpha, elr), settled, given);
      expectDigits(batchLossFloor(alpha, sigma), 'sum(alpha) * (1 - exp(-2 sigma^2)) / 2', given);
      const moment = between(1, 3);
      expectDigits(multiplicativeNoiseShare(alpha, elr, moment), 'elr * sum(alpha) * moment', { ...given, moment });
      if (k >= 1) continue;
      const single = { a: 1.5, elr: k / 1.5, sigma };
      const order = 'k = elr * a; 1 + sigma^2 * (4 k^2 + k - 2) / (1 - k)';
      expectDigits(phaseNoiseShare(single.a, single.elr, sigma), order, single);
    }
  });

  it('of the decline of the mean loss at R near 1, for the k and m given', () => {
    for (const distance of [1e-3, 1e-9, 1e-13]) {
      const m = between(1, 5);
      const elr = (1 - distance) / m;
      expectDigits(meanLossDecline([1], elr, m), '4 * elr * (1 - elr * m)', { elr, m });
    }
  });

  it('of momentum, where the signal is all but the whole gradient and beta all but 1', () => {
    for (const beta of [0, 0.3, 0.9, 0.999, 1 - 1e-9]) {
      for (const noise of [1, 1e-3]) {
        const [elr, signal] = [logUniform(1e-4, 1), logUniform(0.1, 10)];
        const total = signal * (1 + noise);
        const given = { elr, beta, signal, total };
        const floor = 'elr / (4 (1 - beta)) * (total - 2 * beta / (1 + beta) * signal)';
        const value = momentumNoiseFloor({ elr, momentum: beta, meanSquareEgn: total, signal });
        expectDigits(value, floor, given);
        const m = 1 + noise;
        const threshold = momentumNoiseThresholdRatio(beta, m);
        expectDigits(threshold, '(1 - beta^2) / (m * (1 + beta) - 2 beta)', { beta, m });
        const steps = velocityNoiseFloor({ elr, momentum: beta, meanSquareVelocity: total });
        expectDigits(steps, '(1 + beta) * total / (4 elr)', given);
        expectDigits(noiselessMomentumShare(beta), '(1 + beta) / (1 - beta)', { beta });
        expectDigits(naiveMomentumFactor(elr, beta), '1 + elr * beta / (1 - beta^2)', given);
      }
    }
  });

  it('of weight decay and batch size', () => {
    for (let trial = 0; trial < 20; trial += 1) {
      const [p, egn, elr] = [logUniform(1e-9, 0.9), logUniform(0.1, 100), logUniform(1e-5, 1)];
      expectDigits(settledEss(p), 'sqrt(p * (2 - p))', { p });
      expectDigits(settledElr(p, egn), 'sqrt(2 p) / egn', { p, egn });
      expectDigits(decayNoiseFloor(p, egn), 'sqrt(2 p) * egn / 4', { p, egn });
      expectDigits(decayBalanceLoss(p, elr), 'p / (2 elr)', { p, elr });
      const [B, R, s, C] = [logUniform(1, 1e4), logUniform(0.01, 1), between(0, 0.9), logUniform(1, 1e4)];
      const reading = { batchSize: B, noiseShare: R, signalShare: s };
      expectDigits(noiseShareAtBatchSize(reading, C), 'R * (s + (1 - s) * B / C)', { B, R, s, C });
      expectDigits(thresholdBatchSize(reading), 'B * R * (1 - s) / (1 - R * s)', { B, R, s });
    }
  });

  it('of epochs without replacement to 1e-12, slow modes included, whose variance at the end of an epoch nearly cancels', () => {
    // By the formulas as they stand: Q_n = (N A2 - A1^2) / (N - 1), of which little is left for elr h N << 1.
    const formulas = `a = 1 - rate;
      A1(n) = (1 - a^n) / (1 - a);
      A2(n) = (1 - a^(2 n)) / (1 - a^2);
      Q(n) = (N * A2(n) - A1(n)^2) / (N - 1);
      V0 = Q(N) / (1 - a^(2 N));
      V(n) = a^(2 n) * V0 + Q(n);
      G(n) = rate^2 * V(n) + 1 + 2 * rate * A1(n) / (N - 1);
      n = 0:(N - 1);
      sum(map(n, G)) / (2 * rate * sum(map(n, V)))`;
    for (const [rate, N] of [
      [1e-9, 7],
      [1e-6, 12],
      [0.003, 20],
      [0.5, 5],
      [1.7, 6],
      [1.999999, 4],
    ] as const) {
      expect(errorOf(epochNoiseShare(rate, N), evaluate(formulas, { rate, N }))).toBeLessThan(1e-12);
    }
  });
});

describe('E log|1 - 2ks| of lognormal noise', () => {
  it('is that of a sum over fine strips, the singularity in the middle of one, to 1e-7', () => {
    for (const [k, m] of [
      [0.3, 1.2],
      [1.269, Math.exp(0.25)],
      [2, 9],
    ] as const) {
      const d = Math.sqrt(Math.log(m));
      const centre = d / 2 - Math.log(2 * k) / d;
      // Midpoints symmetric about the singularity: the error of log|z| over the two strips beside it is known, h log 2.
      const h = 1e-4;
      let sum = 0;
      for (let i = -150_000; i < 150_000; i += 1) {
        const z = centre + (i + 0.5) * h;
        if (Math.abs(z) > 12) continue;
        sum += (h * Math.exp((-z * z) / 2) * Math.log(Math.abs(Math.expm1(d * (z - centre))))) / Math.sqrt(2 * Math.PI);
      }
      const beside = (h * Math.log(2) * Math.exp((-centre * centre) / 2)) / Math.sqrt(2 * Math.PI);
      expect(Math.abs(singleRunGrowth(k, 'lognormal', m) - (sum - beside))).toBeLessThan(1e-7);
    }
  });
});
