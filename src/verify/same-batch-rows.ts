import { formatNumber } from '../numerics/format-number.js';
import { sameBatchSharpness } from '../regime/break-even.js';
import type { Curvature } from '../run/curvature-record.js';
import {
  type BalancedRun,
  judgedByPoints,
  SECOND_ORDER_TOLERANCE,
  stationaryPoints,
  wordsOf,
} from './break-even-rows.js';
import { boundPrediction, type Prediction, relativePrediction, untestedPrediction } from './prediction.js';

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

function sharpnessRow(given: SharpRun, words: string): Prediction[] {
  const { regime } = given.run;
  const reading = { of: sameBatchSharpness, missing: KEPT_WITHOUT, remark: edgeNote(given) };
  const row = (name: string, source: string) => ({
    ...{ name: `${name}, ${words}`, source, tolerance: SECOND_ORDER_TOLERANCE },
    ...reading,
  });
  if (regime === 'convergence')
    return [judgedByPoints(given, given.balance.points, row(AT_MOST_ONE, 'T3, T13'), boundPrediction)];
  if (regime !== 'chaotic equilibrium') return [];
  return [judgedByPoints(given, stationaryPoints(given), row(NAME, 'T4, T13'), relativePrediction)];
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
