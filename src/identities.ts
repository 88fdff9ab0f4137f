import { nextNormShares, type StepQuantities, stepAngle } from './sphere.js';

/**
 * Largest residual of each kinematic identity over a run (theory.md, section 2). The identities assume a gradient that is
 * orthogonal to the parameters of each group. Where a trainer measures the cosine between them (`radial`), it is accounted
 * for exactly, so that what is left is rounding; how far from orthogonal the gradient is, `largestRadial` says.
 */
export interface IdentityResiduals {
  /** K1, radians: |angle(x_t, x_t+1) - arctan ess_t|. */
  readonly K1: number;
  /** K2, relative: |sum w_i ess_i^2 - ess^2| / ess^2. */
  readonly K2: number;
  /** K3, absolute (shares lie in 0..1): |w_i' - w_i (1 + ess_i^2) / (1 + ess^2)|, the largest over groups. */
  readonly K3: number;
}

/** K1 of one step: |angle - arctan ess|; 0 where the trainer does not measure angles. */
export const stepAngleResidual = ({ angle, ...turn }: StepQuantities): number =>
  angle === undefined ? 0 : Math.abs(angle - stepAngle(turn));

/** K2 of one step, relative to ess^2; 0 at zero gradient. */
export function jointStepResidual({ ess, groups }: StepQuantities): number {
  // Divided before squaring: the squares of tiny steps underflow.
  const scale = ess === 0 ? 1 : ess;
  const fromGroups = groups.reduce((sum, group) => sum + group.share * (group.ess / scale) ** 2, 0);
  return ess === 0 ? fromGroups : Math.abs(fromGroups - 1);
}

/** K3 between two consecutive steps of one run. */
export function shareUpdateResidual(step: StepQuantities, next: StepQuantities): number {
  const expected = nextNormShares(step);
  return next.groups.reduce((worst, group, i) => Math.max(worst, Math.abs(group.share - expected[i]!)), 0);
}

/** NaN must surface, never be lost in a comparison: `Math.max` keeps it. */
const worse = (a: number, b: number): number => Math.max(a, b);

export const NO_RESIDUALS: IdentityResiduals = { K1: 0, K2: 0, K3: 0 };

/** Residuals over everything seen so far, after one more step; `previous` is the step before, if it was recorded. */
export function accumulateResiduals(
  residuals: IdentityResiduals,
  step: StepQuantities,
  previous?: StepQuantities,
): IdentityResiduals {
  const consecutive = previous !== undefined && previous.step + 1 === step.step;
  return {
    K1: worse(residuals.K1, stepAngleResidual(step)),
    K2: worse(residuals.K2, jointStepResidual(step)),
    K3: consecutive ? worse(residuals.K3, shareUpdateResidual(previous, step)) : residuals.K3,
  };
}

/** Largest K1-K3 residuals over the consecutive steps of a run. */
export function identityResiduals(steps: Iterable<StepQuantities>): IdentityResiduals {
  let residuals = NO_RESIDUALS;
  let previous: StepQuantities | undefined;
  for (const step of steps) {
    residuals = accumulateResiduals(residuals, step, previous);
    previous = step;
  }
  return residuals;
}

/** Largest |cosine| between parameters and gradient of a group over a run; 0 where it is not measured. */
export function largestRadial(steps: Iterable<StepQuantities>): number {
  let largest = 0;
  for (const { groups } of steps) for (const { radial = 0 } of groups) largest = worse(largest, Math.abs(radial));
  return largest;
}
