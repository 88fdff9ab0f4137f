import { formatNumber } from '../numerics/format-number.js';
import { largest, type MeasuredRun } from '../regime/analyse.js';
import { absolutePrediction, type Prediction, untestedPrediction } from './prediction.js';

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

const RADIAL = {
  name: 'gradient orthogonal to weights, but for the epsilon of normalisation',
  source: 'K1, K3',
  tolerance: RADIAL_TOLERANCE,
};

/** The largest cosine over runs that diverge, as a clause; empty where none does. */
function divergedClause(runs: readonly MeasuredRun[]): string {
  if (runs.length === 0) return '';
  const cosine = formatNumber(largest(runs.map(({ radial }) => radial)), 2);
  return `; not judged: ${cosine} in runs that diverge, whose steps leave kernels so little norm that epsilon outweighs the variance`;
}

/**
 * How nearly gradients are orthogonal to the weights, each group at the norm it began with: the radial part of a gradient is
 * epsilon / (variance + epsilon) of what it would be without normalisation, and the variance goes as the squared norm of the group. In
 * divergence single kernels lose that norm too, which groups do not tell, so these runs are not judged.
 */
function radialPrediction(runs: readonly MeasuredRun[]): Prediction {
  const judged = runs.filter(({ regime }) => regime !== 'divergence');
  const diverged = divergedClause(runs.filter(({ regime }) => regime === 'divergence'));
  if (judged.length === 0) return untestedPrediction({ ...RADIAL, note: `every run diverges${diverged}` });
  const worst = judged.reduce((a, b) => (b.radialAtStart > a.radialAtStart || Number.isNaN(b.radialAtStart) ? b : a));
  const [cosine, K1, K3] = [
    ({ radial }: MeasuredRun) => radial,
    ({ identities }: MeasuredRun) => identities.K1,
    ({ identities }: MeasuredRun) => identities.K3,
  ].map((of) => formatNumber(largest(judged.map(of)), 2));
  const note = `largest at ELR ${worst.elr}; the cosine itself reaches ${cosine}, K1 is off by up to ${K1}, K3 by ${K3}${diverged}`;
  return absolutePrediction({ ...RADIAL, predicted: 0, measured: worst.radialAtStart, note });
}

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
  return [...rows, radialPrediction(runs)];
}
