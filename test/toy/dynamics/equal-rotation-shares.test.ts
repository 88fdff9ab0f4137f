import { describe, expect, it } from 'vitest';
import { mean } from '../../../src/numerics/means.js';
import { averagesOf } from '../../../src/regime/run-averages.js';
import { columnsOf } from '../../../src/run/collect-steps.js';
import { toyTrajectory } from '../../../toy/dynamics/trajectory.js';

const alpha = [1, 2, 4];

/** The second half of 20,000 steps at k: of each group, how far its mean share is from what K4 has, and how much it fluctuates. */
function motion(k: number) {
  const all = [...toyTrajectory(alpha, k / 7, { steps: 20_000, seed: 1 })].map((step) => ({ ...step, accuracy: 0 }));
  const steps = all.slice(10_000);
  const { shares, turnShares, effectiveStep, groupEffectiveSteps } = averagesOf(columnsOf(steps));
  const groups = shares.map((share, i) => ({
    gap: Math.abs(turnShares[i]! / share - 1),
    variance: mean(steps.map(({ groups: g }) => (g[i]!.share / share - 1) ** 2)),
    // K3 over the part: the sum of differences in turning is the change of log w_i from its first step to its last.
    drift: Math.abs(Math.log1p(groupEffectiveSteps[i]! ** 2) - Math.log1p(effectiveStep ** 2)) * steps.length,
    change: Math.abs(Math.log(steps.at(-1)!.groups[i]!.share / steps[0]!.groups[i]!.share)),
  }));
  return { groups, lastTurn: Math.log1p(Math.max(...steps.at(-1)!.groups.map(({ ess }) => ess)) ** 2) };
}

describe('shares from the gradients of all steps, of shares that move', () => {
  // What fluctuations change in K4 is of second order in them; as shares sum to 1, the largest relative ones count for all groups.
  it.each<[number, number, number]>([
    // Quasi-periodic about T4 (T5): the first share fluctuates by 2.5%.
    [1.2, 0, 5e-4],
    // Resonance: by 0.66 of itself.
    [2, 0.05, 0.15],
  ])('are off by less than the square of what shares fluctuate by, k = %d', (k, least, most) => {
    const { groups, lastTurn } = motion(k);
    const variance = Math.max(...groups.map((group) => group.variance));
    for (const { gap, drift, change } of groups) {
      expect(gap).toBeLessThan(variance);
      expect(gap).toBeGreaterThan(least);
      expect(gap).toBeLessThan(most);
      // K4 itself, of ess_i, is exact but for the ends: the last step turns after the last share is seen.
      expect(drift).toBeLessThan(change + lastTurn + 1e-9);
    }
  });
});
