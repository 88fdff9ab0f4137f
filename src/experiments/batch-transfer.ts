import { formatNumber } from '../numerics/format-number.js';
import { propagateErrors } from '../numerics/statistics/estimate.js';
import type { MeasuredRun } from '../regime/analyse.js';
import { ratioFromNoise } from '../regime/noise-ratio.js';
import type { Bracket } from '../regime/thresholds.js';
import type { Balance } from '../run/balance-record.js';
import { NOISE_LIMITED } from '../sphere/noise-floor.js';
import { factorPrediction, type Prediction, untestedPrediction, withoutVerdict } from '../verify/prediction.js';
import { thresholdPrediction } from '../verify/threshold-rows.js';

/**
 * Other batch sizes from a single run (theory.md, T14): E|g_a|^2 = |grad F|^2 + tr Sigma / B, so that R(B') = R (s + (1 - s) B / B') at the same
 * places, s the signal share; with noise in proportion to the loss R goes with the ELR, and the threshold of B' is at ELR / R(B').
 */

/** R and signal share of a run, with their standard errors. */
export interface BatchReading {
  readonly batch: number;
  readonly elr: number;
  readonly share: { readonly value: number; readonly error: number };
  readonly signal: { readonly value: number; readonly error: number };
  /** Whether the run shows that its noise goes in proportion to its loss, as thresholds need. */
  readonly proportional: boolean;
}

/** R at another batch size, in closed form: handed in by whoever compares. */
export type ShareAtBatch = (
  reading: { readonly batchSize: number; readonly noiseShare: number; readonly signalShare: number },
  batch: number,
) => number;

/**
 * The run from which other batch sizes are read: of the smallest batch that has one, the converged run of largest ELR that noise limits;
 * undefined if there is none.
 */
export function readingRun(sweeps: readonly { readonly batch: number; readonly runs: readonly MeasuredRun[] }[]) {
  const rising = sweeps.toSorted((a, b) => a.batch - b.batch);
  return rising.flatMap(({ batch, runs }) => {
    const limited = runs.filter(
      ({ regime, noiseShare }) => regime === 'convergence' && noiseShare.value >= NOISE_LIMITED && noiseShare.value < 1,
    );
    const last = limited.at(-1);
    return last === undefined ? [] : [{ batch, run: last }];
  })[0];
}

/** The reading of a run whose gradients were compared at its last weights: s = E[g_a.g_b] / E|g_a|^2, from 0 to 1. */
export function batchReading(batch: number, run: MeasuredRun, { points }: Pick<Balance, 'points'>): BatchReading {
  const { slope, squaredEgn } = points.at(-1)!;
  const value = Math.min(1, Math.max(0, slope.mean / squaredEgn.mean));
  const error = Math.hypot(slope.error, value * squaredEgn.error) / squaredEgn.mean;
  const proportional = ratioFromNoise(run) !== undefined;
  return { batch, elr: run.elr, share: run.noiseShare, signal: { value, error }, proportional };
}

/** Runs of another batch size. */
export interface OtherBatch {
  readonly batch: number;
  /** R at the ELR of the reading; undefined without a run there. */
  readonly share: { readonly value: number; readonly error: number } | undefined;
  readonly convergence: Bracket;
}

const SOURCE = 'T14';
const FACTOR = 1.25;

/** R(B') with its error. */
function shareAt({ batch, share, signal }: BatchReading, other: number, at: ShareAtBatch) {
  const of = (noiseShare: number, signalShare: number): number =>
    at({ batchSize: batch, noiseShare, signalShare: Math.min(1, Math.max(0, signalShare)) }, other);
  const error = propagateErrors(of, [
    { mean: share.value, error: share.error },
    { mean: signal.value, error: signal.error },
  ]);
  return { value: of(share.value, signal.value), error };
}

function shareRow(reading: BatchReading, { batch, share }: OtherBatch, at: ShareAtBatch): Prediction {
  const name = `R at batch ${batch}, ELR ${Number(reading.elr.toPrecision(3))}, from the run at batch ${reading.batch}`;
  const row = { name, source: SOURCE, tolerance: FACTOR };
  if (share === undefined) return untestedPrediction({ ...row, note: 'no run at this ELR' });
  const { value, error } = shareAt(reading, batch, at);
  const { value: measured, error: measuredError } = share;
  return factorPrediction({ ...row, predicted: value, predictedError: error, measured, measuredError });
}

function thresholdRow(reading: BatchReading, { batch, convergence }: OtherBatch, at: ShareAtBatch): Prediction {
  const { value, error } = shareAt(reading, batch, at);
  const predicted = reading.elr / value;
  const name = `threshold at batch ${batch}, from R of the run at batch ${reading.batch}`;
  const row = thresholdPrediction(
    { name, source: SOURCE, predicted, predictedError: (predicted * error) / value },
    convergence,
  );
  return reading.proportional
    ? row
    : withoutVerdict(row, 'the gradients of that run do not fall in proportion to its loss');
}

/** What one run says of the other batch sizes; a single untested row without such a run. */
export function batchTransferRows(
  reading: BatchReading | undefined,
  others: readonly OtherBatch[],
  at: ShareAtBatch,
): Prediction[] {
  if (reading === undefined) {
    const note = `no run converges at R from ${NOISE_LIMITED} to 1`;
    return [untestedPrediction({ name: 'other batch sizes from one run', source: SOURCE, tolerance: FACTOR, note })];
  }
  const apart = others.filter(({ batch }) => batch !== reading.batch);
  return [
    ...apart.map((other) => shareRow(reading, other, at)),
    ...apart.map((other) => thresholdRow(reading, other, at)),
  ];
}

/** The reading in a line. */
export const readingText = ({ batch, elr, share, signal }: BatchReading): string =>
  `The run at batch ${batch}, ELR ${elr}: R = ${formatNumber(share.value, 3)} +- ${formatNumber(share.error, 2)}, ` +
  `signal share ${formatNumber(signal.value, 3)} +- ${formatNumber(signal.error, 2)}.`;
