import { mean, standardError } from '../means.js';
import type { RandomSource } from '../random.js';
import { dot } from '../series.js';
import { type SymmetricOperator, signVector } from './operator.js';

export interface TraceEstimate {
  readonly mean: number;
  /** Standard error of `mean` over the probes; NaN of one. */
  readonly standardError: number;
  readonly probes: number;
}

/**
 * The trace of a symmetric matrix A as the mean of z.Az over random signs z (Hutchinson): unbiased, of variance twice the
 * sum of the squared entries beside the diagonal, so exact for diagonal matrices.
 */
export async function estimateTrace(
  operator: SymmetricOperator,
  random: RandomSource,
  { probes = 16 }: { readonly probes?: number } = {},
): Promise<TraceEstimate> {
  const values: number[] = [];
  for (let probe = 0; probe < probes; probe += 1) {
    const signs = signVector(operator.size, random);
    values.push(dot(signs, await operator.apply(signs)));
  }
  return { mean: mean(values), standardError: standardError(values), probes };
}
