import { type CombinedEstimate, combineRuns } from '../numerics/statistics/combine-runs.js';
import type { Estimate } from '../numerics/statistics/estimate.js';
import { blockJackknife } from '../numerics/statistics/jackknife.js';
import { noiseState } from '../readings/noise-floor.js';
import type { Sampling } from '../run/image-settings.js';
import { annealingPrediction } from '../verify/annealing-rows.js';
import { type CombinedLoss, combineLosses } from '../verify/combined-loss.js';
import {
  factorPrediction,
  lowerBoundPrediction,
  measuredAs,
  type Prediction,
  untestedPrediction,
  withoutVerdict,
} from '../verify/prediction.js';
import { type AnnealedSeries, measureLoss } from './anneal.js';
import type { Subject } from './experiment.js';

/**
 * Batches drawn with and without replacement (theory.md, T14). The floor ELR E|g_a|^2 / 4 assumes E[g_a | x] = grad F, which
 * reshuffled epochs violate: in slow modes the batches of an epoch cancel, the loss lies below the floor, and R above 1.
 */

/** What the toy has in closed form, handed in by whoever compares: R of one mode without replacement, N batches an epoch. */
export type EpochNoiseShare = (elrTimesCurvature: number, batches: number) => number;

/** Runs of one batch size, rate and way to draw batches, which differ in their seed, as one. */
export interface ReplacementCell {
  readonly of: Subject;
  readonly batch: number;
  readonly sampling: Sampling;
  /** ELR; of the toy k. */
  readonly rate: number;
  readonly words: string;
  /** Batches an epoch. */
  readonly epoch: number;
  /** R = floor / loss over the second half before annealing. */
  readonly share: CombinedEstimate;
  /** The last quarter, and what annealing then took away. */
  readonly loss: CombinedLoss;
}

/** R of a run over its second half, with the error that the autocorrelation of floor and loss leaves. */
function lastShare({ losses, floors }: AnnealedSeries): Estimate {
  const from = losses.length - Math.max(1, Math.floor(losses.length / 2));
  const { value, error } = blockJackknife([floors.slice(from), losses.slice(from)], ([floor, loss]) => floor! / loss!);
  return { mean: value, error };
}

/** Runs of one cell as one. Fails (Error) without runs. */
export const measureReplacement = (
  named: Omit<ReplacementCell, 'share' | 'loss'>,
  runs: readonly AnnealedSeries[],
): ReplacementCell => ({
  ...named,
  share: combineRuns(runs.map(lastShare)),
  loss: combineLosses(runs.map(measureLoss)),
});

/** A batch size and rate, with batches drawn in both ways. */
export interface ReplacementPair {
  readonly without: ReplacementCell;
  readonly with: ReplacementCell;
}

/** The cells of one subject that were trained in both ways. */
export const pairedCells = (cells: readonly ReplacementCell[]): ReplacementPair[] =>
  cells.flatMap((without) => {
    const twin = cells.find(
      ({ batch, rate, sampling }) => sampling === 'with' && batch === without.batch && rate === without.rate,
    );
    return without.sampling === 'without' && twin !== undefined ? [{ without, with: twin }] : [];
  });

const quotient = (a: Estimate, b: Estimate): Estimate => {
  const mean = a.mean / b.mean;
  return { mean, error: Math.abs(mean) * Math.hypot(a.error / a.mean, b.error / b.mean) };
};

/**
 * R without replacement over R with. Loss that is no noise is in both and draws the ratio to 1. What annealing takes away would not do
 * instead of the loss: the slow modes, of which this is about, are those that it does not reach.
 */
export const shareRatio = (pair: ReplacementPair): Estimate => quotient(pair.without.share, pair.with.share);

/** ELR x curvature of the one mode in which N batches an epoch give this R; undefined at 1 or less, which no mode gives. */
export function effectiveCurvature(share: number, batches: number, of: EpochNoiseShare): number | undefined {
  if (!(share > 1)) return undefined;
  // R falls from infinity to 1 with the curvature; bisection on its logarithm.
  let [low, high] = [Math.log(1e-9), Math.log(1)];
  if (of(Math.exp(high), batches) > share) return undefined;
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (of(Math.exp(middle), batches) > share) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

const SOURCE = 'T14';
/** Of R, to either side. */
export const SHARE_FACTOR = 1.25;
const BOUND_TOLERANCE = 0.1;
/** A loss that still falls by this part of its floor in a quarter of the run is no equilibrium. */
const STILL_FALLING = 0.25;

/** Why a cell is no equilibrium to which the law would apply; undefined if it is one. Without replacement R may be large in equilibrium too. */
function obstacleOf({ loss, sampling }: ReplacementCell): string | undefined {
  if (sampling === 'with' && noiseState(loss.noiseShare) === 'steps too large')
    return 'divergence, where steps are too large for the law';
  return Math.abs(loss.fall) > STILL_FALLING * loss.predicted.mean
    ? 'the loss still changes by more than a quarter of its floor in a quarter of the run'
    : undefined;
}

/** A cell in words. */
export const nameOf = ({ batch, words }: ReplacementCell): string => `batch ${batch}, ${words}`;
const judgedUnless = (obstacle: string | undefined, row: Prediction): Prediction =>
  obstacle === undefined ? row : withoutVerdict(row, obstacle);

/** R = 1 where batches are drawn as the law wants them. */
export const withRow = (cell: ReplacementCell): Prediction =>
  judgedUnless(
    obstacleOf(cell),
    factorPrediction({
      name: `R with replacement, ${nameOf(cell)}`,
      source: SOURCE,
      predicted: 1,
      ...measuredAs(cell.share),
      tolerance: SHARE_FACTOR,
    }),
  );

/** Epochs can only raise R: slow modes lie below the floor. */
function orderRow(pair: ReplacementPair): Prediction {
  const row = lowerBoundPrediction({
    name: `R without over R with replacement at least 1, ${nameOf(pair.without)}`,
    source: SOURCE,
    predicted: 1,
    ...measuredAs(shareRatio(pair)),
    tolerance: BOUND_TOLERANCE,
  });
  return judgedUnless(obstacleOf(pair.without) ?? obstacleOf(pair.with), row);
}

/** The ratio at a batch size from that at another: the mode that explains one has to explain the other. */
function transferRow(first: ReplacementPair, second: ReplacementPair, of: EpochNoiseShare): Prediction {
  const name = `R without over R with, ${nameOf(second.without)}, from batch ${first.without.batch}`;
  const row = { name, source: SOURCE, tolerance: SHARE_FACTOR };
  const given = shareRatio(first);
  const { epoch } = first.without;
  const curvature = effectiveCurvature(given.mean, epoch, of);
  const lowest = effectiveCurvature(given.mean + given.error, epoch, of);
  const highest = effectiveCurvature(given.mean - given.error, epoch, of);
  if (curvature === undefined || lowest === undefined || highest === undefined) {
    const note = `the ratio at batch ${first.without.batch} is 1 within its error, so that no curvature follows from it`;
    return untestedPrediction({ ...row, note });
  }
  const at = (value: number): number => of(value, second.without.epoch);
  const prediction = factorPrediction({
    ...row,
    predicted: at(curvature),
    predictedError: Math.abs(at(lowest) - at(highest)) / 2,
    ...measuredAs(shareRatio(second)),
    note: `ELR x curvature ${Number(curvature.toPrecision(2))}`,
  });
  const cells = [first.without, first.with, second.without, second.with];
  return judgedUnless(
    cells.map(obstacleOf).find((obstacle) => obstacle !== undefined),
    prediction,
  );
}

/** The pairs that follow one of the smallest batch at the same rate. */
const transfers = (pairs: readonly ReplacementPair[]): [ReplacementPair, ReplacementPair][] =>
  pairs.flatMap((second): [ReplacementPair, ReplacementPair][] => {
    const alike = pairs.filter(({ without }) => without.rate === second.without.rate);
    const first = alike.reduce((a, b) => (b.without.batch < a.without.batch ? b : a));
    return first.without.batch < second.without.batch ? [[first, second]] : [];
  });

/** All rows of a network. */
export function replacementRows(cells: readonly ReplacementCell[], of: EpochNoiseShare): Prediction[] {
  const pairs = pairedCells(cells);
  return [
    ...cells.filter(({ sampling }) => sampling === 'with').map(withRow),
    ...pairs.map(orderRow),
    ...transfers(pairs).map(([first, second]) => transferRow(first, second, of)),
    ...cells.map((cell) => annealingPrediction(`${nameOf(cell)}, ${cell.sampling} replacement`, cell.loss)),
  ];
}
