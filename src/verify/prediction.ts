import type { Estimate } from '../numerics/statistics/estimate.js';

/** What rows are about, in the order in which they are shown. */
export const GROUPS: readonly PredictionGroup[] = ['regimes', 'thresholds', 'equilibrium', 'kinematics'];
/** What a row of `regimes verify` is about. */
export type PredictionGroup = 'regimes' | 'thresholds' | 'equilibrium' | 'kinematics';

/** One row of the table: a statement of the theory with its number, beside the number measured. */
export interface Prediction {
  readonly name: string;
  /** Absent outside of sweeps, where rows are not grouped. */
  readonly group?: PredictionGroup;
  /** Where the statement is derived: its label in theory.md. */
  readonly source: string;
  readonly predicted: number | string | null;
  readonly measured: number | string | null;
  /** Deviation of `measured` from `predicted`, as `errorKind` says; null if nothing could be measured. */
  readonly error: number | null;
  readonly errorKind: 'relative' | 'absolute' | 'factor';
  /** Largest error with which the prediction counts as holding. */
  readonly tolerance: number;
  /** null: not testable on these runs; `note` says why. */
  readonly holds: boolean | null;
  /** Standard errors of the two, if known; NaN or infinite if the run is too short to estimate them. */
  readonly predictedError?: number;
  readonly measuredError?: number;
  /** Where `measured` lies between bounds: the factor to either of them. */
  readonly measuredFactor?: number;
  readonly note?: string;
}

export type PredictionCase = Pick<
  Prediction,
  'name' | 'source' | 'tolerance' | 'predictedError' | 'measuredError' | 'measuredFactor'
> & {
  readonly predicted: number;
  readonly measured: number;
  readonly note?: string;
  /** Standard error of the deviation, in its units; default: from those of both numbers, as if they were independent. */
  readonly uncertainty?: number;
};

/** A prediction fails beyond doubt if its deviation exceeds the tolerance by this many standard errors. */
const BEYOND_DOUBT = 3;

const hasErrors = ({ predictedError, measuredError, uncertainty }: PredictionCase): boolean =>
  [predictedError, measuredError, uncertainty].some((error) => error !== undefined);

/**
 * The verdict on a deviation of at most `allowed`, known to a standard error: untested if that error is larger than what
 * is allowed, or not known, unless the deviation is too large even so; and if one of the two numbers is NaN.
 */
function judge(
  given: PredictionCase,
  errorKind: Prediction['errorKind'],
  { error, allowed, uncertainty }: { error: number; allowed: number; uncertainty: number },
): Prediction {
  const { uncertainty: _, ...row } = given;
  const unknown = (['predicted', 'measured'] as const).find((name) => Number.isNaN(given[name]));
  if (unknown !== undefined)
    return withoutVerdict({ ...row, errorKind, error: null, holds: null }, `what is ${unknown} is not a number`);
  if (!Number.isFinite(error)) return { ...row, errorKind, error: null, holds: false };
  const known = { ...row, errorKind, error };
  const holds = error <= given.tolerance;
  if (!hasErrors(given) || uncertainty <= allowed) return { ...known, holds };
  if (error - given.tolerance > BEYOND_DOUBT * uncertainty) return { ...known, holds };
  const size = Number.isFinite(uncertainty)
    ? `standard error ${uncertainty.toPrecision(2)} of what may be ${allowed.toPrecision(2)}`
    : 'too few independent values to know the error';
  return { ...known, holds: null, note: [given.note, `too uncertain: ${size}`].filter(Boolean).join('; ') };
}

/** Error |measured - predicted|. */
export const absolutePrediction = (given: PredictionCase): Prediction => {
  const { predicted, measured, tolerance, predictedError = 0, measuredError = 0 } = given;
  const uncertainty = given.uncertainty ?? Math.hypot(predictedError, measuredError);
  return judge(given, 'absolute', { error: Math.abs(measured - predicted), allowed: tolerance, uncertainty });
};

/** `predicted` as an upper bound: error max(0, measured / predicted - 1). */
export const boundPrediction = (given: PredictionCase): Prediction => {
  const excess = given.measured / given.predicted - 1;
  const error = Number.isNaN(excess) ? excess : Math.max(0, excess);
  const uncertainty = given.uncertainty ?? ratioError(given);
  return judge(given, 'relative', { error, allowed: given.tolerance, uncertainty });
};

/** Standard error of measured / predicted. */
const ratioError = ({ predicted, measured, predictedError = 0, measuredError = 0 }: PredictionCase): number =>
  Math.hypot(measuredError / predicted, (predictedError * measured) / predicted ** 2);

/** `predicted` as a lower bound: error max(0, predicted / measured - 1). */
export const lowerBoundPrediction = (given: PredictionCase): Prediction => {
  const { predicted, measured, measuredError = 0 } = given;
  const shortfall = predicted / measured - 1;
  const error = Number.isNaN(shortfall) ? shortfall : Math.max(0, shortfall);
  const uncertainty = given.uncertainty ?? (measuredError * predicted) / measured ** 2;
  return judge(given, 'relative', { error, allowed: given.tolerance, uncertainty });
};

/** Error |measured / predicted - 1|. */
export const relativePrediction = (given: PredictionCase): Prediction =>
  judge(given, 'relative', {
    error: Math.abs(given.measured / given.predicted - 1),
    allowed: given.tolerance,
    uncertainty: given.uncertainty ?? ratioError(given),
  });

/** Error max(measured / predicted, predicted / measured): 1 is exact. */
export const factorPrediction = (given: PredictionCase): Prediction => {
  const ratio = given.measured / given.predicted;
  const error = Math.max(ratio, 1 / ratio);
  // The factor times the relative error: the same whichever number is the larger.
  const uncertainty = given.uncertainty ?? (error * ratioError(given)) / ratio;
  return judge(given, 'factor', { error, allowed: given.tolerance - 1, uncertainty });
};

/** A number with its standard error as what is measured in a row. */
export const measuredAs = ({ mean, error }: Estimate) => ({ measured: mean, measuredError: error });

/** The same as what is predicted. */
export const predictedAs = ({ mean, error }: Estimate) => ({ predicted: mean, predictedError: error });

/** A row with its numbers, which cannot be a test of the prediction for a reason. */
export const withoutVerdict = (row: Prediction, reason: string): Prediction => ({
  ...row,
  holds: null,
  note: [reason, row.note].filter(Boolean).join('; '),
});

/** Rows of one group. */
export const inGroup = (group: PredictionGroup, rows: readonly Prediction[]): Prediction[] =>
  rows.map((row) => ({ ...row, group }));

/** A prediction that these runs cannot test, with the reason. */
export const untestedPrediction = (given: Pick<Prediction, 'name' | 'source' | 'tolerance'> & { note: string }) =>
  ({ ...given, predicted: null, measured: null, error: null, errorKind: 'relative', holds: null }) satisfies Prediction;
