import { describe, expect, it } from 'vitest';
import { classifyTrajectory } from '../../../src/regime/classifier.js';
import { createEnsemble } from '../../../toy/dynamics/ensemble.js';
import { EnsembleStatistics } from '../../../toy/dynamics/running-averages.js';
import { sumOfRatios } from '../../../toy/function/toy-function.js';

const RANDOM_LOSS = 0.5;

/** What the running sums decide about losses that are given, step by step, in place of those of the toy. */
function decisionOf(losses: readonly number[]) {
  const ensemble = createEnsemble(sumOfRatios([1]), Float64Array.of(1, 0));
  ensemble.update.set([0, 1]);
  const statistics = new EnsembleStatistics(ensemble, {
    steps: losses.length,
    learningRate: Float64Array.of(1),
    hasFixedElr: true,
    randomLoss: Float64Array.of(RANDOM_LOSS),
    tolerance: 0.05,
  });
  for (const [step, loss] of losses.entries()) {
    ensemble.loss[0] = loss;
    statistics.observe(ensemble, step);
  }
  return statistics.summary(0).decision;
}

const burst = (time: number) => 0.05 * (time < 0.5 ? 1 : Math.exp(2 * (1 - time)));
const CASES: Readonly<Record<string, (time: number) => number>> = {
  'a burst that relaxes': burst,
  'the same fall from above': (time) => (time < 0.5 ? 0.2 : burst(time)),
  'the same with one low block before': (time) => (time < 0.5 ? (time > 0.4 ? 0.01 : 0.2) : burst(time)),
  'the same with NaN before': (time) => (time < 0.1 ? Number.NaN : time < 0.5 ? 0.2 : burst(time)),
  'a level': () => 0.1,
};

describe('running statistics decide as the classifier of whole trajectories does', () => {
  // Lengths whose halves are, and are not, whole numbers of blocks; one whose blocks hold 4 points.
  it.each(Object.keys(CASES).flatMap((name) => [1000, 997, 1024, 64, 33].map((steps) => [name, steps] as const)))(
    '%s, %d steps',
    (name, steps) => {
      const losses = Array.from({ length: steps }, (_, i) => CASES[name]!(i / steps));
      const whole = classifyTrajectory({ loss: losses, ess: losses.map(() => 1) }, RANDOM_LOSS);
      const running = decisionOf(losses);
      expect(running.regime).toBe(whole.regime);
      expect(running.evidence.reason).toBe(whole.evidence.reason);
      expect(running.evidence.decline).toBeCloseTo(whole.evidence.decline, 10);
    },
  );

  it('tells a burst from a fall by what was before it', () => {
    const regimes = Object.values(CASES).map(
      (loss) => decisionOf(Array.from({ length: 1000 }, (_, i) => loss(i / 1000))).regime,
    );
    expect(regimes).toEqual(['undecided', 'convergence', 'undecided', 'convergence', 'chaotic equilibrium']);
  });
});
