import { readMeasurements } from '../run/measurements.js';
import type { RecordedRun } from '../run/recorded-run.js';

/** What experiments say of the weights that a run ends with. */

/** Loss and errors of weights, over all images of a set. */
export interface WeightsErrors {
  /** Training loss, normalised with the statistics of each batch, as in training; of an average with its own. */
  readonly trainLoss: number;
  /** Share of the test images that are misjudged, normalised with running statistics. */
  readonly testError: number;
}

/** What a finished run measured at its end, and of the average of its weights, where it has one; undefined where it measured nothing. */
export function finalPoint({
  directory,
  manifest,
}: RecordedRun): (WeightsErrors & { readonly average?: WeightsErrors }) | undefined {
  const last = readMeasurements(directory).at(-1);
  if (manifest.status !== 'finished' || last?.step !== manifest.configuration.steps) return undefined;
  const { train, test, average } = last;
  return {
    trainLoss: train.training.loss,
    testError: 1 - test.evaluation.accuracy,
    ...(average && { average: { trainLoss: average.train.loss, testError: 1 - average.test.accuracy } }),
  };
}
