import { mean } from '../numerics/means.js';
import { blockJackknife } from '../numerics/statistics/jackknife.js';
import { meanWithError } from '../numerics/statistics/mean-error.js';
import type { StepColumns } from '../run/step-columns.js';
import { equalRotationShares } from '../sphere/equal-rotation-shares.js';
import { equilibriumShares } from '../sphere/quantities.js';
import { type RunSeries, seriesOf } from './run-series.js';

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

const stepOf = (meanTurning: number): number => Math.sqrt(Math.expm1(meanTurning));

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
export function noiseShareOf(part: StepColumns | RunSeries, momentum = 0): NoiseShare {
  const series = seriesOf(part);
  const { floors, isUpperEstimate } = series.floors(momentum);
  const { value, error } = blockJackknife([floors, series.loss], ([floor, loss]) => floor! / loss!);
  return { value, error, ...(isUpperEstimate && { isUpperEstimate }) };
}

/** Means of the steps of a part. */
export function averagesOf(part: StepColumns | RunSeries): RunAverages {
  const series = seriesOf(part);
  const { groups } = series;
  const effectiveStepOf = ({ turning }: Pick<RunSeries, 'turning'>): number => stepOf(mean(turning()));
  return {
    loss: mean(series.loss),
    accuracy: mean(series.accuracy),
    egn: mean(series.egn),
    ess: mean(series.ess),
    shares: groups.map(({ share }) => mean(share)),
    equilibriumShares: equilibriumShares(groups.map(({ egn }) => mean(egn))),
    turnShares: equalRotationShares(rotationProducts(groups)),
    effectiveStep: effectiveStepOf(series),
    groupEffectiveSteps: groups.map(effectiveStepOf),
  };
}

/** Of one group after the other: of a long run, only one of them is in memory. */
function* rotationProducts(groups: RunSeries['groups']) {
  for (const group of groups) yield group.products();
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
export function errorsOf(part: StepColumns | RunSeries): AverageErrors {
  const series = seriesOf(part);
  const { groups } = series;
  const [shares, egns] = [groups.map(({ share }) => share), groups.map(({ egn }) => egn)];
  const plain = (values: ArrayLike<number>): number => meanWithError(values).error;
  const stepError = (values: ArrayLike<number>): number => blockJackknife([values], ([m]) => stepOf(m!)).error;
  const jointTurning = series.turning();
  // Of a long run, the turning of one group at a time is in memory.
  const ofGroups = groups.map(({ turning }) => {
    const own = turning();
    const ratio = blockJackknife([own, jointTurning], ([one, joint]) => stepOf(one!) / stepOf(joint!)).error;
    return { ratio, step: stepError(own) };
  });
  const stepRatios = ofGroups.map(({ ratio }) => ratio);
  const shareOf = (i: number, egns: readonly number[]): number => equilibriumShares(egns)[i]!;
  return {
    loss: plain(series.loss),
    accuracy: plain(series.accuracy),
    egn: plain(series.egn),
    ess: plain(series.ess),
    shares: errorsOfShares(shares.map(plain)),
    equilibriumShares: egns.map((_, i) => blockJackknife(egns, (means) => shareOf(i, means)).error),
    effectiveStep: stepError(jointTurning),
    groupEffectiveSteps: ofGroups.map(({ step }) => step),
    // A share that would turn a group by a percent more is a percent smaller.
    turnShares: stepRatios.map((error, i) => error * mean(shares[i]!)),
    stepRatios,
    turnRatios: stepRatios,
    shareGaps: shares.map(
      (values, i) => blockJackknife([values, ...egns], ([own, ...others]) => own! - shareOf(i, others)).error,
    ),
  };
}
