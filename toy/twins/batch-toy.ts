import {
  type BatchThreshold,
  type BatchTwin,
  batchSizePredictions,
  closedFormPredictions,
} from '../../src/experiments/batch-size.js';
import { type BatchReading, batchTransferRows } from '../../src/experiments/batch-transfer.js';
import type { JudgedSweep } from '../../src/experiments/experiment.js';
import type { Prediction } from '../../src/verify/prediction.js';
import { simulateToy } from '../dynamics/simulate.js';
import { noiseShareAtBatchSize } from '../theory/batch-size.js';
import { samplingThreshold } from '../theory/noise.js';
import { sumOfAlpha } from '../theory/thresholds.js';
import { judgeTwin, type TwinSweep } from './judged-toy.js';

/** The toy beside a network that is trained with several batch sizes: Bernoulli noise of the E[s^2] that the fitted law gives each. */

/** How the toy is simulated at every batch size. */
export interface BatchProtocol extends Omit<TwinSweep, 'trajectory'> {
  readonly steps: number;
}

/** p at a batch size that is worth so many independent draws; 1 where all images are drawn, which is no noise. */
const probabilityOf = (twin: BatchTwin, independent: number): number =>
  Number.isFinite(independent) ? twin.probability(independent) : 1;

/** Regimes and thresholds at every batch size, and the rows of T10, among them the closed form. */
export function batchTwins(
  twin: BatchTwin,
  batches: readonly Omit<BatchThreshold, 'convergence'>[],
  { steps, ...sweep }: BatchProtocol,
): {
  readonly sweeps: readonly JudgedSweep[];
  readonly thresholds: readonly BatchThreshold[];
  readonly predictions: readonly Prediction[];
} {
  const sweeps = batches.map(({ batch, independent = batch }) => {
    const probability = probabilityOf(twin, independent);
    return judgeTwin(`batch ${batch}`, { ...sweep, trajectory: (seed) => ({ steps, seed, probability }) });
  });
  const thresholds = batches.map((batch, i) => ({ ...batch, convergence: sweeps[i]!.thresholds.convergence }));
  const closedForm = (independent: number): number => samplingThreshold([1], probabilityOf(twin, independent));
  const predictions = [...batchSizePredictions(thresholds), ...closedFormPredictions(thresholds, closedForm)];
  return { sweeps, thresholds, predictions };
}

/** The rows that read other batch sizes from one run, of the toy, whose signal share is its probability, at the k of the network's reading. */
export function twinTransferRows(
  twin: BatchTwin,
  reading: BatchReading,
  { alpha, steps, seeds, thresholds }: BatchProtocol & { readonly thresholds: readonly BatchThreshold[] },
): Prediction[] {
  const k = reading.elr * twin.sum;
  const shareOf = (batch: number) =>
    simulateToy(alpha, k / sumOfAlpha(alpha), { steps, seed: seeds[0]!, probability: twin.probability(batch) })
      .noiseShare;
  const signal = { value: twin.probability(reading.batch), error: 0 };
  const own = { ...reading, elr: k, share: shareOf(reading.batch), signal, proportional: true };
  const others = thresholds.map(({ batch, convergence }) => ({ batch, share: shareOf(batch), convergence }));
  return batchTransferRows(own, others, noiseShareAtBatchSize);
}
