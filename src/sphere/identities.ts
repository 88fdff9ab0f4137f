import { nextNormShares, type StepQuantities, stepAngle } from './quantities.js';

/** Largest residual of each kinematic identity over a run (theory.md, section 2). */
export interface IdentityResiduals {
  /** K1, radians: |angle(x_t, x_t+1) - arctan ess_t|. */
  readonly K1: number;
  /** K2, relative: |sum w_i ess_i^2 - ess^2| / ess^2. */
  readonly K2: number;
  /** K3, absolute (shares lie in 0..1): |w_i' - w_i (1 + ess_i^2) / (1 + ess^2)|, the largest over groups. */
  readonly K3: number;
}

/**
 * K1 of one step: |angle - arctan ess|, or K1' where the step knows its cosine; 0 where the trainer does not measure angles.
 */
export const stepAngleResidual = (step: StepQuantities): number =>
  step.angle === undefined ? 0 : Math.abs(step.angle - stepAngle(step));

/** K2 of one step, relative to ess^2; 0 at zero gradient. */
export function jointStepResidual({ ess, groups }: StepQuantities): number {
  // Divided before squaring: the squares of tiny steps underflow.
  const scale = ess === 0 ? 1 : ess;
  const fromGroups = groups.reduce((sum, group) => sum + group.share * (group.ess / scale) ** 2, 0);
  return ess === 0 ? fromGroups : Math.abs(fromGroups - 1);
}

/** K3 between two consecutive steps of one run, or K3' where the step knows its cosines. */
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

const hasCosines = ({ radial, groups }: StepQuantities): boolean =>
  radial !== undefined || groups.some((group) => group.radial !== undefined);

/** The step as K1 to K3 see it: with a gradient orthogonal to the parameters of each group. Itself where no cosine was measured. */
function withoutCosines(given: StepQuantities): StepQuantities {
  if (!hasCosines(given)) return given;
  // Field by field, which takes a third of the time of leaving one out.
  const { step, loss, elr, egn, ess, norm, groups, angle } = given;
  const plain = groups.map(({ name, share, egn: groupEgn, ess: groupEss }) => {
    return { name, share, egn: groupEgn, ess: groupEss };
  });
  return { step, loss, elr, egn, ess, norm, groups: plain, ...(angle !== undefined && { angle }) };
}

/** What the identities leave over a run. */
export interface RunResiduals {
  /** Largest K1 to K3 residuals over consecutive steps, as the identities stand: for orthogonal gradients. */
  readonly identities: IdentityResiduals;
  /**
   * The same for K1' and K3', which account for the measured cosine between gradient and parameters: the residual is the rounding error
   * of the trainer for any function. Equal to `identities` if no cosine was measured.
   */
  readonly kinematics: IdentityResiduals;
  /** Largest |cosine| between parameters and gradient of a group; 0 where it is not measured. */
  readonly radial: number;
  /**
   * The same, each cosine reduced by what the squared norm of its group has lost since the first step: the epsilon of normalisation,
   * beside a variance that goes as that norm, counts for so much more.
   */
  readonly radialAtStart: number;
}

/** Squared norms of the groups. */
const squaredNorms = ({ norm, groups }: StepQuantities): number[] => groups.map(({ share }) => norm * norm * share);

/** The residuals of a run, of steps that are given one after another and not kept. */
export class ResidualsSoFar {
  private identities = NO_RESIDUALS;
  private kinematics = NO_RESIDUALS;
  private radial = 0;
  private radialAtStart = 0;
  private first: readonly number[] | undefined;
  private previous: { readonly plain: StepQuantities; readonly given: StepQuantities } | undefined;
  private isApart = false;

  push(given: StepQuantities): void {
    const { previous } = this;
    const plain = withoutCosines(given);
    this.identities = accumulateResiduals(this.identities, plain, previous?.plain);
    // The same numbers up to the first cosine.
    this.isApart ||= plain !== given;
    this.kinematics = this.isApart ? accumulateResiduals(this.kinematics, given, previous?.given) : this.identities;
    const norms = squaredNorms(given);
    this.first ??= norms;
    const { first } = this;
    given.groups.forEach((group, i) => {
      const cosine = Math.abs(group.radial ?? 0);
      this.radial = worse(this.radial, cosine);
      const hasLost = norms[i]! < first[i]!;
      this.radialAtStart = worse(this.radialAtStart, hasLost ? (cosine * norms[i]!) / first[i]! : cosine);
    });
    this.previous = { plain, given };
  }

  residuals(): RunResiduals {
    const { identities, kinematics, radial, radialAtStart } = this;
    return { identities, kinematics, radial, radialAtStart };
  }
}

/** The same in one pass over steps that are kept. */
export function runResiduals(steps: Iterable<StepQuantities>): RunResiduals {
  const soFar = new ResidualsSoFar();
  for (const step of steps) soFar.push(step);
  return soFar.residuals();
}
