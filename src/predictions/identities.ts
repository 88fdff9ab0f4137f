import { largest, type MeasuredRun } from '../measure.js';
import { absolutePrediction, type Prediction } from '../prediction.js';

/** K1 and K3 are measured in float32: a few times its rounding, 6e-8, after sums over tens of thousands of terms. */
const FLOAT32_TOLERANCE = 2e-6;
/** K2 is computed in float64 from the same sums. */
const FLOAT64_TOLERANCE = 1e-12;
/** Normalisation adds 1e-5 to variances of order 0.1 and larger. */
const RADIAL_TOLERANCE = 1e-3;

/** The kinematic identities hold in every step of every run, and the gradient is orthogonal to the weights (K1-K3). */
export function identityPredictions(runs: readonly MeasuredRun[]): Prediction[] {
  const residual = (name: 'K1' | 'K2' | 'K3'): number => largest(runs.map(({ identities }) => identities[name]));
  const statements = { K1: 'angle of a step = arctan ess', K2: 'ess^2 = sum w_i ess_i^2', K3: 'shares after a step' };
  const rows = (['K1', 'K2', 'K3'] as const).map((name) =>
    absolutePrediction({
      name: `${name}: ${statements[name]}, all steps`,
      source: name,
      predicted: 0,
      measured: residual(name),
      tolerance: name === 'K2' ? FLOAT64_TOLERANCE : FLOAT32_TOLERANCE,
    }),
  );
  const worst = runs.reduce((a, b) => (b.radial > a.radial || Number.isNaN(b.radial) ? b : a));
  const radial = absolutePrediction({
    name: 'gradient orthogonal to weights, all steps',
    source: 'scale invariance',
    predicted: 0,
    measured: worst.radial,
    tolerance: RADIAL_TOLERANCE,
    note: `cosine, largest at ELR ${worst.elr}: the epsilon of normalisation`,
  });
  return [...rows, radial];
}
