import { describe, expect, it } from 'vitest';
import { simulateToy } from '../../../toy/dynamics/simulate.js';
import type { ToyMotion } from '../../../toy/theory/closed-form.js';
import { noiseShareForm } from '../../../toy/theory/noise-share-form.js';
import { hasNoiseFloor, NOISY_CONVERGENCE, regimeWords } from '../../../toy/theory/noisy-convergence.js';

type Simulated = Omit<ToyMotion, 'alpha' | 'elr' | 'learningRate' | 'shares' | 'tolerance'>;

/** R of a run, and the closed form of its motion with the norm shares that the run has. */
function both(alpha: readonly number[], k: number, motion: Simulated, { steps = 20_000, seed = 1 } = {}) {
  const elr = k / alpha.reduce((sum, value) => sum + value, 0);
  const { noiseShare, groups } = simulateToy(alpha, elr, { ...motion, steps, seed });
  const shares = groups.map(({ share }) => share);
  const frozen = motion.projection === 'group' ? { shares } : {};
  return { simulated: noiseShare, form: noiseShareForm({ alpha, elr, ...motion, ...frozen }, shares) };
}

describe('R in closed form beside a simulation', () => {
  /** Exact where the motion is: of converging runs R is the mean over all steps with a loss below 1e-3 of random points. */
  it.each<[string, readonly number[], number, Simulated]>([
    ['no noise, one group', [3], 0.3, {}],
    ['no noise, three groups, at the shares of the run', [1, 2, 4], 0.7, {}],
    ['the orbit of T4, one group far above the threshold', [2], 5, {}],
    ['the orbit of T4, three groups', [1, 2, 4], 1.3, {}],
    ['frozen shares, all groups converge', [1, 2], 0.5, { projection: 'group' }],
    ['frozen shares, groups in equilibrium', [1, 2], 4, { projection: 'group' }],
  ])('%s', (_, alpha, k, motion) => {
    const { simulated, form } = both(alpha, k, motion, { steps: 4000 });
    expect(Math.abs(simulated.value / form!.value - 1)).toBeLessThan(2e-3);
  });

  /** Within 4.5 standard errors of the run, and 1% of what is left out: sigma^4 or, of several groups, sigma^2. */
  it.each<[string, readonly number[], number, Simulated]>([
    ['additive noise, one group', [1], 0.3, { noise: 0.1 }],
    ['additive noise, three groups', [1, 2, 4], 0.5, { noise: 0.03 }],
    ['both noises', [1], 0.3, { noise: 0.03, noiseLaw: 'lognormal', secondMoment: 1.5 }],
    ['multiplicative noise', [1], 0.3, { noiseLaw: 'exponential', secondMoment: 2 }],
    ['batch noise', [1], 0.2, { probability: 0.5 }],
    ['batches with replacement', [1], 0.3, { noise: 0.05, batches: { samples: 40, batchSize: 4, sampling: 'with' } }],
    ['batches without', [1], 0.05, { noise: 0.03, batches: { samples: 40, batchSize: 4, sampling: 'without' } }],
  ])('%s', (_, alpha, k, motion) => {
    const { simulated, form } = both(alpha, k, motion);
    expect(simulated.error).toBeLessThan(0.1 * form!.value);
    expect(Math.abs(simulated.value - form!.value)).toBeLessThan(4.5 * simulated.error + 0.01 * form!.value);
  });

  it('of weight decay is 1 - p / 2', () => {
    const rate = { learningRate: 0.5, weightDecay: 0.1 };
    // The orbit of T8 has |x|^2 = 0.5 and cos 2 theta = 1 - p: the run starts 5% beside it.
    const [norm, theta] = [Math.sqrt(0.5), 1.05 * (Math.acos(0.95) / 2)];
    const start = { x: [norm * Math.sin(theta)], y: [norm * Math.cos(theta)] };
    const { noiseShare } = simulateToy([1], { learningRate: 0.5 }, { weightDecay: 0.1, steps: 4000, start });
    const form = noiseShareForm({ alpha: [1], ...rate });
    expect(form!.value).toBe(1 - 0.05 / 2);
    expect(Math.abs(noiseShare.value / form!.value - 1)).toBeLessThan(5e-3);
  });

  it('of batches of all samples, each once, is that without noise', () => {
    const batches = { samples: 8, batchSize: 8, sampling: 'without' } as const;
    const form = noiseShareForm({ alpha: [1], elr: 0.3, noise: 0.1, batches });
    expect(form).toEqual(noiseShareForm({ alpha: [1], elr: 0.3 }));
  });

  it('holds under the condition it names: without the shares of the run k is not R', () => {
    const { simulated } = both([1, 2, 4], 0.7, {}, { steps: 4000 });
    const form = noiseShareForm({ alpha: [1, 2, 4], elr: 0.1 })!;
    expect(form).toMatchObject({ value: expect.closeTo(0.7, 14), condition: expect.stringContaining('alpha_i / S') });
    expect(simulated.value).toBeGreaterThan(0.75);
  });

  it.each<[string, ToyMotion]>([
    ['momentum', { alpha: [1], elr: 0.3, momentum: 0.5 }],
    ['chaotic motion of several groups beyond k = 2', { alpha: [1, 1], elr: 1.2 }],
    ['additive noise from k = 1 on', { alpha: [1], elr: 1, noise: 0.1 }],
    ['both noises from k E[s^2] = 1 on', { alpha: [1], elr: 0.5, noise: 0.1, secondMoment: 2 }],
    ['factors above the threshold of single runs', { alpha: [1], elr: 1.35, noiseLaw: 'exponential', secondMoment: 2 }],
    [
      'factors of a set of samples',
      { alpha: [1], elr: 0.3, secondMoment: 2, batches: { samples: 9, batchSize: 3, sampling: 'with' } },
    ],
    [
      'epochs with a rest',
      { alpha: [1], elr: 0.3, noise: 0.1, batches: { samples: 9, batchSize: 4, sampling: 'without' } },
    ],
    ['frozen shares that are not known', { alpha: [1], elr: 0.3, projection: 'group' }],
    ['noise and weight decay', { alpha: [1], learningRate: 0.3, weightDecay: 0.1, noise: 0.1 }],
    ['a free norm', { alpha: [1], learningRate: 0.3 }],
  ])('does not exist for %s', (_, motion) => {
    expect(noiseShareForm(motion)).toBeUndefined();
  });
});

describe('convergence onto a noise floor (T11)', () => {
  const floor = { alpha: [1], elr: 0.3, noise: 0.1 };

  it('is what both a level and convergence are called where the noise makes the level', () => {
    expect(regimeWords('chaotic equilibrium', floor)).toBe(NOISY_CONVERGENCE);
    expect(regimeWords('convergence', floor)).toBe(NOISY_CONVERGENCE);
    expect(regimeWords('divergence', floor)).toBe('divergence');
    expect(regimeWords('undecided', floor)).toBe('undecided');
    expect(regimeWords(null, floor)).toBeNull();
    expect(regimeWords('chaotic equilibrium', { alpha: [1], elr: 1.3 })).toBe('chaotic equilibrium');
  });

  it('is below k E[s^2] = 1, with additive noise, on the joint sphere, without momentum or decay', () => {
    expect(hasNoiseFloor(floor)).toBe(true);
    expect(hasNoiseFloor({ ...floor, elr: 1 })).toBe(false);
    expect(hasNoiseFloor({ ...floor, secondMoment: 4 })).toBe(false);
    expect(hasNoiseFloor({ ...floor, probability: 0.29 })).toBe(false);
    expect(hasNoiseFloor({ ...floor, noise: 0 })).toBe(false);
    expect(hasNoiseFloor({ ...floor, momentum: 0.5 })).toBe(false);
    expect(hasNoiseFloor({ ...floor, projection: 'group' })).toBe(false);
    const batches = { samples: 8, batchSize: 8, sampling: 'without' } as const;
    expect(hasNoiseFloor({ ...floor, batches })).toBe(false);
    expect(hasNoiseFloor({ ...floor, batches: { ...batches, sampling: 'with' } })).toBe(true);
  });

  it('ends when the noise does: the same run without it goes to the minimum', () => {
    const level = simulateToy([1], 0.3, { noise: 0.1, steps: 4000 });
    expect(level.decision.regime).toBe('chaotic equilibrium');
    expect(simulateToy([1], 0.3, { steps: 4000 }).decision.regime).toBe('convergence');
  });
});
