import type { GroupQuantities, StepQuantities } from './quantities.js';

/** Steps record every tensor; tensors that are only scale-invariant together are measured as one group. */

/** Some scale-invariant parameters that may be rescaled together, and no fewer of them, without changing the loss. */
export interface InvariantGroup {
  /** Of a single tensor its name, of several that of their stream. */
  readonly name: string;
  readonly tensors: readonly string[];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Inner products of parameters and gradients add; undefined if one of them is not measured. */
const jointRadial = (tensors: readonly GroupQuantities[], egn: number): { radial?: number } =>
  tensors.some(({ radial }) => radial === undefined)
    ? {}
    : { radial: egn === 0 ? 0 : sum(tensors.map(({ radial, egn: own }) => radial! * own)) / egn };

/**
 * Quantities of several tensors as one group, from those of each in a step at `elr`: what `sphereQuantities` gives of all
 * their parameters together, to rounding. w = sum w_j, g^2 = w sum g_j^2 / w_j, ess = elr g / w, c g = sum c_j g_j with
 * the cosines c. NaN if a tensor has no norm: of its gradient nothing is known then. A single tensor is returned as it is.
 */
export function jointQuantities(name: string, tensors: readonly GroupQuantities[], elr: number): GroupQuantities {
  if (tensors.length === 1) return tensors[0]!;
  const share = sum(tensors.map((tensor) => tensor.share));
  // The norm of the gradient, in units of the joint norm of all groups.
  const gradient = Math.hypot(...tensors.map((tensor) => tensor.egn / Math.sqrt(tensor.share)));
  const egn = Math.sqrt(share) * gradient;
  return { name, share, egn, ess: (elr * egn) / share, ...jointRadial(tensors, egn) };
}

/**
 * A step with the quantities of groups in place of those of tensors; as it is where there are no groups, each tensor being
 * one. Throws if the step lacks a tensor.
 */
export function stepInGroups<Step extends StepQuantities>(step: Step, groups?: readonly InvariantGroup[]): Step {
  if (groups === undefined) return step;
  const byName = new Map(step.groups.map((tensor) => [tensor.name, tensor]));
  const tensor = (name: string): GroupQuantities => {
    const found = byName.get(name);
    if (found === undefined) throw new Error(`step ${step.step} says nothing of ${name}`);
    return found;
  };
  return {
    ...step,
    groups: groups.map(({ name, tensors }) => jointQuantities(name, tensors.map(tensor), step.elr)),
  };
}
