import { mean, standardError } from '../numerics/means.js';
import { type CombinedEstimate, combineRuns } from '../numerics/statistics/combine-runs.js';
import type { Regime } from '../regime/regime.js';
import { walkCosine } from '../sphere/random-walk.js';
import {
  absolutePrediction,
  lowerBoundPrediction,
  measuredAs,
  type Prediction,
  untestedPrediction,
} from '../verify/prediction.js';

/**
 * Is training in divergence a random walk? Cosines between weights that are some steps apart beside those of a random walk with the
 * same step sizes (theory.md, K6). In equilibrium weights stay in a valley, and nearer to where they were than a walk would.
 */

/** What a run has left for it: points on its way, and how far a random walk of the same steps would have gone between them. */
export interface Walk {
  /** Steps taken at each kept point, rising. */
  readonly kept: readonly number[];
  /** Cosine between the kept points at two places of that list. */
  readonly cosine: (a: number, b: number) => number;
  /** Logarithm of the cosine that a random walk would have between each of them and the next (`walkLogCosines`). */
  readonly logCosines: readonly number[];
}

/** Cosines between points so many steps apart, of runs that differ in their seed. */
export interface LagCosine {
  readonly lag: number;
  readonly measured: CombinedEstimate;
  /** Of the random walk, the mean over the same pairs. */
  readonly walk: number;
}

/** Non-overlapping pairs of kept points `lag` steps apart, as places in their list. */
function pairsOf({ kept }: Walk, lag: number): [number, number][] {
  const pairs: [number, number][] = [];
  let from = 0;
  while (from >= 0) {
    const to = kept.findIndex((step) => step >= kept[from]! + lag);
    if (to < 0) break;
    if (kept[to] === kept[from]! + lag) pairs.push([from, to]);
    from = to;
  }
  return pairs;
}

/** Lags of powers of two times the cadence at which points were kept, up to a quarter of the steps. */
function lagsOf({ kept }: Walk): number[] {
  const cadence = kept[1]! - kept[0]!;
  const lags: number[] = [];
  for (let lag = cadence; lag <= kept.at(-1)! / 4; lag *= 2) lags.push(lag);
  return lags;
}

/** Cosines of runs that differ in their seed, at every lag. Empty where no run has three kept points. */
export function walkCosines(walks: readonly Walk[]): LagCosine[] {
  const long = walks.filter(({ kept }) => kept.length >= 3);
  if (long.length === 0) return [];
  return lagsOf(long[0]!).flatMap((lag) => {
    const runs = long.flatMap((walk) => {
      const pairs = pairsOf(walk, lag);
      if (pairs.length === 0) return [];
      const cosines = pairs.map(([a, b]) => walk.cosine(a, b));
      const walked = pairs.map(([a, b]) => walkCosine(walk.logCosines, a, b));
      const error = cosines.length > 1 ? standardError(cosines) : Number.NaN;
      return [{ mean: mean(cosines), error, walk: mean(walked) }];
    });
    return runs.length === 0 ? [] : [{ lag, measured: combineRuns(runs), walk: mean(runs.map((run) => run.walk)) }];
  });
}

/** The runs at one ELR. */
export interface WalkAtElr {
  readonly elr: number;
  readonly regime: Regime | 'undecided';
  readonly cosines: readonly LagCosine[];
}

const TOLERANCE = 0.1;
const SOURCE = 'K6';
/** Where a walk has turned by so much, its cosine tells it from standing still and from any point. */
const TELLING: readonly [number, number] = [0.2, 0.8];

/** Lags at which more than K1 is tested: after one step the cosine is that of its angle, whatever its direction. */
const severalSteps = ({ cosines }: WalkAtElr): LagCosine[] => cosines.filter(({ lag }) => lag > 1);

/** The lag at which a walk would be nearest to a cosine of 1/2; undefined where it is telling at none. */
const tellingLag = (run: WalkAtElr): LagCosine | undefined =>
  severalSteps(run)
    .filter(({ walk }) => walk >= TELLING[0] && walk <= TELLING[1])
    .toSorted((a, b) => Math.abs(a.walk - 0.5) - Math.abs(b.walk - 0.5))[0];

/** Of steps so large that a walk has forgotten everything after two of them, those two. */
const forgottenLag = (run: WalkAtElr): LagCosine | undefined => severalSteps(run).find(({ walk }) => walk < TELLING[0]);

function rowOf(run: WalkAtElr): Prediction[] {
  const { elr, regime } = run;
  if (regime !== 'divergence' && regime !== 'chaotic equilibrium') return [];
  const isWalk = regime === 'divergence';
  const name = isWalk
    ? `a random walk in divergence, ELR ${elr}`
    : `nearer than a random walk in equilibrium, ELR ${elr}`;
  const found = tellingLag(run) ?? (isWalk ? forgottenLag(run) : undefined);
  if (found === undefined) {
    const note = `a walk's cosine is between ${TELLING.join(' and ')} at no lag of kept weights`;
    return [untestedPrediction({ name, source: SOURCE, tolerance: TOLERANCE, note })];
  }
  const { measured, walk, lag } = found;
  const numbers = { predicted: walk, ...measuredAs(measured) };
  const row = { name, source: SOURCE, tolerance: TOLERANCE, note: `cosine after ${lag} steps`, ...numbers };
  return [isWalk ? absolutePrediction(row) : lowerBoundPrediction(row)];
}

/** A row for each ELR in divergence or equilibrium; one that is untested where there is none in divergence. */
export function walkPredictions(runs: readonly WalkAtElr[]): Prediction[] {
  const rows = runs.flatMap(rowOf);
  if (runs.some(({ regime }) => regime === 'divergence')) return rows;
  const name = 'a random walk in divergence';
  return [...rows, untestedPrediction({ name, source: SOURCE, tolerance: TOLERANCE, note: 'no run diverges' })];
}
