/** The loop around a step: everything that drives an ensemble goes through here. */
import { type Ensemble, evaluateGradient, type Transform } from './ensemble.js';
import type { Observer } from './running-averages.js';

/** Takes `steps` steps; observers see loss and gradient before each. */
export function runEnsemble(
  ensemble: Ensemble,
  step: Transform,
  steps: number,
  observers: readonly Observer[] = [],
): void {
  for (let taken = 0; taken < steps; taken += 1) {
    evaluateGradient(ensemble);
    for (const observe of observers) observe(ensemble, taken);
    step(ensemble);
  }
}
