import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/system/usage-error.js';
import { equilibrium } from '../../../toy/theory/equilibrium.js';
import {
  frozenEquilibrium,
  frozenThresholds,
  groupThresholds,
  slowestFactor,
} from '../../../toy/theory/frozen-shares.js';
import { convergenceThreshold } from '../../../toy/theory/thresholds.js';
import { drawsFrom, relativeError } from './numbers.js';

const { between, random } = drawsFrom(7);

interface Groups {
  alpha: number[];
  shares: number[];
}

function drawGroups(): Groups {
  const count = 1 + random.below(5);
  const alpha = Array.from({ length: count }, () => between(0.2, 5));
  const weights = alpha.map(() => between(0.1, 1));
  return { alpha, shares: weights.map((value) => value / weights.reduce((sum, weight) => sum + weight, 0)) };
}

/** Steps in full coordinates: x - elr grad F at joint norm 1, then each group back to its own norm. */
function simulate({ alpha, shares }: Groups, elr: number, steps: number) {
  const points = shares.map((share) => {
    const angle = between(0.1, 1.4);
    return { x: Math.sqrt(share) * Math.sin(angle), y: Math.sqrt(share) * Math.cos(angle) };
  });
  const gradients = () =>
    points.map(({ x, y }, i) => {
      const turn = (2 * alpha[i]! * x * y) / (x * x + y * y) ** 2;
      return { x: turn * y, y: -turn * x };
    });
  for (let t = 0; t < steps; t++)
    for (const [i, gradient] of gradients().entries()) {
      const moved = { x: points[i]!.x - elr * gradient.x, y: points[i]!.y - elr * gradient.y };
      const scale = Math.sqrt(shares[i]!) / Math.hypot(moved.x, moved.y);
      points[i] = { x: moved.x * scale, y: moved.y * scale };
    }
  const final = gradients();
  return {
    losses: points.map(({ x, y }, i) => (alpha[i]! * x * x) / (x * x + y * y)),
    egns: final.map(({ x, y }, i) => Math.sqrt(shares[i]!) * Math.hypot(x, y)),
    egn: Math.hypot(...final.flatMap(({ x, y }) => [x, y])),
  };
}

/** Farther from these k_i than the slowest factor, 2/k^2 - 1 or 1 - 2k, needs to vanish within the steps of a test. */
const slow = (k: number): boolean => Math.abs(k - 1) < 0.01 || k < 0.01 || k > 10;

describe('frozen norm shares (T7)', () => {
  it('settle where runs do, at random parameters', () => {
    let chaotic = 0;
    for (let trial = 0; trial < 30; trial++) {
      const groups = drawGroups();
      const elr = between(0.3, 3) * convergenceThreshold(groups.alpha);
      const closed = frozenEquilibrium(groups.alpha, groups.shares, elr);
      if (closed.groups.some(({ k }) => slow(k))) continue;
      const run = simulate(groups, elr, 4000);
      // Exact: the orbits attract, so only rounding of losses and EGNs up to 10 is left.
      const allowed = 1e-12;
      for (const [i, group] of closed.groups.entries()) {
        expect(group.regime).toBe(group.k < 1 ? 'convergence' : 'chaotic equilibrium');
        expect(Math.abs(run.losses[i]! - group.loss)).toBeLessThan(allowed);
        expect(Math.abs(run.egns[i]! - group.egn)).toBeLessThan(allowed);
        expect(Math.abs((elr / groups.shares[i]!) * run.egns[i]! - group.ess)).toBeLessThan(10 * allowed);
        chaotic += Number(group.regime === 'chaotic equilibrium');
      }
      expect(Math.abs(run.losses.reduce((sum, loss) => sum + loss, 0) - closed.loss)).toBeLessThan(allowed);
      expect(Math.abs(run.egn - closed.egn)).toBeLessThan(10 * allowed);
      expect(Math.abs(elr * run.egn - closed.ess)).toBeLessThan(10 * allowed);
      // K2.
      const squares = closed.groups.reduce((sum, { ess }, i) => sum + groups.shares[i]! * ess * ess, 0);
      expect(Math.abs(closed.ess - Math.sqrt(squares))).toBeLessThan(allowed);
    }
    expect(chaotic).toBeGreaterThan(20);
  });

  it('stop converging one after another, between the first and the last threshold', () => {
    for (let trial = 0; trial < 10; trial++) {
      const { alpha, shares } = drawGroups();
      const { first, last } = frozenThresholds(alpha, shares);
      const converging = (elr: number) =>
        frozenEquilibrium(alpha, shares, elr).groups.filter(({ regime }) => regime === 'convergence').length;
      // A change of the ELR beyond rounding.
      expect(converging(first)).toBe(alpha.length);
      expect(converging(first * (1 + 1e-14))).toBeLessThan(alpha.length);
      expect(converging(last)).toBeGreaterThan(0);
      expect(converging(last * (1 + 1e-14))).toBe(0);
      const joint = convergenceThreshold(alpha);
      expect(first).toBeLessThanOrEqual(joint * (1 + 1e-15));
      expect(last).toBeGreaterThanOrEqual(joint * (1 - 1e-15));
      const after = simulate({ alpha, shares }, first * 1.02, 4000).losses.filter((loss) => loss < 1e-12).length;
      expect(after).toBe(converging(first * 1.02));
    }
  });

  it('at alpha_i / S are the equilibrium of the joint sphere', () => {
    const alpha = [1, 2, 4];
    const shares = alpha.map((value) => value / 7);
    for (const k of [0.5, 1.2, 3, 25]) {
      const closed = frozenEquilibrium(alpha, shares, k / 7);
      const joint = equilibrium(alpha, k / 7);
      for (const name of ['loss', 'egn', 'ess'] as const)
        expect(Math.abs(closed[name] - joint[name])).toBeLessThan(1e-13 * (1 + joint[name]));
      for (const group of closed.groups) expect(group.regime).toBe(joint.regime);
    }
  });
});

describe('the slowest factor of n groups', () => {
  it('is that of a joint run at the shares it ends with, and at least |1 - 2k|', () => {
    for (let trial = 0; trial < 20; trial++) {
      const { alpha } = drawGroups();
      const k = between(0.1, 0.9);
      const elr = k * convergenceThreshold(alpha);
      let x = alpha.map(() => random.gaussian());
      let y = alpha.map(() => random.gaussian());
      const loss = () => alpha.reduce((sum, value, i) => sum + (value * x[i]! ** 2) / (x[i]! ** 2 + y[i]! ** 2), 0);
      const losses: number[] = [];
      const project = () => {
        const norm = Math.hypot(...x, ...y);
        [x, y] = [x.map((value) => value / norm), y.map((value) => value / norm)];
      };
      project();
      for (let t = 0; t < 3000 && (losses.at(-1) ?? 1) > 1e-200; t++) {
        const turns = alpha.map((value, i) => (2 * elr * value * x[i]! * y[i]!) / (x[i]! ** 2 + y[i]! ** 2) ** 2);
        [x, y] = [x.map((value, i) => value - turns[i]! * y[i]!), y.map((value, i) => value + turns[i]! * x[i]!)];
        project();
        losses.push(loss());
      }
      const shares = x.map((value, i) => value ** 2 + y[i]! ** 2);
      const factor = slowestFactor(alpha, shares, elr);
      expect(factor).toBeGreaterThan(Math.abs(1 - 2 * k) - 1e-12);
      // Groups with factors near each other share the loss for long: the fall of the last half, 1% in the factor.
      const [middle, end] = [losses[Math.floor(losses.length / 2)]!, losses.at(-1)!];
      const steps = losses.length - 1 - Math.floor(losses.length / 2);
      expect(Math.abs(Math.log(end / middle) / (2 * steps) - Math.log(factor))).toBeLessThan(0.02);
    }
  });

  it('is |1 - 2k| of one group and 1 at the first threshold', () => {
    expect(slowestFactor([2], [1], 0.15)).toBeCloseTo(0.4, 15);
    const { first } = frozenThresholds([1, 2, 4], [0.5, 0.25, 0.25]);
    expect(first).toBe(0.0625);
    expect(slowestFactor([1, 2, 4], [0.5, 0.25, 0.25], first)).toBe(1);
  });
});

describe('bad input of frozen shares', () => {
  it('is rejected in one line', () => {
    const bad: [number[], number[]][] = [
      [[], []],
      [[1, 2], [1]],
      [
        [1, 2],
        [0.5, 0.6],
      ],
      [
        [1, 2],
        [1, 0],
      ],
      [
        [1, -2],
        [0.5, 0.5],
      ],
      [[1], [Number.NaN]],
    ];
    for (const [alpha, shares] of bad) {
      expect(() => groupThresholds(alpha, shares)).toThrow(UsageError);
      expect(() => frozenEquilibrium(alpha, shares, 1)).toThrow(/^.*allowed: .*$/);
    }
    for (const elr of [0, -1, Number.NaN]) {
      expect(() => frozenEquilibrium([1], [1], elr)).toThrow(UsageError);
      expect(() => slowestFactor([1], [1], elr)).toThrow(UsageError);
    }
    expect(() => frozenEquilibrium([1], [1], 1, 0)).toThrow(UsageError);
  });

  it('but shares written down with rounding are not', () => {
    expect(relativeError(groupThresholds([1, 1, 1], [0.3333333, 0.3333333, 0.3333333])[0]!, 1 / 3)).toBeLessThan(1e-6);
  });
});
