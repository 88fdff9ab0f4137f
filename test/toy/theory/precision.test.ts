import { describe, expect, it } from 'vitest';
import {
  circleMap,
  convergenceFactor,
  orbitLyapunovExponent,
  orbitMultiplier,
  periodTwoOrbit,
  stepsToLoss,
} from '../../../toy/theory/circle-map.js';
import {
  egnOnEquilibriumCurve,
  equilibrium,
  equilibriumEgnFraction,
  equilibriumLine,
  equilibriumLossFraction,
  equilibriumStepSize,
  ratioFromLoss,
  ratioFromStep,
} from '../../../toy/theory/equilibrium.js';
import {
  frozenEquilibrium,
  frozenThresholds,
  groupThresholds,
  slowestFactor,
} from '../../../toy/theory/frozen-shares.js';
import { momentumFactor, momentumThreshold, momentumThresholdRatio } from '../../../toy/theory/momentum.js';
import {
  angleNoiseFloor,
  noiseThreshold,
  noiseThresholdRatio,
  phaseNoiseCorrection,
  phaseNoiseFloor,
  samplingThreshold,
} from '../../../toy/theory/noise.js';
import { groupEgnsAtAngles, lossAtAngles, randomLoss } from '../../../toy/theory/points.js';
import { equilibriumModes, relativeModeAngle } from '../../../toy/theory/stability.js';
import {
  convergenceThreshold,
  divergenceThreshold,
  sumOfAlpha,
  thresholdExcess,
  thresholdRatio,
} from '../../../toy/theory/thresholds.js';
import {
  decayPerStep,
  weightDecayEquilibrium,
  weightDecayOrbit,
  weightDecayOscillation,
} from '../../../toy/theory/weight-decay.js';
import { ALLOWED, evaluate, exactly, expectDigits, math } from './digits.js';
import { drawsFrom } from './numbers.js';

const { between, logUniform, random } = drawsFrom(64);
const draws = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);

const NEAR = [1e-9, 1e-12, -1e-9, -1e-12];
const ABOVE = [...NEAR.filter((distance) => distance > 0).map((distance) => 1 + distance), 1 + 2 ** -52];
const BELOW = [...NEAR.filter((distance) => distance < 0).map((distance) => 1 + distance), 1 - 2 ** -53];

/** Groups and an ELR whose k is near `ratio`: the exact k of these doubles is another number than it. */
function drawGroups(ratio: number): { alpha: number[]; elr: number } {
  const alpha = draws(1 + random.below(5), () => logUniform(0.01, 100));
  return { alpha, elr: ratio / alpha.reduce((sum, value) => sum + value, 0) };
}

function drawShares(count: number): number[] {
  const weights = draws(count, () => between(0.1, 1));
  return weights.map((value) => value / weights.reduce((sum, weight) => sum + weight, 0));
}

describe('closed forms to 1e-14 of the doubles they are given', () => {
  it.each([...draws(20, () => logUniform(1.001, 1e4)), ...ABOVE, Math.SQRT2, Math.SQRT2 + 1e-9, 1e9])(
    'of k alone, above the threshold: k = %d',
    (k) => {
      const alpha = logUniform(0.01, 100);
      const given = { k, alpha };
      expectDigits(equilibriumLossFraction(k), '(1 - 1/k) / 2', given);
      expectDigits(equilibriumEgnFraction(k), 'sqrt(1 - 1/k^2)', given);
      expectDigits(equilibriumStepSize(k), 'sqrt(k^2 - 1)', given);
      expectDigits(orbitMultiplier(k), '2/k^2 - 1', given);
      expectDigits(orbitLyapunovExponent(k), 'log(abs(2/k^2 - 1))', given);
      expectDigits(relativeModeAngle(k), 'acos(2/k^2 - 1)', given);
      expectDigits(equilibriumModes(k, 2).period, '2 pi / acos(2/k^2 - 1)', given);
      const orbit = periodTwoOrbit(alpha, k);
      expectDigits(orbit.tangent, 'sqrt((k - 1) / (k + 1))', given);
      expectDigits(orbit.angle, 'acos(1/k) / 2', given);
      expectDigits(orbit.loss, 'alpha / 2 * (1 - 1/k)', given);
      expectDigits(orbit.egn, 'alpha * sqrt(1 - 1/k^2)', given);
      expectDigits(orbit.ess, 'sqrt(k^2 - 1)', given);
      // A cosine and a sine: absolute, as they have zeros.
      const [mode] = equilibriumModes(k, 2).relative;
      expect(math.number(math.abs(math.subtract(exactly(mode!.re), evaluate('2/k^2 - 1', given))))).toBeLessThan(2e-15);
      expect(Math.abs(mode!.im - math.number(evaluate('2 sqrt(k^2 - 1) / k^2', given)))).toBeLessThan(2e-15);
    },
  );

  it.each([...draws(12, () => between(0.01, 1)), ...BELOW, 0.5, 0.5 + 1e-9, 0.5 - 1e-12, 1e-9])(
    'of k alone, below it: k = %d',
    (k) => {
      const start = logUniform(1e-6, 0.1);
      const target = start * logUniform(1e-12, 0.999);
      const given = { k, start, target };
      expectDigits(convergenceFactor(k), 'abs(1 - 2k)', given);
      const u = 'u(f) = f / (1 - f)';
      const c = 'c = k / ((1 - 2k) * (1 - k))';
      const general = 'phi(f) = log(u(f)) / 2 + sign(c) * log(1 + 2 * abs(c) * u(f)) / 2';
      const cubic = 'depth(f) = log(1 + 2 u(f)) / 3 - log(u(f)) / 2';
      const steps =
        k === 0.5
          ? `${u}; ${cubic}; log(depth(target) / depth(start)) / log(3)`
          : `${u}; ${c}; ${general}; (phi(start) - phi(target)) / -log(abs(1 - 2k))`;
      const truth = evaluate(steps, given);
      // A difference of logarithms of depths: absolute where it is small.
      if (k === 0.5) expect(Math.abs(stepsToLoss(k, start, target) - Number(truth))).toBeLessThan(ALLOWED);
      else expectDigits(stepsToLoss(k, start, target), steps, given);
      if (k === BELOW[0])
        expectDigits(stepsToLoss(1, start, target), '((1 - target) / target - (1 - start) / start) / 8', given);
    },
  );

  it.each([...draws(12, () => logUniform(0.01, 50)), ...ABOVE, ...BELOW])('of the circle map, k = %d', (k) => {
    const map = 'r * (r^2 + 1 - 2k) / (1 + (1 + 2k) r^2)';
    // Also near r^2 = 2k - 1, which is mapped to the minimum.
    for (const r of [logUniform(1e-9, 1), -logUniform(1, 1e9), Math.sqrt(Math.max(2 * k - 1, 0.1)) * (1 + 1e-9)])
      expectDigits(circleMap(r, k), map, { r, k });
  });

  it.each([...draws(12, () => logUniform(1.001, 1e3)), ...ABOVE])('of an equilibrium at elr * S near %d', (ratio) => {
    const { alpha, elr } = drawGroups(ratio);
    const given = { alpha, elr };
    expectDigits(sumOfAlpha(alpha), 'sum(alpha)', given);
    expectDigits(thresholdRatio(alpha, elr), 'elr * sum(alpha)', given);
    expectDigits(thresholdExcess(alpha, elr), 'elr * sum(alpha) - 1', given);
    expectDigits(convergenceThreshold(alpha), '1 / sum(alpha)', given);
    expectDigits(randomLoss(alpha), 'sum(alpha) / 2', given);
    const state = equilibrium(alpha, elr);
    // The last double above 1 counts as the threshold itself wherever it rounds there.
    if (state.regime !== 'convergence') {
      expectDigits(state.loss, '(sum(alpha) - 1/elr) / 2', given);
      expectDigits(state.egn, 'sum(alpha) * sqrt(1 - 1/(elr * sum(alpha))^2)', given);
      expectDigits(state.ess, 'sqrt((elr * sum(alpha))^2 - 1)', given);
      expectDigits(state.shares[0]!, 'alpha[1] / sum(alpha)', given);
    } else expect(ratio).toBeLessThan(1 + 1e-15);
    const tolerance = between(0.01, 0.9);
    expectDigits(divergenceThreshold(alpha, tolerance), '1 / (tolerance * sum(alpha))', { alpha, tolerance });
    const loss = between(0, randomLoss(alpha));
    expectDigits(egnOnEquilibriumCurve(alpha, loss), '2 sqrt(loss * (sum(alpha) - loss))', { alpha, loss });
    const angles = alpha.map(() => between(-3, 3));
    expectDigits(lossAtAngles(alpha, angles), 'sum(dotMultiply(alpha, map(angles, f(t) = sin(t)^2)))', {
      alpha,
      angles,
    });
    expectDigits(groupEgnsAtAngles(alpha, angles)[0]!, 'alpha[1] * abs(sin(2 angles[1]))', { alpha, angles });
  });

  it('of what equilibria tell about k and the threshold', () => {
    for (const gap of [1e-9, 1e-3, ...draws(10, () => logUniform(0.01, 10))]) {
      const [loss, step] = [between(0, 1), logUniform(1e-6, 100)];
      expectDigits(ratioFromLoss(loss), '1 / (1 - loss)', { loss });
      expectDigits(ratioFromStep(step), 'sqrt(1 + step^2)', { step });
      const first = { elr: logUniform(0.01, 10), loss: between(0.1, 1) };
      const second = { elr: first.elr * (1 + gap), loss: first.loss * (1 + gap * between(0.1, 1)) };
      const elr = first.elr * between(1, 3);
      const given = { e1: first.elr, f1: first.loss, e2: second.elr, f2: second.loss, elr };
      const line = equilibriumLine(first, second);
      const threshold = '(f2 - f1) / ((f2 - f1) / e1 + f1 * (1/e1 - 1/e2))';
      expectDigits(line.threshold, threshold, given);
      expectDigits(line.lossAt(elr), 'f1 + (f2 - f1) / (1/e1 - 1/e2) * (1/e1 - 1/elr)', given);
    }
  });

  it.each([...draws(10, () => logUniform(0.1, 100)), ...ABOVE, ...BELOW, 0.5 + 1e-9])(
    'of frozen shares, the first group at k_i = %d',
    (ratio) => {
      const { alpha } = drawGroups(1);
      const shares = drawShares(alpha.length);
      const elr = (ratio * shares[0]!) / alpha[0]!;
      const given = { alpha, shares, elr };
      const k = 'k = dotDivide(elr * alpha, shares)';
      const expectForm = (value: number, formula: string) =>
        expectDigits(value, `${k}; over = map(k, f(t) = max(t, 1)); ${formula}`, given);
      expectDigits(groupThresholds(alpha, shares)[0]!, 'shares[1] / alpha[1]', given);
      expectDigits(frozenThresholds(alpha, shares).first, 'min(dotDivide(shares, alpha))', given);
      expectDigits(frozenThresholds(alpha, shares).last, 'max(dotDivide(shares, alpha))', given);
      expectForm(slowestFactor(alpha, shares, elr), 'max(map(k, f(t) = abs(1 - 2t)))');
      const state = frozenEquilibrium(alpha, shares, elr);
      if (Math.abs(ratio - 1) < 1e-15) return;
      expectForm(state.groups[0]!.k, 'k[1]');
      expectForm(state.groups[0]!.loss, 'alpha[1] / 2 * (1 - 1/over[1])');
      expectForm(state.groups[0]!.egn, 'alpha[1] * sqrt(1 - 1/over[1]^2)');
      expectForm(state.groups[0]!.ess, 'sqrt(over[1]^2 - 1)');
      expectForm(state.loss, 'sum(dotMultiply(alpha / 2, map(over, f(t) = 1 - 1/t)))');
      const egn = 'sqrt(sum(dotDivide(dotMultiply(alpha.^2, map(over, f(t) = 1 - 1/t^2)), shares)))';
      expectForm(state.egn, egn);
      expectForm(state.ess, `elr * ${egn}`);
    },
  );

  it.each([...draws(12, () => logUniform(1e-6, 0.999)), 1e-12, 1 - 1e-9, 1 - 1e-12])(
    'of weight decay, eta * lambda near %d',
    (product) => {
      const { alpha } = drawGroups(1);
      const eta = logUniform(0.001, 10);
      const lambda = product / eta;
      const given = { alpha, eta, lambda };
      const state = weightDecayEquilibrium(alpha, eta, lambda);
      expectDigits(decayPerStep(eta, lambda), 'eta * lambda', given);
      expectDigits(state.squaredNorm, 'eta * sum(alpha)', given);
      expectDigits(state.elr, '1 / sum(alpha)', given);
      expectDigits(state.k, '1 / (1 - eta * lambda)', given);
      expectDigits(state.loss, 'sum(alpha) / 2 * eta * lambda', given);
      // From the k of the orbit (T2) and the ELR, not as toy/theory/weight-decay.ts has it.
      expectDigits(state.egn, 'sum(alpha) * sqrt(1 - (1 - eta * lambda)^2)', given);
      expectDigits(state.ess, 'sqrt(1 - (1 - eta * lambda)^2)', given);
      expectDigits(state.turn, 'acos(1 - eta * lambda)', given);
      expectDigits(state.shares[0]!, 'alpha[1] / sum(alpha)', given);
      const { x, y } = weightDecayOrbit(alpha, eta, lambda);
      expectDigits(x[0]!, 'sqrt(eta * alpha[1]) * sin(acos(1 - eta * lambda) / 2)', given);
      expectDigits(y[0]!, 'sqrt(eta * alpha[1]) * cos(acos(1 - eta * lambda) / 2)', given);
      const oscillation = weightDecayOscillation(eta, lambda);
      expectDigits(oscillation.omega, 'acos(2 (1 - eta * lambda)^2 - 1)', given);
      expectDigits(oscillation.period, '2 pi / acos(2 (1 - eta * lambda)^2 - 1)', given);
      expectDigits(oscillation.approximatePeriod, 'pi / sqrt(2 eta * lambda)', given);
    },
  );

  it.each([...draws(12, () => between(0.001, 0.999)), ...BELOW])('of noise at k near %d', (ratio) => {
    const { alpha, elr } = drawGroups(ratio);
    const [sigma, moment, probability] = [logUniform(1e-4, 0.1), logUniform(1, 100), between(0.01, 1)];
    const given = { alpha, elr, sigma, moment, probability };
    expectDigits(noiseThresholdRatio(moment), '1 / moment', given);
    expectDigits(noiseThreshold(alpha, moment), '1 / (sum(alpha) * moment)', given);
    expectDigits(samplingThreshold(alpha, probability), 'probability / sum(alpha)', given);
    const k = 'elr * sum(alpha)';
    if (1 - ratio > 1e-15)
      expectDigits(phaseNoiseFloor(alpha, elr, sigma), `sum(alpha) * sigma^2 * ${k} / (1 - ${k})`, given);
    const single = { a: alpha[0]!, elr: ratio / alpha[0]!, sigma };
    if (1 - ratio < 1e-15) return;
    const correction = 'sigma^2 * (2 + elr * a + 3 (elr * a)^2) / (1 - elr * a)^2';
    expectDigits(phaseNoiseCorrection(single.a, single.elr, sigma), correction, single);
    expectDigits(angleNoiseFloor(single.a, single.elr, sigma), 'a * sigma^2 / (4 * elr * a * (1 - elr * a))', single);
  });

  it('of momentum', () => {
    for (const beta of [0, 0.5, 0.9, ...draws(12, () => between(0, 0.99))]) {
      const { alpha } = drawGroups(1);
      expectDigits(momentumThresholdRatio(beta), '1 + beta', { beta });
      expectDigits(momentumThreshold(alpha, beta), '(1 + beta) / sum(alpha)', { alpha, beta });
      for (const k of [
        between(0.001, 0.99) * (1 - Math.sqrt(beta)) ** 2 * 0.5,
        1,
        1 + beta,
        (1 + beta) * (1 + 1e-9),
        ((1 + Math.sqrt(beta)) ** 2 / 2) * (1 + 1e-9),
      ]) {
        const roots = 'd = (1 + beta - 2k)^2 - 4 beta; d > 0 ? (abs(1 + beta - 2k) + sqrt(d)) / 2 : sqrt(beta)';
        expectDigits(momentumFactor(k, beta), roots, { k, beta });
      }
    }
  });
});
