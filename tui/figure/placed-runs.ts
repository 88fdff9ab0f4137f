import type { MeasuredRun } from '../../src/regime/analyse.js';
import { ratioFromNoise } from '../../src/regime/noise-ratio.js';
import { sumOfAlpha } from '../../toy/theory/thresholds.js';
import { elrKey } from './elr-key.js';
import type { PlacedRun } from './phase.js';

/** Runs of a network on a phase diagram of the toy. */
export interface Placement {
  readonly runs: readonly PlacedRun[];
  /** What is said of those that have no place. */
  readonly notes: readonly string[];
}

/** The runs whose noise share determines k, each at the ELR that a toy of these alphas has there: k / S. The others have no place. */
export function placedRuns(runs: readonly MeasuredRun[], alpha: readonly number[]): Placement {
  const placed = runs.flatMap((run): PlacedRun[] => {
    const k = ratioFromNoise(run);
    return k === undefined ? [] : [{ toyElr: k / sumOfAlpha(alpha), regime: run.regime, key: elrKey(run.elr) }];
  });
  const lost = runs.length - placed.length;
  const notes = lost === 0 ? [] : [`${lost} of ${runs.length} runs have no place: their noise share R determines no k`];
  return { runs: placed, notes };
}
