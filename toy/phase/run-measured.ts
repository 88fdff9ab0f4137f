/** Runs of an ensemble that are summed up on the way: many replicas at once where a kernel takes their steps. */
import { tangentStep } from '../chaos/lyapunov.js';
import type { Ensemble } from '../dynamics/ensemble.js';
import type { NoiseSource } from '../dynamics/phase-noise.js';
import { runEnsemble } from '../dynamics/run.js';
import type { Observer } from '../dynamics/running-averages.js';
import { composeStages, learningRates, type StepOptions } from '../dynamics/step.js';
import { kernelFor, type Measured, runTogether } from '../kernel/run-together.js';

/** How an ensemble moves, and for how long. */
export interface Motion {
  readonly stepping: StepOptions;
  readonly steps: number;
  /** Of noise; empty where there is none. */
  readonly random: NoiseSource;
}

/** One replica after another in JavaScript: what every kind of step can do, and the reference for the kernels. */
export function runOneByOne(ensemble: Ensemble, { stepping, steps, random }: Motion, measured: Measured): void {
  const { statistics, noiseShare, tangents } = measured;
  const { sample, move } = composeStages(ensemble, stepping, random);
  // Gradients are measured as the step sees them, batch noise included.
  const observers: Observer[] = [(state) => sample(state), statistics.observe, noiseShare.observe];
  if (tangents !== undefined) {
    const follow = tangentStep(learningRates(stepping, ensemble.replicas), tangents.vectors, tangents.growth);
    observers.push((state) => follow(state));
  }
  runEnsemble(ensemble, move, steps, observers);
}

/** Runs an ensemble to the end; the results do not depend on whether there is a kernel for it. */
export function runMeasured(ensemble: Ensemble, motion: Motion, measured: Measured): void {
  const kernel = kernelFor(ensemble, motion.stepping, { lyapunov: measured.tangents !== undefined });
  if (kernel === undefined) runOneByOne(ensemble, motion, measured);
  else runTogether(kernel, ensemble, motion.stepping, measured);
}
