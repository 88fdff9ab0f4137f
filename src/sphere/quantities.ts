/**
 * Quantities of training on a sphere and the identities that tie them together (theory.md, sections 1 and 2).
 * They hold for every scale-invariant function and every stochastic gradient, so toy and network share them.
 */

/** Norm share, effective gradient norm (EGN) and effective step size (ESS) of one scale-invariant group. */
export interface GroupQuantities {
  readonly name: string;
  /** w_i = rho_i^2 / rho^2; the shares of all groups sum to 1. */
  readonly share: number;
  /** g_i = rho_i |grad_i F|. */
  readonly egn: number;
  /** ess_i = elr_i g_i with elr_i = elr / w_i. */
  readonly ess: number;
  /** Cosine between parameters and gradient, where the trainer measures it: 0 for an exactly scale-invariant loss. */
  readonly radial?: number;
}

/** What every trainer records before each update, toy or network. */
export interface StepQuantities {
  readonly step: number;
  readonly loss: number;
  readonly elr: number;
  /** g = rho |grad F|, the gradient norm at the point scaled to the unit sphere. */
  readonly egn: number;
  /** ess = elr g. */
  readonly ess: number;
  /** rho, the joint norm of all scale-invariant parameters. */
  readonly norm: number;
  readonly groups: readonly GroupQuantities[];
  /** Cosine between all parameters and the gradient, where the trainer measures it. */
  readonly radial?: number;
  /** Angle in radians between this iterate and the next, where the trainer measures it. */
  readonly angle?: number;
  /** Distance to the next iterate in units of `norm`, where the trainer measures that instead. */
  readonly chord?: number;
}

/** Squared norms of one group: of its parameters and of the loss gradient there. */
export interface GroupSquares {
  readonly name: string;
  readonly squaredNorm: number;
  readonly squaredGradient: number;
  /** Inner product of parameters and gradient, where it is measured. */
  readonly inner?: number;
}

/** elr = eta / rho^2. */
export const effectiveLearningRate = (learningRate: number, norm: number): number => learningRate / (norm * norm);

/** g = rho |grad F|. */
export const effectiveGradientNorm = (norm: number, gradientNorm: number): number => norm * gradientNorm;

/** ess = elr g, the tangent of the angle of one step (K1). */
export const effectiveStepSize = (elr: number, egn: number): number => elr * egn;

/** w_i = rho_i^2 / rho^2 from the squared norms of the groups. */
export function normShares(squaredNorms: readonly number[]): number[] {
  const total = squaredNorms.reduce((sum, value) => sum + value, 0);
  return squaredNorms.map((value) => value / total);
}

/**
 * Norm, EGN and ESS, joint and per group, of one step with learning rate `learningRate`, from the squared norms of
 * the parameters and gradients of each group (theory.md, section 1).
 */
export function sphereQuantities(
  groups: readonly GroupSquares[],
  learningRate: number,
): Pick<StepQuantities, 'elr' | 'egn' | 'ess' | 'norm' | 'groups' | 'radial'> {
  const norm = Math.sqrt(groups.reduce((sum, group) => sum + group.squaredNorm, 0));
  const gradientNorm = Math.sqrt(groups.reduce((sum, group) => sum + group.squaredGradient, 0));
  const elr = effectiveLearningRate(learningRate, norm);
  const egn = effectiveGradientNorm(norm, gradientNorm);
  const shares = normShares(groups.map((group) => group.squaredNorm));
  const inner = groups.every((group) => group.inner !== undefined)
    ? groups.reduce((sum, group) => sum + group.inner!, 0)
    : undefined;
  return {
    elr,
    egn,
    ess: effectiveStepSize(elr, egn),
    norm,
    ...radialPart(inner, egn),
    groups: groups.map(({ name, squaredNorm, squaredGradient, inner: groupInner }, i) => {
      const groupNorm = Math.sqrt(squaredNorm);
      const groupEgn = effectiveGradientNorm(groupNorm, Math.sqrt(squaredGradient));
      const groupElr = effectiveLearningRate(learningRate, groupNorm);
      const ess = effectiveStepSize(groupElr, groupEgn);
      return { name, share: shares[i]!, egn: groupEgn, ess, ...radialPart(groupInner, groupEgn) };
    }),
  };
}

/** The cosine is 0 if the gradient is zero. */
const radialPart = (inner: number | undefined, egn: number): { radial?: number } =>
  inner === undefined ? {} : { radial: egn === 0 ? 0 : inner / egn };

/** What a gradient step does to parameters seen from their own length: joint or of one group. */
type Turn = Pick<GroupQuantities, 'ess' | 'radial'>;

/**
 * Angle of one step in radians: arctan(ess) (K1), corrected for a gradient that is not quite orthogonal to the parameters
 * where its cosine `radial` is known.
 */
export const stepAngle = ({ ess, radial = 0 }: Turn): number =>
  // A cosine of 1 may be rounded to more.
  Math.atan2(ess * Math.sqrt(Math.max(0, 1 - radial * radial)), 1 - ess * radial);

/** Squared norm after a gradient step, before projection, in units of that before: 1 + ess^2, with the same correction. */
const squaredStretch = ({ ess, radial = 0 }: Turn): number => 1 - 2 * ess * radial + ess * ess;

/** w_i' = w_i (1 + ess_i^2) / (1 + ess^2): the shares after the step that `quantities` describes (K3). */
export function nextNormShares(quantities: Turn & Pick<StepQuantities, 'groups'>): number[] {
  const joint = squaredStretch(quantities);
  return quantities.groups.map((group) => (group.share * squaredStretch(group)) / joint);
}

/** Norm shares of the equilibrium in which all groups turn equally fast: w_i = g_i / sum g_j (K4). */
export function equilibriumShares(groupEgns: readonly number[]): number[] {
  const total = groupEgns.reduce((sum, value) => sum + value, 0);
  return groupEgns.map((value) => value / total);
}
