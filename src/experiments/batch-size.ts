import {
  fitLine,
  fitLineWithout,
  type LinePoint,
  onLine,
  type StraightLine,
} from '../numerics/statistics/straight-line.js';
import { bracketText, isBelow } from '../regime/brackets.js';
import { type Bracket, bracketCentre, bracketError } from '../regime/thresholds.js';
import { type Prediction, untestedPrediction } from '../verify/prediction.js';
import { thresholdPrediction } from '../verify/threshold-rows.js';

/**
 * Smaller batches lower the threshold (T10). A batch of b samples whose curvature factors are independent, of mean 1 and
 * variance v, has E[s^2] = 1 + v / b, so that 1 / ELR_c = S (1 + v / b): a straight line in 1 / b.
 */

/** Where the runs of a batch size stop converging. */
export interface BatchThreshold {
  readonly batch: number;
  /** The batch of independent draws that it is worth, where images are few; default: itself. */
  readonly independent?: number;
  readonly convergence: Bracket;
}

/** The law as fitted, 1 / ELR_c = S + S v / b, neither part below 0. */
export interface BatchLaw {
  /** S: 1 / S is the threshold of infinite batches. 0 if the thresholds are explained by noise alone. */
  readonly sum: number;
  readonly sumError: number;
  /** S v, the contribution of a batch of one; 0 if larger batches do not have larger thresholds. */
  readonly noise: number;
  readonly noiseError: number;
  /** Whether one of the two is at 0 because a negative number would fit better. */
  readonly atBound: boolean;
  readonly line: StraightLine;
}

const SOURCE = 'T10';

function physicalLine(points: readonly LinePoint[]): { line: StraightLine; atBound: boolean } | undefined {
  const line = fitLine(points);
  if (line === undefined) return undefined;
  if (line.intercept < 0) return { line: fitLineWithout('intercept', points), atBound: true };
  if (line.slope < 0) return { line: fitLineWithout('slope', points), atBound: true };
  return { line, atBound: false };
}

/** The law through the thresholds that are bracketed, each with the error of its bracket; undefined through fewer than two. */
export function fitBatchLaw(thresholds: readonly BatchThreshold[]): BatchLaw | undefined {
  const points = thresholds.flatMap(({ batch, independent = batch, convergence }) => {
    const centre = bracketCentre(convergence);
    if (centre === undefined) return [];
    return [{ x: 1 / independent, y: 1 / centre, error: bracketError(convergence) / centre }];
  });
  const fitted = physicalLine(points);
  if (fitted === undefined) return undefined;
  const { intercept, slope, covariance } = fitted.line;
  return {
    sum: intercept,
    sumError: Math.sqrt(covariance.intercept),
    noise: slope,
    noiseError: Math.sqrt(covariance.slope),
    ...fitted,
  };
}

/** The threshold of a batch size by the law, with its standard error. */
export function lawThreshold({ line }: BatchLaw, batch: number): { predicted: number; predictedError: number } {
  const { y, error } = onLine(line, 1 / batch);
  return { predicted: 1 / y, predictedError: error / (y * y) };
}

/** The toy that has the law of a network. */
export interface BatchTwin {
  /** 1 / S in the network's units: the ELR at which the toy would stop converging without noise. */
  readonly sum: number;
  /** v. */
  readonly spread: number;
  /** p = b / (b + v): the Bernoulli noise whose E[s^2] = 1 / p is that of a batch of b. */
  probability(batch: number): number;
}

/** Where nothing but noise is seen, the twin's v is this many of the largest batches: thresholds then nearly grow with the batch. */
const BATCHES_OF_PURE_NOISE = 4;

/** The twin of a law that was fitted to these batch sizes. */
export function batchTwin({ sum, noise }: BatchLaw, batches: readonly number[]): BatchTwin {
  const spread = sum > 0 ? noise / sum : BATCHES_OF_PURE_NOISE * Math.max(...batches);
  return { sum: sum > 0 ? sum : noise / spread, spread, probability: (batch) => batch / (batch + spread) };
}

/**
 * The thresholds rise with the batch size: no bracket lies wholly below that of a smaller batch, and one lies wholly above.
 * Brackets that overlap have no say.
 */
function orderPrediction(thresholds: readonly BatchThreshold[]): Prediction {
  const name = 'smaller batches lower the threshold';
  const tolerance = 0;
  const rising = thresholds.toSorted((a, b) => a.batch - b.batch);
  const pairs = rising.flatMap((small, i) => rising.slice(i + 1).map((large) => [small, large] as const));
  const confirms = pairs.some(([small, large]) => isBelow(small.convergence, large.convergence));
  const refutes = pairs.some(([small, large]) => isBelow(large.convergence, small.convergence));
  if (!confirms && !refutes) {
    const note = 'the brackets of all batch sizes overlap: a finer grid of ELRs or more seeds could separate them';
    return untestedPrediction({ name, source: SOURCE, tolerance, note });
  }
  return {
    name,
    source: SOURCE,
    predicted: `rising: ${rising.map(({ batch }) => batch).join(' < ')}`,
    measured: rising.map(({ batch, convergence }) => `${bracketText(convergence)} at ${batch}`).join(', '),
    error: null,
    errorKind: 'absolute',
    tolerance,
    holds: !refutes,
  };
}

/** The threshold of each batch size as predicted by the law fitted to all the others. */
function leftOutPrediction(
  thresholds: readonly BatchThreshold[],
  { batch, independent = batch, convergence }: BatchThreshold,
): Prediction {
  const name = `threshold at batch ${batch}, from the other batch sizes`;
  const law = fitBatchLaw(thresholds.filter((each) => each.batch !== batch));
  if (law === undefined) {
    const note = 'needs brackets at two other batch sizes';
    return untestedPrediction({ name, source: SOURCE, tolerance: 1, note });
  }
  return thresholdPrediction({ name, source: SOURCE, ...lawThreshold(law, independent) }, convergence);
}

/** What T10 says of a network, or of its twin, without knowing S or v: the order, and each threshold from the others. */
export const batchSizePredictions = (thresholds: readonly BatchThreshold[]): Prediction[] => [
  orderPrediction(thresholds),
  ...thresholds.map((threshold) => leftOutPrediction(thresholds, threshold)),
];

/** The thresholds of the twin against its closed form, which is known beforehand, at the batch of independent draws. */
export const closedFormPredictions = (
  thresholds: readonly BatchThreshold[],
  closedForm: (independent: number) => number,
): Prediction[] =>
  thresholds.map(({ batch, independent = batch, convergence }) =>
    thresholdPrediction(
      { name: `threshold at batch ${batch}, closed form`, source: SOURCE, predicted: closedForm(independent) },
      convergence,
    ),
  );

/** A law as JSON has it. */
export function lawFacts(law: BatchLaw | undefined): Omit<BatchLaw, 'line'> | null {
  if (law === undefined) return null;
  const { line: _, ...fitted } = law;
  return fitted;
}
