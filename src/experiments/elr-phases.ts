import { mean } from '../numerics/means.js';
import { noiseShareOf } from '../regime/run-averages.js';
import type { Bracket, Thresholds } from '../regime/thresholds.js';
import type { StepColumns } from '../run/step-columns.js';

/** Where the ELR of a run passes through, by the regimes that fixed ELRs show on the sphere. */

/** The regime of an ELR, the two that it lies between where the bracket of a threshold does not tell, or none. */
export type ElrPlace = 'regime 1' | 'regime 1 or 2' | 'regime 2' | 'regime 2 or 3' | 'regime 3' | 'unknown';

/** On which side of a bracket an ELR lies; undefined inside of it, and where that side was not seen. */
function sideOf(elr: number, { below, above }: Bracket): 'below' | 'above' | undefined {
  if (below !== null && elr <= below) return 'below';
  return above !== null && elr >= above ? 'above' : undefined;
}

/** The place of an ELR among measured thresholds. */
export function placeOf(elr: number, { convergence, divergence }: Thresholds): ElrPlace {
  const [first, second] = [sideOf(elr, convergence), sideOf(elr, divergence)];
  if (first === 'below') return 'regime 1';
  if (second === 'above') return 'regime 3';
  if (first === 'above')
    return second === 'below' ? 'regime 2' : divergence.above === null ? 'unknown' : 'regime 2 or 3';
  return second === 'below' && convergence.above !== null ? 'regime 1 or 2' : 'unknown';
}

/** Steps of a run whose ELR is in one place. */
export interface ElrPhase {
  readonly place: ElrPlace;
  /** Steps taken before the first and after the last one of the phase. */
  readonly from: number;
  readonly to: number;
  /** ELRs of its first and of its last piece. */
  readonly elrs: readonly [first: number, last: number];
  /** Mean loss of its last piece. */
  readonly loss: number;
  /** R over the whole phase (T14). */
  readonly noiseShare: number;
}

export interface PhaseOptions {
  readonly thresholds: Thresholds;
  /** Steps of a piece, within which the ELR is averaged. */
  readonly piece: number;
  /** Of the heavy ball: steps go as far as at ELR / (1 - momentum). */
  readonly momentum?: number;
}

/** Geometric mean of the ELRs of steps, of those that go as far without momentum. */
export const meanElr = ({ columns: { elr } }: StepColumns, momentum = 0): number =>
  Math.exp(mean(Array.from(elr, Math.log))) / (1 - momentum);

/**
 * The phases of a run: pieces whose mean ELR, divided by 1 - momentum, is in the same place, joined. A last piece that is not whole is
 * left out, unless it is the only one.
 */
export function elrPhases(steps: StepColumns, { thresholds, piece, momentum = 0 }: PhaseOptions): ElrPhase[] {
  const phases: ElrPhase[] = [];
  const count = Math.max(1, Math.floor(steps.length / piece));
  for (let i = 0; i < count; i += 1) {
    const [from, to] = [i * piece, Math.min(steps.length, (i + 1) * piece)];
    const own = steps.slice(from, to);
    const elr = meanElr(own, momentum);
    const place = placeOf(elr, thresholds);
    const before = phases.at(-1);
    const isSame = before?.place === place;
    if (isSame) phases.pop();
    const start = isSame ? before.from : from;
    const { value } = noiseShareOf(steps.slice(start, to), momentum);
    phases.push({
      ...{ place, from: start, to, loss: mean(own.columns.loss), noiseShare: value },
      elrs: [isSame ? before.elrs[0] : elr, elr],
    });
  }
  return phases;
}
