import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';
import { describe, expect, it } from 'vitest';
import { classifyTrajectory } from '../../../src/regime/classifier.js';
import { UsageError } from '../../../src/system/usage-error.js';

const CHANCE = 3.5;
const random = mersenne(1);
/** Uniform in -1..1. */
const noise = Array.from({ length: 2000 }, () => 2 * uniformFloat64(random) - 1);

/** `steps` losses by a function of the time 0..1, each step turning by `ess`. */
const trajectory = (steps: number, loss: (time: number, i: number) => number, ess = 0.1) => ({
  loss: Array.from({ length: steps }, (_, i) => loss(i / steps, i)),
  ess: new Float64Array(steps).fill(ess),
});
const regimeOf = (...given: Parameters<typeof trajectory>) => classifyTrajectory(trajectory(...given), CHANCE).regime;

describe('classifier', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -1])('gives no verdict against a random loss of %d', (chance) => {
    for (const level of [0, 1, 3.5]) {
      const { regime, evidence } = classifyTrajectory(
        trajectory(1000, () => level),
        chance,
      );
      expect(regime).toBe('undecided');
      expect(evidence.reason).toBe('the loss of random points is no positive number');
    }
  });

  it('calls a falling loss convergence, with the fall it has', () => {
    const { regime, evidence } = classifyTrajectory(
      trajectory(1000, (t) => Math.exp(-4 * t)),
      CHANCE,
    );
    expect(regime).toBe('convergence');
    // log(loss) falls by 4 in all, so by 2 over the tail; means over blocks of an exponential change no slope, and 500
    // points in 16 blocks leave out 4.
    expect(evidence.decline).toBeCloseTo((2 * 496) / 500, 10);
    expect(evidence.declineError).toBeLessThan(1e-10);
    // Mean of exp(-4t) over the second half.
    expect(evidence.level).toBeCloseTo((Math.exp(-2) - Math.exp(-4)) / 2, 3);
    expect(evidence.relativeLevel).toBeCloseTo(evidence.level / CHANCE, 15);
    expect(evidence.path).toBeCloseTo(500 * Math.atan(0.1), 10);
    expect(regimeOf(1000, (t, i) => Math.exp(-4 * t) * (1 + 0.5 * noise[i]!))).toBe('convergence');
  });

  it('calls a loss at its floor convergence, whatever else', () => {
    expect(regimeOf(100, () => 0)).toBe('convergence');
    expect(regimeOf(100, () => 0, 0)).toBe('convergence');
    expect(regimeOf(100, (_, i) => 1e-7 * (1 + noise[i]!))).toBe('convergence');
  });

  it('calls a flat or noisy level below chance chaotic equilibrium', () => {
    expect(regimeOf(1000, () => 1)).toBe('chaotic equilibrium');
    expect(regimeOf(1000, (_, i) => 1 + 0.5 * noise[i]!)).toBe('chaotic equilibrium');
    expect(regimeOf(1000, (_, i) => (i % 2 ? 0.1 : 2))).toBe('chaotic equilibrium');
    // A transient before the tail does not count.
    expect(regimeOf(1000, (t, i) => (t < 0.4 ? 3.5 - 6 * t : 1) + 0.1 * noise[i]!)).toBe('chaotic equilibrium');
  });

  it('calls a level at chance divergence', () => {
    expect(regimeOf(1000, (_, i) => CHANCE + noise[i]!)).toBe('divergence');
    expect(regimeOf(1000, () => 10 * CHANCE)).toBe('divergence');
    const nearly = trajectory(1000, () => 0.9 * CHANCE);
    expect(classifyTrajectory(nearly, CHANCE).regime).toBe('chaotic equilibrium');
    expect(classifyTrajectory(nearly, CHANCE, { tolerance: 0.1001 }).regime).toBe('divergence');
  });

  it.each([
    ['too short', 30, () => 1, /fewer than 16/],
    ['empty', 0, () => 1, /fewer than 16/],
    ['ending in NaN', 100, (t: number) => (t > 0.8 ? Number.NaN : 1), /not finite/],
    ['with one infinite loss', 100, (_: number, i: number) => (i === 70 ? Number.POSITIVE_INFINITY : 1), /not finite/],
    ['slowly falling', 1000, (t: number) => Math.exp(-0.2 * t), /drifts/],
    ['slowly rising', 1000, (t: number) => Math.exp(2 * t - 2), /drifts/],
    ['scattering over decades', 64, (_: number, i: number) => Math.exp(8 * noise[i]! - 8), /scatters/],
  ])('is undecided about a run %s', (_, steps, loss, reason) => {
    const { regime, evidence } = classifyTrajectory(trajectory(steps, loss), CHANCE);
    expect(regime).toBe('undecided');
    expect(evidence.reason).toMatch(reason);
  });

  it('is undecided about a run that has hardly moved, or whose steps are NaN', () => {
    const still = classifyTrajectory(
      trajectory(1000, () => 1, 1e-3),
      CHANCE,
    );
    expect(still).toMatchObject({ regime: 'undecided', evidence: { reason: expect.stringMatching(/radian/) } });
    expect(regimeOf(1000, () => CHANCE, 1e-3)).toBe('undecided');
    expect(regimeOf(1000, () => 1, Number.NaN)).toBe('undecided');
    // NaN before the tail is past.
    expect(regimeOf(1000, (t) => (t < 0.3 ? Number.NaN : 1))).toBe('chaotic equilibrium');
  });

  it('does not claim a level that a fall could hide behind', () => {
    // A loss that falls by a quarter of a nat over the tail under noise three times as large: never a level by luck.
    const verdicts = Array.from({ length: 40 }, (_, shift) =>
      regimeOf(64, (t, i) => Math.exp(-2 * t + 3 * noise[i + 32 * shift]!)),
    );
    expect(verdicts.filter((verdict) => verdict === 'chaotic equilibrium').length).toBeLessThanOrEqual(2);
  });

  it('is undecided about a fall that its scatter could have made', () => {
    // 8 blocks of 4 points, alternately 0.12 above and below a fall of 0.4: standard error 0.12 sqrt(8/6) 8 / sqrt(42).
    const { regime, evidence } = classifyTrajectory(
      trajectory(64, (t, i) => Math.exp(-0.8 * t + (Math.floor(i / 4) % 2 ? 0.12 : -0.12))),
      CHANCE,
    );
    expect(regime).toBe('undecided');
    expect(evidence.declineError).toBeCloseTo(0.17, 2);
    expect(evidence.decline).toBeGreaterThan(evidence.declineError);
    expect(evidence.decline).toBeLessThan(3 * evidence.declineError);
  });

  it('looks for a trend up to the very end: what does not fill a block is left out at the start', () => {
    // The tail is 67 points, 16 blocks of 4 and a remainder of 3.
    const { regime, evidence } = classifyTrajectory(
      trajectory(134, (_, i) => (i < 70 ? 1e-3 : 1)),
      CHANCE,
    );
    expect(regime).toBe('chaotic equilibrium');
    expect(evidence.decline).toBeCloseTo(0, 12);
  });

  it('judges the part of the run it is asked to', () => {
    const late = trajectory(1000, (t) => (t > 0.7 ? Math.exp(-5 * (t - 0.7)) : 1));
    expect(classifyTrajectory(late, CHANCE, { tail: 0.25 }).regime).toBe('convergence');
    expect(classifyTrajectory(late, CHANCE, { tail: 0.8 }).evidence.decline).toBeLessThan(2);
    const past = trajectory(1000, (t) => (t < 0.7 ? Math.exp(-5 * t) : Math.exp(-3.5)));
    expect(classifyTrajectory(past, CHANCE, { tail: 0.25 }).regime).toBe('chaotic equilibrium');
    expect(classifyTrajectory(past, CHANCE, { tail: 0.5 }).regime).toBe('undecided');
  });

  it('does not take a burst that relaxes for convergence', () => {
    // From e at the middle of the run back to 1, where the run has been: by 1 nat, in the first part of the tail. A level before it
    // shows it as a burst; a fall before it does not.
    const burst = (before: (time: number) => number) =>
      trajectory(1000, (t) => (t < 0.5 ? before(t) : Math.exp(Math.exp(-20 * (t - 0.5)))));
    expect(
      classifyTrajectory(
        burst(() => 1),
        CHANCE,
      ).regime,
    ).toBe('chaotic equilibrium');
    const { regime, evidence } = classifyTrajectory(
      burst((t) => Math.exp(4 * (0.5 - t))),
      CHANCE,
    );
    expect(evidence.decline).toBeGreaterThan(0.15);
    expect(evidence.lateDecline).toBeLessThan(0.2 * evidence.decline);
    expect(regime).toBe('undecided');
    // So slowly that it falls to the end, but not below what was there before.
    const slow = trajectory(1000, (t) => (t < 0.5 ? 1 : Math.exp(2 * (1 - t))));
    expect(classifyTrajectory(slow, CHANCE)).toMatchObject({
      regime: 'undecided',
      evidence: { lateDecline: expect.closeTo(0.5, 2), reason: expect.stringMatching(/not below where it had been/) },
    });
    const same = slow.loss.map((loss, i) => (i < 500 ? 3 : loss));
    expect(classifyTrajectory({ ...slow, loss: same }, CHANCE).regime).toBe('convergence');
  });

  it('does not take a fall that is still at the loss of random points for convergence or divergence', () => {
    const high = trajectory(1000, (t) => 2 * CHANCE * Math.exp(-0.6 * t));
    expect(classifyTrajectory(high, CHANCE).regime).toBe('undecided');
  });

  it('widens errors by the correlation of blocks', () => {
    // 16 blocks: eight at +-0.1 in turn, or four above, eight below, four above: the same scatter about a level.
    const block = (i: number) => Math.floor((i - 500) / 31);
    const wave = (sign: (block: number) => number) =>
      classifyTrajectory(
        trajectory(996, (_, i) => Math.exp(0.1 * sign(block(i)))),
        CHANCE,
      ).evidence.declineError;
    const quick = wave((b) => (b % 2 === 0 ? 1 : -1));
    const slow = wave((b) => (b < 4 || b > 11 ? 1 : -1));
    // Correlation clipped at 0.9: sqrt(1.9 / 0.1) = 4.36.
    expect(slow / quick).toBeGreaterThan(3);
    expect(slow / quick).toBeLessThan(4.5);
  });
});

it('refuses a trajectory with another number of losses than of ESS', () => {
  const losses = Array.from({ length: 100 }, () => 1);
  expect(() => classifyTrajectory({ loss: losses, ess: losses.slice(1) }, CHANCE)).toThrow(
    new UsageError('a trajectory has 100 losses and 99 ESS; allowed: as many of each'),
  );
});
