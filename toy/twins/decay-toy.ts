import type { DecayRun, MeasuredDecay } from '../../src/experiments/decay-run.js';
import type { DecayTheory } from '../../src/experiments/weight-decay.js';
import { toyTrajectory } from '../dynamics/trajectory.js';
import { decayNoiseFloor } from '../theory/decay-floor.js';
import { sumOfAlpha } from '../theory/thresholds.js';
import { weightDecayEquilibrium, weightDecayOrbit, weightDecayOscillation } from '../theory/weight-decay.js';

/** The toy in full space with weight decay, beside a network: T8 and T9 in closed form, and runs that start near the orbit of T8. */

export const decayTheory: DecayTheory = {
  // Of any alpha.
  ess: (learningRate, weightDecay) => weightDecayEquilibrium([1], learningRate, weightDecay).ess,
  floor: (learningRate, weightDecay, rmsEgn) =>
    Number.isFinite(rmsEgn) ? decayNoiseFloor(learningRate * weightDecay, rmsEgn) : Number.NaN,
  period: (learningRate, weightDecay) => weightDecayOscillation(learningRate, weightDecay).period,
};

/** How far the toy starts from its orbit, as a fraction of each norm: its period is that of small oscillations. */
const OFFSET = 0.01;

/** A run of the toy, a little off the orbit of T8. */
export function decayTwin(
  alpha: readonly number[],
  { learningRate, weightDecay, steps }: Omit<DecayRun, 'steps'> & { readonly steps: number },
): DecayRun {
  const { x, y } = weightDecayOrbit(alpha, learningRate, weightDecay);
  const scale = 1 + OFFSET;
  const start = { x: x.map((value) => value * scale), y: y.map((value) => value * scale) };
  const trajectory = toyTrajectory(alpha, { learningRate }, { weightDecay, steps, start });
  return { learningRate, weightDecay, steps: [...trajectory] };
}

/** What a run of the toy shows, its ELRs in units of the toy's threshold. */
export const inUnitsOfThreshold = (run: MeasuredDecay, alpha: readonly number[]): MeasuredDecay => ({
  ...run,
  logElr: { ...run.logElr, mean: run.logElr.mean + Math.log(sumOfAlpha(alpha)) },
});
