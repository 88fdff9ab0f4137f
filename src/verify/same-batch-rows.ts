import { formatNumber } from '../numerics/format-number.js';
import { sameBatchSharpness } from '../regime/break-even.js';
import type { BalancePoint } from '../run/balance-record.js';
import type { Curvature } from '../run/curvature-record.js';
import {
  type BalancedRun,
  OTHERS_TRAINED,
  pointsNote,
  SECOND_ORDER_TOLERANCE,
  stationaryPoints,
  wordsOf,
} from './break-even-rows.js';
import {
  boundPrediction,
  type Prediction,
  type PredictionCase,
  relativePrediction,
  untestedPrediction,
} from './prediction.js';

/** A run whose balance was measured, with the curvature at its end where that is known too. */
export interface SharpRun extends BalancedRun {
  readonly curvature?: Curvature;
}

const NAME = 'same-batch sharpness x ELR / 2';
const AT_MOST_ONE = `${NAME} at most 1`;

const KEPT_WITHOUT = 'the balance of this run was kept without it: regimes balance measures it anew';
const UNMEASURED = 'regimes balance measures it in runs that converged or are in equilibrium';

/** The reading of T3 beside that of batches: the largest eigenvalue of the mean loss. */
function edgeNote({ run, curvature }: SharpRun): string {
  const largest = curvature?.largest[0];
  if (largest === undefined) return 'regimes curvature measures lambda of T3 beside it';
  return `T3: ELR lambda / 2 = ${formatNumber((run.elr * largest.value) / 2, 3)}`;
}

/** The row judged by the sharpness over points of the run; untested if it was not measured, or says nothing of T13. */
function judged(
  given: SharpRun,
  points: readonly BalancePoint[] | string,
  row: Pick<Prediction, 'name' | 'source' | 'tolerance'>,
  judge: (given: PredictionCase) => Prediction,
): Prediction {
  const { run, balance } = given;
  if (balance.othersTrained) return untestedPrediction({ ...row, note: OTHERS_TRAINED });
  if (typeof points === 'string') return untestedPrediction({ ...row, note: points });
  const { mean: measured, error: measuredError } = sameBatchSharpness(points, run.elr);
  if (Number.isNaN(measured)) return untestedPrediction({ ...row, note: KEPT_WITHOUT });
  const note = `${edgeNote(given)}; ${pointsNote(balance, points)}`;
  return judge({ ...row, predicted: 1, measured, measuredError, note });
}

function sharpnessRow(given: SharpRun, words: string): Prediction[] {
  const tolerance = SECOND_ORDER_TOLERANCE;
  const { regime } = given.run;
  if (regime === 'convergence') {
    const row = { name: `${AT_MOST_ONE}, ${words}`, source: 'T3, T13', tolerance };
    return [judged(given, given.balance.points, row, boundPrediction)];
  }
  if (regime !== 'chaotic equilibrium') return [];
  const row = { name: `${NAME}, ${words}`, source: 'T4, T13', tolerance };
  return [judged(given, stationaryPoints(given), row, relativePrediction)];
}

/**
 * The sharpness of batches along their own gradients in units of 2 / ELR (T13 with a = b): k in a converging run of the toy without
 * noise, so at most 1, and 1 on the orbit of T4. On a floor of additive noise it is k, so a run that fails the row from below may
 * stand on one (T11). One untested row if no balance was measured.
 */
export function sameBatchPredictions(runs: readonly SharpRun[]): Prediction[] {
  const rows = runs.flatMap((given) => sharpnessRow(given, wordsOf(given, runs)));
  const row = { name: NAME, source: 'T4, T13', tolerance: SECOND_ORDER_TOLERANCE, note: UNMEASURED };
  return rows.length > 0 ? rows : [untestedPrediction(row)];
}
