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
    name: 'K1: angle of a step = arctan ess',
    source: 'K1',
    residual: ({ identities }) => identities.K1,
    tolerance: FLOAT32_TOLERANCE,
  },
  {
    name: "K1': the same, given the cosine",
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
    name: 'K3: norm shares after a step',
    source: 'K3',
    residual: ({ identities }) => identities.K3,
    tolerance: FLOAT32_TOLERANCE,
  },
  {
    name: "K3': the same, given the cosines",
    source: "K3'",
    residual: ({ kinematics }) => kinematics.K3,
    tolerance: FLOAT32_TOLERANCE,
    note: COSINE,
  },
];

/**
 * The kinematic identities hold in every step of every run (K1-K3), for a gradient that is orthogonal to the weights; K1' and
 * K3' hold for any gradient and so check the trainer; the last row says how nearly orthogonal it is.
 */
export function identityPredictions(runs: readonly MeasuredRun[]): Prediction[] {
  if (runs.length === 0) return [];
  const rows = ROWS.map(({ residual, ...row }) =>
    absolutePrediction({ ...row, predicted: 0, measured: largest(runs.map(residual)) }),
  );
  const worst = runs.reduce((a, b) => (b.radial > a.radial || Number.isNaN(b.radial) ? b : a));
  const radial = absolutePrediction({
    name: 'gradient orthogonal to weights',
    source: 'scale invariance',
    predicted: 0,
    measured: worst.radial,
    tolerance: RADIAL_TOLERANCE,
    note: `cosine, largest at ELR ${worst.elr}: the epsilon of normalisation`,
  });
  return [...rows, radial];
}
