import { describe, expect, it } from 'vitest';
import { combineDecays, measureDecay, normResidual } from '../../../src/experiments/decay-run.js';
import { randomSource } from '../../../src/numerics/random.js';
import type { StepQuantities } from '../../../src/sphere/quantities.js';

const LR = 0.1;

interface Walk {
  readonly weightDecay: number;
  readonly steps: number;
  readonly seed?: number;
  /** EGN of a step. */
  readonly egn: (random: () => number) => number;
  /** Cosine of gradient and point. */
  readonly cosine?: number;
}

/** A point in three dimensions that moves along gradients of random direction at that cosine, and decays; its norm is measured. */
function walk({ weightDecay, steps, seed = 1, egn, cosine = 0 }: Walk): StepQuantities[] {
  const random = randomSource(seed);
  const length = (v: readonly number[]): number => Math.hypot(...v);
  let x = [1, 0.5, -0.3];
  return Array.from({ length: steps }, (_, step) => {
    const norm = length(x);
    const unit = x.map((value) => value / norm);
    const drawn = x.map(() => random.gaussian());
    const along = drawn.reduce((sum, value, i) => sum + value * unit[i]!, 0);
    const across = drawn.map((value, i) => value - along * unit[i]!);
    const g = egn(() => random.gaussian());
    const sine = Math.sqrt(1 - cosine * cosine);
    const gradient = unit.map((value, i) => (g / norm) * (cosine * value + (sine * across[i]!) / length(across)));
    x = x.map((value, i) => (1 - LR * weightDecay) * value - LR * gradient[i]!);
    const elr = LR / (norm * norm);
    const ess = elr * g;
    const group = { name: 'a', share: 1, egn: g, ess, radial: cosine };
    return { step, loss: 1 + 0.1 * random.uniform(), elr, egn: g, ess, norm, radial: cosine, groups: [group] };
  });
}

const noisy = (random: () => number): number => 20 * Math.exp(0.5 * random());

describe('a run with weight decay', () => {
  it.each([0.05, 0.2])('of decay %d turns by sqrt(p(2-p)) in the mean of K5, whatever its gradients', (weightDecay) => {
    const p = LR * weightDecay;
    const steps = walk({ weightDecay, steps: 4001, egn: noisy });
    const found = measureDecay({ learningRate: LR, weightDecay, steps: steps.slice(0, -1) });
    expect(found.decay).toBeCloseTo(p, 15);
    expect(found.stationarySteps).toBeGreaterThanOrEqual(2000);
    const predicted = Math.sqrt(p * (2 - p));
    expect(Math.abs(found.step.mean - predicted)).toBeLessThan(4 * found.step.error);
    // The sum telescopes to the change of log(norm^2) over the part, which is what is left.
    const first = steps.length - 1 - found.stationarySteps;
    const change = 2 * Math.log(steps.at(-1)!.norm / steps[first]!.norm);
    const exact = Math.sqrt(Math.exp(change / found.stationarySteps) - (1 - p) ** 2);
    expect(found.step.mean).toBeCloseTo(exact, 10);
    expect(found.groupSteps).toEqual([found.step]);
    expect(found.drifting).toEqual([]);
  });

  it('of constant EGN has the ELR of a constant norm', () => {
    const found = measureDecay({
      learningRate: LR,
      weightDecay: 0.1,
      steps: walk({ weightDecay: 0.1, steps: 4000, egn: () => 20 }),
    });
    // ELR x 20 = sqrt(p(2-p)), p = 0.01, once the transient of 1/(4p) = 25 steps is past.
    expect(Math.exp(found.logElr.mean)).toBeCloseTo(Math.sqrt(0.01 * 1.99) / 20, 8);
    expect(found.ofNorm).toBeUndefined();
  });

  it('has the norm that its step and cosine give, to rounding; with another decay it has not', () => {
    for (const cosine of [0, 0.3]) {
      const steps = walk({ weightDecay: 0.1, steps: 200, egn: noisy, cosine });
      expect(normResidual(steps, LR * 0.1)).toBeLessThan(1e-13);
      expect(normResidual(steps, LR * 0.2)).toBeGreaterThan(0.01);
    }
    const steps = walk({ weightDecay: 0.1, steps: 200, egn: noisy, cosine: 0.3 });
    expect(
      normResidual(
        steps.map(({ radial: _, ...step }) => step),
        LR * 0.1,
      ),
    ).toBeGreaterThan(1e-3);
    expect(normResidual(steps.slice(0, 1), LR * 0.1)).toBe(0);
  });

  it('whose norm drifts all along has no stationary part', () => {
    const drifting = walk({ weightDecay: 0.01, steps: 1000, egn: () => 1e-3 });
    expect(measureDecay({ learningRate: LR, weightDecay: 0.05, steps: drifting }).stationarySteps).toBe(0);
    const broken = walk({ weightDecay: 0.05, steps: 100, egn: () => 20 }).map((step) => ({
      ...step,
      norm: Number.NaN,
    }));
    expect(measureDecay({ learningRate: LR, weightDecay: 0.05, steps: broken }).stationarySteps).toBe(0);
    expect(measureDecay({ learningRate: LR, weightDecay: 0.05, steps: [] }).stationarySteps).toBe(0);
  });

  it('names a group whose share drifts while the joint norm does not', () => {
    const steps = walk({ weightDecay: 0.1, steps: 2000, egn: noisy }).map((step, i) => {
      const share = 0.3 + i / 10_000;
      const [group] = step.groups;
      return {
        ...step,
        groups: [
          { ...group!, share },
          { ...group!, name: 'b', share: 1 - share },
        ],
      };
    });
    expect(measureDecay({ learningRate: LR, weightDecay: 0.1, steps }).drifting).toContain('a');
  });
});

describe('runs of several seeds', () => {
  const runs = [1, 2, 3].map((seed) =>
    measureDecay({
      learningRate: LR,
      weightDecay: 0.1,
      steps: walk({ weightDecay: 0.1, steps: 1000, egn: noisy, seed }),
    }),
  );

  it('are combined as independent runs, those without a stationary part left out', () => {
    const mean = (runs[0]!.logElr.mean + runs[1]!.logElr.mean + runs[2]!.logElr.mean) / 3;
    expect(combineDecays(runs).logElr.mean).toBeCloseTo(mean, 12);
    const dead = { ...runs[0]!, stationarySteps: 0, logElr: { mean: 99, error: 1 } };
    expect(combineDecays([dead, ...runs]).logElr.mean).toBeCloseTo(mean, 12);
    expect(combineDecays([runs[0]!])).toEqual(runs[0]);
    expect(combineDecays([dead, dead]).stationarySteps).toBe(0);
    expect(() => combineDecays([])).toThrow('no runs');
  });

  it('oscillate where most of them do', () => {
    const oscillating = (period: number, chance: number) => ({ ...runs[0]!, ofNorm: { period, swing: 1, chance } });
    expect(combineDecays([oscillating(10, 0.005), oscillating(12, 0.005), oscillating(90, 0.5)]).ofNorm!.period).toBe(
      12,
    );
    const few = combineDecays([oscillating(10, 0.005), oscillating(50, 0.5), oscillating(90, 0.5)]).ofNorm;
    expect(few!.chance).toBe(0.5);
  });
});
