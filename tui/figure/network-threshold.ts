import { bracketCentre } from '../../src/regime/analyse.js';
import { lineThreshold, stationaryEquilibria } from '../../src/verify/threshold-rows.js';
import type { Verification } from '../../src/verify/verify.js';
import { equilibriumLine } from '../../toy/theory/equilibrium.js';

/**
 * ELR of the network at which k is 1, as the toy reads it from its runs: where the line through two equilibria crosses zero,
 * else the middle of the bracket in which the regime was seen to change; undefined while neither is known.
 */
export function networkThreshold({ runs, thresholds }: Pick<Verification, 'runs' | 'thresholds'>): number | undefined {
  const [first, second] = stationaryEquilibria(runs);
  return lineThreshold(first, second, equilibriumLine) ?? bracketCentre(thresholds.convergence);
}
