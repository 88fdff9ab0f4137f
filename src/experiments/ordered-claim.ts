import { formatNumber } from '../numerics/format-number.js';
import { type OrderedTrend, orderedTrend, type PlacedValue } from '../numerics/statistics/ordered-trend.js';
import type { Prediction } from '../verify/prediction.js';

/** A claim about an order, such as that sharpness falls as the ELR rises, judged by an exact test. */

export interface OrderedClaim {
  readonly name: string;
  readonly direction: 'rises' | 'falls';
  /** Values at their places, compared within each stratum only. */
  readonly strata: readonly (readonly PlacedValue[])[];
  /** Who says so. */
  readonly source?: string;
  readonly note?: string;
}

/** A claim holds, or fails, where chance alone would show as much of it, or of the opposite, this seldom. */
const LEVEL = 0.05;

const opposite = { rises: 'falls', falls: 'rises' } as const;

function verdictOf(
  { pairs, least, ...chance }: OrderedTrend,
  direction: OrderedClaim['direction'],
): Pick<Prediction, 'holds' | 'note'> {
  if (pairs === 0) return { holds: null, note: 'nothing to compare' };
  if (least > LEVEL) {
    return { holds: null, note: `so few values are in order by chance once in ${formatNumber(1 / least)} at best` };
  }
  if (chance[direction] <= LEVEL) return { holds: true };
  if (chance[opposite[direction]] <= LEVEL) return { holds: false };
  return { holds: null, note: `chance alone shows as much with probability ${formatNumber(chance[direction], 2)}` };
}

/**
 * The row of a claim: it holds where the exact probability p of at least as much order by chance is at most 5%, fails where that of as
 * much of the opposite is, and is untested otherwise. `measured` is the fraction of pairs in order less that of the others.
 */
export function orderedPrediction({ name, direction, strata, source = 'paper', note }: OrderedClaim): Prediction {
  const trend = orderedTrend(strata);
  const { holds, note: reason } = verdictOf(trend, direction);
  const measured =
    trend.pairs === 0
      ? null
      : `order ${formatNumber(trend.order, 2)}, p ${formatNumber(trend[holds === false ? opposite[direction] : direction], 2)}`;
  const notes = [reason, note].filter((text) => text !== undefined).join('; ');
  return {
    ...{ name, source, predicted: direction, measured, error: null, errorKind: 'relative', tolerance: LEVEL, holds },
    ...(notes !== '' && { note: notes }),
  };
}

/** Values of runs by their ELR, the runs of a seed being a stratum. */
export function strataBySeed<Run extends { readonly seed: number; readonly elr: number }>(
  runs: readonly Run[],
  quantityOf: (run: Run) => number,
): PlacedValue[][] {
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  return seeds.map((seed) =>
    runs.filter((run) => run.seed === seed).map((run) => ({ place: run.elr, value: quantityOf(run) })),
  );
}
