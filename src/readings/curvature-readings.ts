import { mean, standardError } from '../numerics/means.js';
import type { Estimate } from '../numerics/statistics/estimate.js';
import type { Curvature } from '../run/curvature-record.js';
import type { ToyReading } from './toy-reading.js';

/** alpha_i = lambda_i / 2, from the block of each group on its own unit sphere (theory.md, section 4); none below 0. */
export const alphaOfBlocks = ({ groups }: Curvature): number[] =>
  groups.map(({ largest }) => Math.max(0, largest.value) / 2);

/** Mean over seeds with the error of their scatter; of one, the error that its bound allows. */
const overSeeds = (values: readonly number[], bounds: readonly number[]): Estimate => ({
  mean: mean(values),
  error: values.length > 1 ? Math.max(standardError(values), mean(bounds)) : bounds[0]!,
});

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** 1 / x with the error of x to first order. */
const inverted = ({ mean: value, error }: Estimate): Estimate => ({ mean: 1 / value, error: error / value ** 2 });

/** The shares of alpha_i over runs that have the same groups. */
const sharesOver = (alphas: readonly (readonly number[])[]): number[] =>
  alphas[0]!.map((_, i) => mean(alphas.map((alpha) => alpha[i]! / total(alpha))));

/**
 * The curvature at the ends of runs at one ELR, which differ in their seed, read as a toy (T3): alpha_i = lambda_i / 2 from the block
 * of each group, and 2 / lambda of all together, the toy's threshold if its norm were shared as alpha_i. Errors are those of the
 * eigenvalues, or of the scatter of seeds. None of what was not measured or is not positive.
 */
export function curvatureReadings(elr: number, curvatures: readonly Curvature[]): ToyReading[] {
  const alphas = curvatures.map(alphaOfBlocks);
  if (alphas.length === 0 || !alphas.every((alpha) => total(alpha) > 0)) return [];
  const shares = sharesOver(alphas);
  const sums = overSeeds(
    alphas.map(total),
    curvatures.map(({ groups }) => total(groups.map(({ largest }) => largest.bound / 2))),
  );
  const blocks: ToyReading = {
    name: `curvature of the groups at ELR ${elr}`,
    source: 'T3',
    threshold: inverted(sums),
    shares,
  };
  const largest = overSeeds(
    curvatures.map((curvature) => curvature.largest[0]!.value / 2),
    curvatures.map((curvature) => curvature.largest[0]!.bound / 2),
  );
  if (!(largest.mean > 0)) return [blocks];
  const joint: ToyReading = {
    name: `largest curvature at ELR ${elr}`,
    source: 'T3',
    threshold: inverted(largest),
    shares,
    note: 'shares from the groups',
  };
  return [blocks, joint];
}
