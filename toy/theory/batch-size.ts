/**
 * What one run says of other batch sizes (theory.md, T14): batches of B drawn independently have
 * E|g_a|^2 = |grad F|^2 + tr Sigma_1 / B. The signal share is |grad F|^2 / E|g_a|^2, which two independent batches give.
 */
import { UsageError } from '../../src/system/usage-error.js';
import { checkPositive } from './noise-floor.js';

/** What a run at one batch size has shown. */
export interface BatchSizeReading {
  readonly batchSize: number;
  /** R of the run, or any quantity in proportion to E|g_a|^2 at given places. */
  readonly noiseShare: number;
  /** E|grad F|^2 / E|g_a|^2, between 0 and 1. */
  readonly signalShare: number;
}

function check({ batchSize, noiseShare, signalShare }: BatchSizeReading): void {
  checkPositive('the batch size', batchSize);
  checkPositive('the noise share', noiseShare);
  if (!(signalShare >= 0 && signalShare <= 1))
    throw new UsageError(`the signal share is ${signalShare}; allowed: from 0 to 1`);
}

/**
 * R (s + (1 - s) B / B'): the noise share at batch size B' at the same places and the same ELR, s the signal share (T14).
 * Its rise above 1 says that a run at B' would not stay there. Fails (UsageError) unless B, B' and R are positive and
 * 0 <= s <= 1.
 */
export function noiseShareAtBatchSize(reading: BatchSizeReading, batchSize: number): number {
  check(reading);
  checkPositive('the batch size', batchSize);
  const { noiseShare, signalShare } = reading;
  return noiseShare * (signalShare + ((1 - signalShare) * reading.batchSize) / batchSize);
}

/**
 * B R (1 - s) / (1 - R s): the batch size at which R = 1, the mean-square threshold at the ELR of the run where the noise is
 * in proportion to the loss (T10); infinite if the signal alone has R s >= 1, that is k >= 1 (T14). Fails (UsageError) as
 * `noiseShareAtBatchSize`.
 */
export function thresholdBatchSize(reading: BatchSizeReading): number {
  check(reading);
  const { batchSize, noiseShare, signalShare } = reading;
  const left = 1 - noiseShare * signalShare;
  return left > 0 ? (batchSize * noiseShare * (1 - signalShare)) / left : Number.POSITIVE_INFINITY;
}

/**
 * elr / R': the ELR at which R reaches 1 at batch size B' where R grows in proportion to the ELR, as it does with noise in
 * proportion to the loss, R = k E[s^2] (T10, T14). Fails (UsageError) as `noiseShareAtBatchSize`.
 */
export function thresholdElrAtBatchSize(reading: BatchSizeReading, elr: number, batchSize: number): number {
  checkPositive('the ELR', elr);
  return elr / noiseShareAtBatchSize(reading, batchSize);
}
