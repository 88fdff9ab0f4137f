import { type Bracket, bracketCentre, bracketError } from '../measure.js';
import { type Prediction, untestedPrediction } from '../prediction.js';
import { thresholdPrediction } from '../predictions/thresholds.js';
import { fitLine, onLine, type StraightLine } from '../statistics/straight-line.js';

/**
 * Smaller batches lower the threshold (T10). A batch of b samples whose curvature factors are independent, of mean 1 and
 * variance v, has E[s^2] = 1 + v / b, so that 1 / ELR_c = S (1 + v / b): a straight line in 1 / b.
 */

/** Where the runs of a batch size stop converging. */
export interface BatchThreshold {
  readonly batch: number;
  readonly convergence: Bracket;
}

/** The law as fitted. */
export interface BatchLaw {
  /** S: 1 / S is the threshold of infinite batches. */
  readonly sum: number;
  readonly sumError: number;
  /** v, the variance of a sample's curvature factor. */
  readonly spread: number;
  readonly spreadError: number;
  readonly line: StraightLine;
}

const SOURCE = 'T10';
const LAW_POINTS = 2;

/** The line through the thresholds that are bracketed, each with the error of its bracket; undefined through fewer than two. */
export function fitBatchLaw(thresholds: readonly BatchThreshold[]): BatchLaw | undefined {
  const points = thresholds.flatMap(({ batch, convergence }) => {
    const centre = bracketCentre(convergence);
    if (centre === undefined) return [];
    return [{ x: 1 / batch, y: 1 / centre, error: bracketError(convergence) / centre }];
  });
  const line = fitLine(points);
  if (line === undefined) return undefined;
  const { intercept, slope, covariance } = line;
  const spread = slope / intercept;
  // To first order; v = slope / S.
  const variance = covariance.slope - 2 * spread * covariance.both + spread * spread * covariance.intercept;
  return {
    sum: intercept,
    sumError: Math.sqrt(covariance.intercept),
    spread,
    spreadError: Math.sqrt(variance) / Math.abs(intercept),
    line,
  };
}

/** The threshold of a batch size by the law, with its standard error; NaN where the law has none, being not positive there. */
export function lawThreshold({ line }: BatchLaw, batch: number): { predicted: number; predictedError: number } {
  const { y, error } = onLine(line, 1 / batch);
  if (!(y > 0)) return { predicted: Number.NaN, predictedError: Number.NaN };
  return { predicted: 1 / y, predictedError: error / (y * y) };
}

/** p = b / (b + v): the Bernoulli noise with the E[s^2] = 1 / p that a batch of b has. Above 1 where v is negative. */
export const twinProbability = ({ spread }: Pick<BatchLaw, 'spread'>, batch: number): number =>
  batch / (batch + spread);

const bracketed = (thresholds: readonly BatchThreshold[]): BatchThreshold[] =>
  thresholds
    .filter(({ convergence }) => bracketCentre(convergence) !== undefined)
    .toSorted((a, b) => a.batch - b.batch);

/** The thresholds rise with the batch size, as far as the ELRs that were run tell them apart. */
function orderPrediction(thresholds: readonly BatchThreshold[]): Prediction {
  const name = 'smaller batches lower the threshold';
  const known = bracketed(thresholds);
  const centres = known.map(({ convergence }) => bracketCentre(convergence)!);
  const distinct = centres.filter((centre, i) => centre !== centres[i - 1]);
  const tolerance = 0;
  if (known.length < 2) {
    return untestedPrediction({ name, source: SOURCE, tolerance, note: 'fewer than two batch sizes are bracketed' });
  }
  if (distinct.length === 1) {
    return untestedPrediction({ name, source: SOURCE, tolerance, note: 'one bracket for all: closer ELRs would tell' });
  }
  const places = known.map(({ batch }, i) => `${Number(centres[i]!.toPrecision(3))} at ${batch}`);
  const rises = centres.every((centre, i) => i === 0 || centre >= centres[i - 1]!);
  return {
    name,
    source: SOURCE,
    predicted: `rising: ${known.map(({ batch }) => batch).join(' < ')}`,
    measured: places.join(', '),
    error: null,
    errorKind: 'absolute',
    tolerance,
    holds: rises,
  };
}

/** The threshold of each batch size as the law has it that is fitted to all the others. */
function leftOutPrediction(thresholds: readonly BatchThreshold[], { batch, convergence }: BatchThreshold): Prediction {
  const name = `threshold at batch ${batch}, from the other batch sizes`;
  const others = bracketed(thresholds).filter((each) => each.batch !== batch);
  const law = fitBatchLaw(others);
  if (law === undefined) {
    const note = `needs ${LAW_POINTS} other batch sizes that are bracketed`;
    return untestedPrediction({ name, source: SOURCE, tolerance: 1, note });
  }
  const { predicted, predictedError } = lawThreshold(law, batch);
  if (Number.isNaN(predicted)) {
    const note = 'the line through the others is not positive at this batch size';
    return untestedPrediction({ name, source: SOURCE, tolerance: 1, note });
  }
  return thresholdPrediction({ name, source: SOURCE, predicted, predictedError }, convergence);
}

/** What T10 says of a network, or of its twin, without knowing S or v: the order, and each threshold from the others. */
export const batchSizePredictions = (thresholds: readonly BatchThreshold[]): Prediction[] => [
  orderPrediction(thresholds),
  ...thresholds.map((threshold) => leftOutPrediction(thresholds, threshold)),
];

/** The thresholds of the twin against its closed form, which is known beforehand. */
export const closedFormPredictions = (
  thresholds: readonly BatchThreshold[],
  closedForm: (batch: number) => number,
): Prediction[] =>
  thresholds.map(({ batch, convergence }) =>
    thresholdPrediction(
      { name: `threshold at batch ${batch}, closed form`, source: SOURCE, predicted: closedForm(batch) },
      convergence,
    ),
  );
