import { mean } from '../numerics/means.js';
import { blockJackknife } from '../numerics/statistics/jackknife.js';
import { meanWithError } from '../numerics/statistics/mean-error.js';
import type { StepColumns } from '../run/step-columns.js';
import { equalRotationShares } from '../sphere/equal-rotation-shares.js';
import { recordedFloors } from '../sphere/noise-floor.js';
import { equilibriumShares } from '../sphere/quantities.js';

/** Averages over a part of a run. */
export interface RunAverages {
  readonly loss: number;
  readonly accuracy: number;
  readonly egn: number;
  readonly ess: number;
  /** Norm share w_i of each group. */
  readonly shares: readonly number[];
  /** g_i / sum g_j: the shares of an equilibrium (K4). */
  readonly equilibriumShares: readonly number[];
  /** Shares at which all groups, with the gradients that they had step by step, would turn alike (K4). */
  readonly turnShares: readonly number[];
  /** sqrt(exp(mean log(1 + ess^2)) - 1), joint and a group: the step size whose equality K4 states exactly. */
  readonly effectiveStep: number;
  readonly groupEffectiveSteps: readonly number[];
}

/**
 * Standard errors of averages, the autocorrelation of the steps included. NaN or infinite if the run is too short to tell:
 * null in JSON.
 */
export interface AverageErrors extends RunAverages {
  /** Of groupEffectiveSteps over effectiveStep, which move together. */
  readonly stepRatios: readonly number[];
  /** Of shares over turnShares, which move together. */
  readonly turnRatios: readonly number[];
  /** Of shares minus equilibriumShares. */
  readonly shareGaps: readonly number[];
}

const turning = (ess: number): number => Math.log1p(ess * ess);
const stepOf = (meanTurning: number): number => Math.sqrt(Math.expm1(meanTurning));

/** Series of the part, joint and a group each. */
function seriesOf({ columns }: StepColumns) {
  const { groups } = columns;
  return {
    loss: columns.loss,
    accuracy: columns.accuracy,
    egn: columns.egn,
    ess: columns.ess,
    turning: columns.ess.map(turning),
    shares: groups.map(({ share }) => share),
    egns: groups.map(({ egn }) => egn),
    turnings: groups.map(({ ess }) => ess.map(turning)),
    products: groups.map(({ ess, share }) => ess.map((step, i) => step * share[i]!)),
  };
}

/** A noise share with its standard error. */
export interface NoiseShare {
  readonly value: number;
  readonly error: number;
  /** With momentum, of runs that do not record how far steps go: the share is at most this. Absent: it is exact. */
  readonly isUpperEstimate?: boolean;
}

/**
 * Noise share of the loss over a part (T14): the mean noise floor of its steps over their mean loss, with the error that the
 * autocorrelation of both leaves; NaN if the part is too short, or drifts too much, to tell. With momentum it is exact where steps
 * record how far they went, and otherwise an upper estimate.
 */
export function noiseShareOf({ columns }: StepColumns, momentum = 0): NoiseShare {
  const { floors, isUpperEstimate } = recordedFloors(columns, momentum);
  const { value, error } = blockJackknife([floors, columns.loss], ([floor, loss]) => floor! / loss!);
  return { value, error, ...(isUpperEstimate && { isUpperEstimate }) };
}

/** Means of the steps of a part. */
export function averagesOf(steps: StepColumns): RunAverages {
  const series = seriesOf(steps);
  return {
    loss: mean(series.loss),
    accuracy: mean(series.accuracy),
    egn: mean(series.egn),
    ess: mean(series.ess),
    shares: series.shares.map(mean),
    equilibriumShares: equilibriumShares(series.egns.map(mean)),
    turnShares: equalRotationShares(series.products),
    effectiveStep: stepOf(mean(series.turning)),
    groupEffectiveSteps: series.turnings.map((values) => stepOf(mean(values))),
  };
}

/**
 * Standard errors of shares, which add up to 1: that of one is at most the sum of those of the others. A share that drifts slowly
 * has an error of its own that is too large, the autocorrelation of a drift being as long as the part.
 */
function errorsOfShares(errors: readonly number[]): number[] {
  const total = errors.reduce((sum, error) => sum + error, 0);
  return errors.map((error) => (Number.isFinite(total) ? Math.min(error, total - error) : error));
}

/** Standard errors of the means of a stationary part: of plain means by autocorrelation, of functions of them by jackknife. */
export function errorsOf(steps: StepColumns): AverageErrors {
  const series = seriesOf(steps);
  const plain = (values: ArrayLike<number>): number => meanWithError(values).error;
  const stepError = (values: ArrayLike<number>): number => blockJackknife([values], ([m]) => stepOf(m!)).error;
  const stepRatios = series.turnings.map(
    (values) => blockJackknife([values, series.turning], ([own, joint]) => stepOf(own!) / stepOf(joint!)).error,
  );
  const shareOf = (i: number, egns: readonly number[]): number => equilibriumShares(egns)[i]!;
  return {
    loss: plain(series.loss),
    accuracy: plain(series.accuracy),
    egn: plain(series.egn),
    ess: plain(series.ess),
    shares: errorsOfShares(series.shares.map(plain)),
    equilibriumShares: series.egns.map((_, i) => blockJackknife(series.egns, (means) => shareOf(i, means)).error),
    effectiveStep: stepError(series.turning),
    groupEffectiveSteps: series.turnings.map(stepError),
    // A share that would turn a group by a percent more is a percent smaller.
    turnShares: stepRatios.map((error, i) => error * mean(series.shares[i]!)),
    stepRatios,
    turnRatios: stepRatios,
    shareGaps: series.shares.map(
      (values, i) => blockJackknife([values, ...series.egns], ([own, ...egns]) => own! - shareOf(i, egns)).error,
    ),
  };
}
