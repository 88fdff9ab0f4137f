import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runResiduals } from '../../../src/sphere/identities.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { MAXIMUM_STEPS, simulateToy } from '../../../toy/dynamics/simulate.js';
import { toyTrajectory } from '../../../toy/dynamics/trajectory.js';
import { evaluateCells } from '../../../toy/phase/cells.js';
import { periodTwoOrbit } from '../../../toy/theory/circle-map.js';
import { equilibrium } from '../../../toy/theory/equilibrium.js';
import { weightDecayEquilibrium, weightDecayOrbit } from '../../../toy/theory/weight-decay.js';

const alpha = [1, 2, 4];
const stateOf = (x: readonly number[], y: readonly number[]) => ({ x: Float64Array.from(x), y: Float64Array.from(y) });

describe('convergence', () => {
  it('reaches loss 0 at k = 0.5', () => {
    const run = simulateToy(alpha, 0.5 / 7, { steps: 5000, seed: 1 });
    expect(run.decision.regime).toBe('convergence');
    expect(run.loss).toEqual({ mean: 0, std: 0 });
    expect(run.egn.mean).toBe(0);
  });

  it.each([0.2, 0.5, 0.8, 0.95])('ends with shares above elr * alpha_i, k = %d', (k) => {
    for (let seed = 1; seed <= 5; seed++) {
      const { groups } = simulateToy(alpha, k / 7, { steps: 3000, seed });
      const bounds = equilibrium(alpha, k / 7).shares;
      // Rounding; the bound itself is only approached.
      for (const [i, { share }] of groups.entries()) expect(share).toBeGreaterThan(bounds[i]! - 1e-12);
      expect(groups.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    }
  });

  it('is cubic for one group at k = 1/2', () => {
    const steps = [...toyTrajectory([2], 0.25, { steps: 3, start: stateOf([0.3], [1]) })];
    // r' = r^3 / (1 + 2 r^2); loss = 2 r^2 / (1 + r^2). The step subtracts, to 1e-16 of the r before it: 4e-13 of the last
    // loss.
    let r = 0.3;
    for (const { loss } of steps) {
      expect(Math.abs(loss / ((2 * r * r) / (1 + r * r)) - 1)).toBeLessThan(1e-12);
      r = r ** 3 / (1 + 2 * r * r);
    }
  });
});

describe('equilibrium', () => {
  it('has the loss, shares and ESS of T4 at k = 1.1', () => {
    const run = simulateToy(alpha, 1.1 / 7, { steps: 20_000, seed: 1 });
    expect(run.decision.regime).toBe('chaotic equilibrium');
    expect(run.k).toBeCloseTo(1.1, 14);
    // The neutral modes keep an amplitude of order 1e-3, of which the mean loss sees the square.
    expect(Math.abs(run.loss.mean - 0.318182)).toBeLessThan(1e-4);
    for (const [i, { share, ess }] of run.groups.entries()) {
      expect(Math.abs(share - alpha[i]! / 7)).toBeLessThan(1e-3);
      expect(Math.abs(ess - Math.sqrt(0.21))).toBeLessThan(1e-3);
    }
    expect(Math.abs(run.egn.mean - (7 * Math.sqrt(0.21)) / 1.1)).toBeLessThan(1e-4);
  });

  it.each([1.1, 2, 4])('of one group is the orbit of T2 to 1e-12, k = %d', (k) => {
    const run = simulateToy([3], k / 3, { steps: 4000, seed: 2 });
    const orbit = periodTwoOrbit(3, k);
    // Neutral to nothing: the orbit attracts, so only rounding is left.
    expect(Math.abs(run.loss.mean - orbit.loss)).toBeLessThan(1e-12);
    expect(run.loss.std).toBeLessThan(1e-12);
    expect(Math.abs(run.egn.mean - orbit.egn)).toBeLessThan(1e-12);
    expect(Math.abs(run.groups[0]!.ess - orbit.ess)).toBeLessThan(1e-12);
    expect(run.groups[0]!.share).toBeCloseTo(1, 15);
  });

  it('averages log(1 + ess_i^2) alike in all groups (K4)', () => {
    const steps = 5000;
    const run = simulateToy(alpha, 3 / 7, { steps, seed: 1, record: true });
    const recorded = run.recorded!;
    const meanLog = (ess: (i: number) => number) =>
      recorded.slice(0, -1).reduce((sum, _, t) => sum + Math.log1p(ess(t) ** 2), 0) / (steps - 1);
    const joint = meanLog((t) => recorded[t]!.ess);
    for (let i = 0; i < alpha.length; i++) {
      const share = (t: number) => recorded[t]!.groups[i]!.share;
      const growth = Math.log(share(steps - 1) / share(0)) / (steps - 1);
      // Exact but for rounding: K3 telescopes to log(w_i(T) / w_i(0)) / T.
      expect(Math.abs(meanLog((t) => recorded[t]!.groups[i]!.ess) - joint - growth)).toBeLessThan(1e-13);
      expect(Math.abs(growth)).toBeLessThan(1e-3);
    }
  });
});

describe('regimes', () => {
  it.each([
    [0.3, 'convergence'],
    [0.9, 'convergence'],
    [1.1, 'chaotic equilibrium'],
    [3, 'chaotic equilibrium'],
    [10, 'chaotic equilibrium'],
    [40, 'divergence'],
  ])('k = %d is %s in the run as in closed form, with its loss', (k, regime) => {
    const closed = equilibrium(alpha, k / 7);
    expect(closed.regime).toBe(regime);
    for (const seed of [1, 2, 3]) {
      const run = simulateToy(alpha, k / 7, { steps: 4000, seed });
      expect(run.decision.regime).toBe(regime);
      // Of the mean over half a run: 2000 points with standard deviation 0.2 S/2, and T4 is exact near k = 1 only.
      expect(Math.abs(run.decision.evidence.level - closed.loss)).toBeLessThan(0.03 * 3.5);
    }
  });

  it('at k = 1 exactly is never taken for a level or for chance', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const { regime } = simulateToy(alpha, 1 / 7, { steps: 4000, seed }).decision;
      expect(['convergence', 'undecided']).toContain(regime);
    }
    // One group: r ~ (8t)^(-1/2), so the loss halves over the second half of the run.
    const { decision } = simulateToy([1], 1, { steps: 4000, start: stateOf([1], [2]) });
    expect(decision.regime).toBe('convergence');
    expect(decision.evidence.decline).toBeGreaterThan(0.5);
    expect(decision.evidence.decline).toBeLessThan(0.75);
  });

  it('of very short runs are undecided', () => {
    for (const steps of [1, 2, 15, 30]) {
      const run = simulateToy(alpha, 3 / 7, { steps, seed: 1 });
      expect(run.decision.regime).toBe('undecided');
      expect(Number.isFinite(run.loss.mean)).toBe(true);
    }
    expect(simulateToy(alpha, 3 / 7, { steps: 31, seed: 1 }).decision.evidence.reason).not.toMatch(/fewer/);
  });

  it('of an overflowing run is undecided', () => {
    // The effective step of the small group, 1e312.
    const run = simulateToy([1, 1e-3], 1e306, { steps: 100, start: stateOf([1e-3, 1], [1e-3, 1]) });
    expect(run.loss.mean).toBeNaN();
    expect(run.decision).toMatchObject({ regime: 'undecided', evidence: { reason: 'a number overflowed at step 0' } });
    expect(run.collapsed).toEqual({ step: 0, reason: 'a number overflowed' });
  });
});

describe('kinematic identities', () => {
  // K1: an angle up to pi/2 from coordinates rounded at 1e-16 each. K2: relative, a quotient of sums after some twenty
  // roundings of 1.1e-16. K3: shares up to 1 after as many.
  const bounds = { K1: 2e-15, K2: 5e-15, K3: 5e-15 };

  it('hold at rounding for any alpha, ELR and start', () => {
    const value = fc.double({ min: 0.05, max: 20, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0.05, max: 30, noNaN: true }),
        fc.nat(),
        (weights, k, seed) => {
          const sum = weights.reduce((total, weight) => total + weight, 0);
          const { identities: residuals } = runResiduals(toyTrajectory(weights, k / sum, { steps: 60, seed }));
          for (const key of ['K1', 'K2', 'K3'] as const) expect(residuals[key]).toBeLessThan(bounds[key]);
        },
      ),
      { seed: 5, numRuns: 100 },
    );
  });

  it('are reported over all steps, also where the run converges until its steps underflow', () => {
    for (const k of [0.5, 1.1, 10]) {
      const { identities } = simulateToy(alpha, k / 7, { steps: 3000, seed: 1 });
      for (const key of ['K1', 'K2', 'K3'] as const) expect(identities[key]).toBeLessThan(bounds[key]);
      expect(identities.K1 + identities.K2 + identities.K3).toBeGreaterThan(0);
    }
  });
});

describe('what a run keeps', () => {
  it.each([1, 2, 50, 51])('averages the part that cells average, the last half of %d steps', (steps) => {
    const run = simulateToy(alpha, 0.3, { steps, seed: 4 });
    const [cell] = evaluateCells([{ alpha, elr: 0.3 }], { steps, seed: 4 });
    // The same steps, added up in another order: fifty roundings.
    const near = (value: number, truth: number) => expect(Math.abs(value - truth)).toBeLessThan(1e-12);
    near(run.loss.mean, cell!.loss);
    near(run.egn.mean, cell!.egn);
    for (const [i, { share }] of run.groups.entries()) near(share, cell!.shares[i]!);
    near(run.decision.evidence.level, cell!.loss);
  });

  it('is the trajectory, and every step if asked', () => {
    const run = simulateToy(alpha, 0.3, { steps: 50, seed: 4, record: true });
    expect(run.recorded!.map(({ step }) => step)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(run.recorded!.map(({ loss }) => loss)).toEqual([...run.trajectory.loss]);
    expect(run.recorded!.map(({ ess }) => ess)).toEqual([...run.trajectory.ess]);
    const tail = run.recorded!.slice(-25);
    const mean = (value: (step: (typeof tail)[number]) => number) => tail.reduce((sum, s) => sum + value(s), 0) / 25;
    expect(run.loss.mean).toBeCloseTo(
      mean(({ loss }) => loss),
      14,
    );
    expect(run.loss.std).toBeCloseTo(Math.sqrt(mean(({ loss }) => (loss - run.loss.mean) ** 2)), 14);
    expect(run.egn.mean).toBeCloseTo(
      mean(({ egn }) => egn),
      14,
    );
    expect(run.groups[1]!.share).toBeCloseTo(
      mean(({ groups }) => groups[1]!.share),
      14,
    );
    expect(run.groups[1]!.ess).toBeCloseTo(
      mean(({ groups }) => groups[1]!.ess),
      13,
    );
    expect(simulateToy(alpha, 0.3, { steps: 50, seed: 4 }).recorded).toBeUndefined();
  });

  it('depends on elr * alpha alone: rescaling by a power of two changes no bit', () => {
    const run = simulateToy(alpha, 0.5, { steps: 500, seed: 7 });
    const scaled = simulateToy([8, 16, 32], 0.5 / 8, { steps: 500, seed: 7 });
    expect(scaled.trajectory.ess).toEqual(run.trajectory.ess);
    expect(scaled.groups).toEqual(run.groups);
    expect(scaled.loss.mean).toBe(8 * run.loss.mean);
  });

  it('follows the seed, and the start where one is given', () => {
    const loss = (seed: number) => simulateToy(alpha, 0.5, { steps: 5, seed }).trajectory.loss;
    expect(loss(1)).toEqual(loss(1));
    expect(loss(1)).not.toEqual(loss(2));
    const run = simulateToy([1], 0.5, { steps: 1, start: stateOf([3], [4]) });
    expect(run.trajectory.loss[0]).toBeCloseTo(9 / 25, 15);
  });
});

describe('zero gradient', () => {
  it('rests at the minimum below the threshold', () => {
    const run = simulateToy([1, 2], 0.2, { steps: 100, start: stateOf([0, 0], [1, 1]) });
    expect(run.decision.regime).toBe('convergence');
    expect(run.collapsed).toBeUndefined();
    expect(run.trajectory.loss.every((loss) => loss === 0)).toBe(true);
    expect(run.groups.map(({ share }) => share)).toEqual([expect.closeTo(0.5, 14), expect.closeTo(0.5, 14)]);
    expect(run.identities).toEqual({ K1: 0, K2: 0, K3: expect.closeTo(0, 14) });
  });

  it('above it is said, not averaged: rounding pins the group to a minimum that repels', () => {
    // Group 2 starts at x = 0 while group 1 moves, so its share falls until 0.5 * 2 / w_2 > 1: at once.
    const run = simulateToy([1, 2], 0.5, { steps: 100, start: stateOf([1, 0], [1, 1]) });
    expect(run.collapsed).toEqual({ step: 0, reason: 'group 2 rests exactly at its unstable minimum' });
    expect(run.decision.regime).toBe('undecided');
    expect(run.decision.evidence.reason).toMatch(/group 2 .* step 0/);
    expect(run.loss.mean).toBeNaN();
    expect(run.groups[0]!.share).toBeNaN();
    expect(run.trajectory.loss).toHaveLength(1);
  });

  it('is noticed at the step where it becomes unstable', () => {
    // Group 1 alone has k = 1.05 and keeps turning; the share of group 2 shrinks from 1/2 to elr * alpha_2 = 0.0105.
    const given = [[1, 0.01], 1.05] as const;
    const start = stateOf([1, 0], [2, Math.sqrt(5)]);
    const run = simulateToy(...given, { steps: 1000, start });
    expect(run.collapsed!.reason).toMatch(/group 2/);
    expect(run.collapsed!.step).toBeGreaterThan(10);
    expect(run.trajectory.loss.every(Number.isFinite)).toBe(true);
    // Also where that is inside the window of the means.
    const short = simulateToy(...given, { steps: run.collapsed!.step + 1, start });
    expect(short.collapsed).toEqual(run.collapsed);
    expect(short.egn.mean).toBeNaN();
    expect(simulateToy(...given, { steps: run.collapsed!.step, start }).collapsed).toBeUndefined();
  });
});

describe('a gradient that underflows', () => {
  it('is no collapse: x = 1e-206 comes back', () => {
    // The norm shrinks at random starts far above sqrt(eta S), meanwhile x converges until its gradient's square is 0.
    const run = simulateToy([1], { learningRate: 0.05 }, { steps: 20_000, weightDecay: 0.05, record: true });
    expect(run.recorded!.some(({ egn }) => egn === 0)).toBe(true);
    expect(run.collapsed).toBeUndefined();
    expect(run.decision.regime).toBe('chaotic equilibrium');
    // T8: (S / 2) eta lambda, about which the norm keeps swinging.
    expect(run.loss.mean).toBeGreaterThan(0);
  });

  it('is no collapse below the thresholds of momentum and batch noise', () => {
    for (const [elr, options] of [
      [1.3, { momentum: 0.5 }],
      [0.45, { probability: 0.5 }],
    ] as const) {
      const run = simulateToy([1], elr, { steps: 20_000, ...options });
      expect(run.collapsed).toBeUndefined();
      expect(run.decision.regime).toBe('convergence');
    }
  });
});

describe('exactly on a maximum', () => {
  it('a run is said to have collapsed', () => {
    const run = simulateToy([1, 2], 0.1, { steps: 100, start: stateOf([0.3, 1], [1, 0]) });
    expect(run.collapsed).toEqual({ step: 0, reason: 'group 2 rests exactly at its unstable maximum' });
    expect(run.decision.regime).toBe('undecided');
    // Phase noise moves it away.
    const noisy = simulateToy([1, 2], 0.1, { steps: 100, noise: 0.01, start: stateOf([0.3, 1], [1, 0]) });
    expect(noisy.collapsed).toBeUndefined();
  });
});

describe('overflow', () => {
  it.each([
    ['a learning rate', { learningRate: 1e200 }, {}],
    ['phase noise', 0.3, { noise: 1e308 }],
    ['an ELR', 1e307, {}],
    ['weight decay with momentum', { learningRate: 1e19 }, { momentum: 0.5, weightDecay: 10 }],
  ] as const)('by %s is a collapse at the first step that is not finite', (_, rate, options) => {
    const run = simulateToy(alpha, rate, { steps: 100, record: true, ...options });
    const first = run.recorded!.findIndex(
      ({ loss, egn, ess, norm, groups }) =>
        ![loss, egn, ess, norm, ...groups.map((group) => group.ess)].every(Number.isFinite),
    );
    expect(first).toBeGreaterThanOrEqual(0);
    expect(run.collapsed).toEqual({ step: first, reason: 'a number overflowed' });
    expect(run.decision).toMatchObject({
      regime: 'undecided',
      evidence: { reason: `a number overflowed at step ${first}` },
    });
    for (const value of [run.loss.mean, run.egn.mean, run.ess.mean, run.groups[0]!.ess]) expect(value).toBeNaN();
    expect(run.trajectory.loss).toHaveLength(first + 1);
  });
});

describe('coupled weight decay', () => {
  it('that overflows in the velocity is a collapse at that step, whose gradient is finite', () => {
    const options = { steps: 100, record: true, momentum: 0.5, weightDecay: 1e200 };
    const run = simulateToy(alpha, { learningRate: 1e-3 }, options);
    expect(run.collapsed).toEqual({ step: 0, reason: 'a number overflowed' });
    expect(run.recorded).toHaveLength(1);
    expect(Number.isFinite(run.recorded![0]!.egn)).toBe(true);
  });
});

describe('bad input', () => {
  it('is rejected', () => {
    for (const steps of [0, -1, 1.5, Number.NaN, MAXIMUM_STEPS + 1])
      expect(() => simulateToy(alpha, 0.3, { steps })).toThrow(UsageError);
    expect(() => simulateToy(alpha, 0, { steps: 5 })).toThrow(UsageError);
    expect(() => simulateToy([], 1, { steps: 5 })).toThrow(UsageError);
    for (const start of [stateOf([1], [1]), stateOf([0, 1, 1], [0, 1, 1]), stateOf([Number.NaN, 1, 1], [1, 1, 1])])
      expect(() => simulateToy(alpha, 0.3, { steps: 5, start })).toThrow(UsageError);
  });
});

describe('weight decay', () => {
  it('that leaves x at exactly 0 is reported as collapsed, not averaged', () => {
    // At x = 0 the gradient is 0 for ever; rho halves each step, so that k = eta / rho^2 passes 1 at the second.
    const options = { steps: 1000, weightDecay: 0.5, start: stateOf([0], [1.5]) };
    const run = simulateToy([1], { learningRate: 1 }, options);
    expect(run.collapsed).toEqual({ step: 1, reason: 'group 1 rests exactly at its unstable minimum' });
    expect(run.decision.regime).toBe('undecided');
    expect(run.decision.evidence.reason).toMatch(/rests exactly at its unstable minimum at step 1$/);
    expect(run.loss).toEqual({ mean: Number.NaN, std: Number.NaN });
  });

  it('started on the orbit of T8 keeps rho^2 = eta S and the loss (S/2) eta lambda', () => {
    const [eta, lambda] = [0.4, 0.1];
    const { x, y } = weightDecayOrbit(alpha, eta, lambda);
    const run = simulateToy(
      alpha,
      { learningRate: eta },
      { steps: 5000, weightDecay: lambda, start: { x, y }, record: true },
    );
    const state = weightDecayEquilibrium(alpha, eta, lambda);
    // Neutral modes: rounding adds up as a random walk, about 1e-16 sqrt(5000), seen by the norm in full.
    for (const { norm, loss } of run.recorded!) {
      expect(Math.abs(norm * norm - state.squaredNorm)).toBeLessThan(1e-10);
      expect(Math.abs(loss - state.loss)).toBeLessThan(1e-10);
    }
  });

  it('whose norm overflows is undecided', () => {
    const run = simulateToy([1], { learningRate: 1 }, { steps: 100, weightDecay: 1e200 });
    expect(run.decision.regime).toBe('undecided');
    expect(run.decision.evidence.reason).toMatch(/^a number overflowed at step \d+$/);
  });
});
