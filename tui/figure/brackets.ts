import type { Bracket, Thresholds } from '../../src/regime/thresholds.js';
import type { FigureBand } from './figure.js';

const BRACKET_NAME = 'threshold between runs';

/** The ELRs between which each threshold lies, as far as runs were seen on both sides of it. */
export function thresholdBands({ convergence, divergence }: Thresholds): FigureBand[] {
  return [convergence, divergence].flatMap(({ below, above }: Bracket) =>
    below === null || above === null ? [] : [{ from: below, to: above, name: BRACKET_NAME }],
  );
}
