import type { Estimate } from '../numerics/statistics/estimate.js';
import type { MeasuredRun } from '../regime/analyse.js';
import { balanceRatio, FEWEST_POINTS } from '../regime/break-even.js';
import type { Balance, BalancePoint } from '../run/balance-record.js';
import { NOT_STATIONARY } from './equilibrium-rows.js';
import {
  boundPrediction,
  measuredAs,
  type Prediction,
  type PredictionCase,
  relativePrediction,
  untestedPrediction,
} from './prediction.js';

/** A run at whose weights the balance was measured. */
export interface BalancedRun {
  readonly run: MeasuredRun;
  readonly balance: Balance;
}

/** The name of a run, with its seed if there are several at its ELR. */
export const wordsOf = ({ run }: BalancedRun, all: readonly BalancedRun[]): string =>
  all.filter((other) => other.run.elr === run.elr).length > 1 ? `ELR ${run.elr}, seed ${run.seed}` : `ELR ${run.elr}`;

/** Third and higher orders of a step are left out: as much as the equilibrium line is allowed. */
export const SECOND_ORDER_TOLERANCE = 0.25;

const NO_SLOPE = 'the slope is not two standard errors above zero: measure more pairs of batches';

const OTHERS_TRAINED = 'parameters that are not scale-invariant are trained too: their steps change the loss as well';

const pointsNote = ({ pairs }: Balance, { length }: readonly BalancePoint[]): string =>
  `${length} ${length === 1 ? 'point' : 'points'}, ${pairs} pairs of batches each`;

/** The points in the stationary part of an equilibrium, or why they say nothing of it: a few say little, however precise each is. */
export function stationaryPoints({ run: { stationary }, balance }: BalancedRun): readonly BalancePoint[] | string {
  if (stationary === null) return NOT_STATIONARY;
  const points = balance.points.filter(({ step }) => step >= stationary.start);
  if (points.length >= FEWEST_POINTS) return points;
  return `weights kept at ${points.length} points, at least ${FEWEST_POINTS} needed: --keep saves more of them`;
}

type Row = Pick<Prediction, 'name' | 'source' | 'tolerance'>;

/** What points of a run show at its ELR, why it may be missing (NaN), and what else is to be noted. */
interface PointsReading {
  readonly of: (points: readonly BalancePoint[], elr: number) => Estimate;
  readonly missing: string;
  readonly remark?: string;
}

/** The row judged by what points of the run show; untested if that is missing, or says nothing of T13. */
export function judgedByPoints(
  { run, balance }: BalancedRun,
  points: readonly BalancePoint[] | string,
  { of, missing, remark = '', ...row }: Row & PointsReading,
  judge: (given: PredictionCase) => Prediction,
): Prediction {
  if (balance.othersTrained) return untestedPrediction({ ...row, note: OTHERS_TRAINED });
  if (typeof points === 'string') return untestedPrediction({ ...row, note: points });
  const found = of(points, run.elr);
  if (Number.isNaN(found.mean)) return untestedPrediction({ ...row, note: missing });
  const note = [remark, pointsNote(balance, points)].filter(Boolean).join('; ');
  return judge({ ...row, predicted: 1, ...measuredAs(found), note });
}

const RATIO = { source: 'T13', tolerance: SECOND_ORDER_TOLERANCE, of: balanceRatio, missing: NO_SLOPE };

/**
 * Where the loss keeps its level, the ELR is the one that neither lowers nor raises it (T13): on average over the stationary
 * part.
 */
function equilibriumBalance(balanced: BalancedRun, words: string): Prediction {
  const { of, missing, ...row } = { ...RATIO, name: `ELR / balance ELR, ${words}` };
  const points = stationaryPoints(balanced);
  if (typeof points === 'string') return untestedPrediction({ ...row, note: points });
  return judgedByPoints(balanced, points, { ...row, of, missing }, relativePrediction);
}

/** Where the loss falls, the ELR is below it (T13): over all points of the second half. */
const convergenceBalance = (balanced: BalancedRun, words: string): Prediction =>
  judgedByPoints(
    balanced,
    balanced.balance.points,
    { ...RATIO, name: `ELR / balance ELR at most 1, ${words}` },
    boundPrediction,
  );

const UNMEASURED = {
  name: 'ELR / balance ELR',
  source: 'T13',
  tolerance: SECOND_ORDER_TOLERANCE,
  note: 'regimes balance measures it in runs that converged or are in equilibrium',
};

/** What the balance of slope and curvature says of converged runs and of runs in equilibrium (T13); untested if none was measured. */
export function balancePredictions(runs: readonly BalancedRun[]): Prediction[] {
  const rows = runs.flatMap((balanced) => {
    const words = wordsOf(balanced, runs);
    const { regime } = balanced.run;
    if (regime === 'convergence') return [convergenceBalance(balanced, words)];
    return regime === 'chaotic equilibrium' ? [equilibriumBalance(balanced, words)] : [];
  });
  return rows.length > 0 ? rows : [untestedPrediction(UNMEASURED)];
}
