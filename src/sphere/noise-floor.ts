/** Below this noise share noise does not limit a run: most of its loss is still to be learnt (T14; docs/noise-floor.md). */
export const NOISE_LIMITED = 0.3;

/** What a step needs to say how high its noise keeps the loss: one array an element a step. */
export interface StepSizes {
  readonly egn: Float64Array;
  readonly ess: Float64Array;
}

/**
 * elr |g_a|^2 / 4 = ess egn / 4 of each step: its mean over a stationary run is what noise adds to the loss (T14, p = 2). With
 * momentum beta the ELR is taken as elr / (1 - beta), which leaves out 2 beta / (1 + beta) of the mean gradient's square: an upper
 * estimate, close where noise dominates the gradients.
 */
export const stepNoiseFloors = ({ egn, ess }: StepSizes, momentum = 0): Float64Array =>
  ess.map((size, step) => (size * egn[step]!) / (4 * (1 - momentum)));

/** A quantity that some steps may lack, as columns of a run have it. */
interface Lacking {
  readonly values: Float64Array;
}

/** What a step needs to say how far it went. */
export interface StepLengths {
  readonly elr: Float64Array;
  readonly norm: Float64Array;
  /** Angle to the next iterate, radians. */
  readonly angle?: Lacking;
  /** Distance to it in units of the norm before. */
  readonly chord?: Lacking;
}

/** tan^2 of the angle between iterates from their distance and the ratio r of their norms: 2 - 2 cos = (chord^2 - (r - 1)^2) / r. */
function squaredTangent(chord: number, ratio: number): number {
  const cosine = 1 - (chord * chord - (ratio - 1) ** 2) / (2 * ratio);
  return 1 / (cosine * cosine) - 1;
}

/** A step as far as its velocity floor needs it. */
interface MovedStep {
  readonly elr: number;
  readonly norm: number;
  readonly angle?: number;
  readonly chord?: number;
}

/** |v|^2 / (4 elr) of one step, to be multiplied by 1 + beta (`stepVelocityFloors`), where the norm after it is `nextNorm`; NaN if it records no movement. */
export function stepVelocityFloor({ elr, norm, angle, chord }: MovedStep, nextNorm: number): number {
  if (angle !== undefined) return Math.tan(angle) ** 2 / (4 * elr);
  return chord === undefined ? Number.NaN : squaredTangent(chord, nextNorm / norm) / (4 * elr);
}

/**
 * (1 + beta) |v|^2 / (4 elr) of each step, |v| = tan of its angle: its mean is what noise adds to the loss of a run with momentum beta (T14,
 * `velocityNoiseFloor`); without momentum it is `stepNoiseFloors`. The angle is as measured, or from the distance to the next iterate and the
 * norms of both (the last step: as if its norm stayed). undefined where steps record neither.
 */
export function stepVelocityFloors(lengths: StepLengths, momentum: number): Float64Array | undefined {
  const { elr, norm, angle, chord } = lengths;
  const floor = (square: number, step: number): number => ((1 + momentum) * square) / (4 * elr[step]!);
  if (angle !== undefined) return angle.values.map((value, step) => floor(Math.tan(value) ** 2, step));
  return chord?.values.map((value, step) =>
    floor(squaredTangent(value, (norm[step + 1] ?? norm[step]!) / norm[step]!), step),
  );
}

/** The noise floor of each step, in the best form that the record of a run allows. */
export interface RecordedFloors {
  readonly floors: Float64Array;
  /** With momentum, where steps record no movement: the floors are those of elr / (1 - beta). */
  readonly isUpperEstimate: boolean;
}

/**
 * `stepVelocityFloors` of a run with momentum whose steps all record how far they went, `stepNoiseFloors` of every other. Runs of
 * earlier versions, and steps without a finite angle, have none.
 */
export function recordedFloors(columns: StepSizes & StepLengths, momentum = 0): RecordedFloors {
  const ofGradients = stepNoiseFloors(columns, momentum);
  if (momentum === 0) return { floors: ofGradients, isUpperEstimate: false };
  const floors = stepVelocityFloors(columns, momentum);
  const isWhole = floors?.every((floor, step) => Number.isFinite(floor) || !Number.isFinite(ofGradients[step]));
  return isWhole ? { floors: floors!, isUpperEstimate: false } : { floors: ofGradients, isUpperEstimate: true };
}
