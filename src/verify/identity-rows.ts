import { formatNumber } from '../numerics/format-number.js';
import { largest, type MeasuredRun } from '../regime/analyse.js';
import { absolutePrediction, type Prediction } from './prediction.js';

/** K1 and K3 are measured in float32: a few times its rounding, 6e-8, after sums over tens of thousands of terms. */
const FLOAT32_TOLERANCE = 2e-6;
/** K2 is computed in float64 from the same sums. */
const FLOAT64_TOLERANCE = 1e-12;
/** Normalisation adds 1e-5 to variances of order 0.1 and larger. */
const RADIAL_TOLERANCE = 1e-3;

interface Row {
  readonly name: string;
  readonly source: string;
  readonly residual: (run: MeasuredRun) => number;
  readonly tolerance: number;
  readonly note?: string;
}

const COSINE = 'with the measured cosine of gradient and weights';

const ROWS: readonly Row[] = [
  {
    name: "K1': angle of a step, given the cosine",
    source: "K1'",
    residual: ({ kinematics }) => kinematics.K1,
    tolerance: FLOAT32_TOLERANCE,
    note: COSINE,
  },
  {
    name: 'K2: ess^2 = sum w_i ess_i^2',
    source: 'K2',
    residual: ({ identities }) => identities.K2,
    tolerance: FLOAT64_TOLERANCE,
  },
  {
    name: "K3': norm shares after a step, given the cosines",
    source: "K3'",
    residual: ({ kinematics }) => kinematics.K3,
    tolerance: FLOAT32_TOLERANCE,
    note: COSINE,
  },
];

/**
 * The kinematic identities hold in every step of every run: K1', K2 and K3' for any gradient, so that they check the trainer. K1 and K3
 * are for a gradient orthogonal to the weights, which the epsilon of normalisation lets a network have only nearly: one row, which says
 * how nearly, and how far K1 and K3 are off.
 */
export function identityPredictions(runs: readonly MeasuredRun[]): Prediction[] {
  if (runs.length === 0) return [];
  const rows = ROWS.map(({ residual, ...row }) =>
    absolutePrediction({ ...row, predicted: 0, measured: largest(runs.map(residual)) }),
  );
  const worst = runs.reduce((a, b) => (b.radial > a.radial || Number.isNaN(b.radial) ? b : a));
  const [K1, K3] = [({ identities }: MeasuredRun) => identities.K1, ({ identities }: MeasuredRun) => identities.K3].map(
    (residual) => formatNumber(largest(runs.map(residual)), 2),
  );
  const radial = absolutePrediction({
    name: 'gradient orthogonal to weights, but for the epsilon of normalisation',
    source: 'K1, K3',
    predicted: 0,
    measured: worst.radial,
    tolerance: RADIAL_TOLERANCE,
    note: `cosine, largest at ELR ${worst.elr}: K1 is off by up to ${K1}, K3 by ${K3}`,
  });
  return [...rows, radial];
}
