import { describe, expect, it } from 'vitest';
import {
  examineAll,
  LARGEST_WRONG_RATE,
  LARGEST_WRONG_RATE_AT_A_LENGTH,
  rateOf,
  rightRate,
  SMALLEST_RIGHT_RATE,
  wrongRate,
} from '../../bench/classifier.js';
import { FAMILIES, syntheticTrajectory } from '../../bench/classifier-trajectories.js';
import { mean } from '../../src/numerics/means.js';
import { REGIMES } from '../../src/regime/regime.js';

const RUNS = 100;
const confusions = examineAll(RUNS);

describe('on trajectories whose regime is known', () => {
  it.each(FAMILIES.map(({ truth, name }) => [truth, name]))('%s (%s) is rarely called another regime', (_, name) => {
    const own = confusions.filter(({ family }) => family.name === name);
    // The runs are the same every time: no allowance for chance.
    expect(wrongRate(own)).toBeLessThanOrEqual(LARGEST_WRONG_RATE);
    for (const confusion of own) expect(wrongRate([confusion])).toBeLessThanOrEqual(LARGEST_WRONG_RATE_AT_A_LENGTH);
  });

  it.each(REGIMES)('%s is recognised in long runs', (truth) => {
    const long = confusions.filter(({ family, steps }) => family.truth === truth && steps >= 2000);
    expect(rightRate(long)).toBeGreaterThanOrEqual(SMALLEST_RIGHT_RATE[truth]);
  });

  it('every run has one answer', () => {
    for (const confusion of confusions)
      expect(rightRate([confusion]) + wrongRate([confusion]) + rateOf([confusion], 'undecided')).toBeCloseTo(1, 12);
  });
});

describe('these trajectories', () => {
  it('are the same for the same number, and others for another', () => {
    const [family] = FAMILIES;
    expect(syntheticTrajectory(family!, 64, 3)).toEqual(syntheticTrajectory(family!, 64, 3));
    expect(syntheticTrajectory(family!, 64, 3).loss).not.toEqual(syntheticTrajectory(family!, 64, 4).loss);
  });

  it.each(FAMILIES)('are what they are said to be: $truth, $name', (family) => {
    for (let index = 0; index < 20; index += 1) {
      const losses = Array.from(syntheticTrajectory(family, 1000, index).loss);
      const late = mean(losses.slice(500));
      const [third, fourth] = [mean(losses.slice(500, 750)), mean(losses.slice(750))];
      // A random loss is 1; from 0.6 on a level is divergence. Noise of 20 steps and 0.5 nats scatters means by 10%.
      if (family.truth === 'divergence') expect(late).toBeGreaterThan(0.6);
      else expect(late).toBeLessThan(0.6);
      // Falls of 0.3 nats over the half: 0.15 between its quarters, less what noise of 0.2 nats and 20 steps hides.
      if (family.truth === 'convergence') expect(fourth).toBeLessThan(1.02 * third);
    }
  });
});
