import type { Series } from '../numerics/series.js';
import { stepVelocityFloors } from '../sphere/noise-floor.js';
import { annealingPrediction } from '../verify/annealing-rows.js';
import { type CombinedLoss, combineLosses } from '../verify/combined-loss.js';
import { type AnnealedSeries, meanLogRatio, measureLoss } from './anneal.js';
import { type AnnealedPair, pairSeries } from './annealed-pair.js';
import type { Subject, SubjectPrediction } from './experiment.js';

/**
 * Heavy-ball momentum beta (theory.md, T14): a run loses (1 + beta) E|v|^2 / (4 ELR) when its rate is decayed, v its movement in a step, and not
 * ELR E|g_a|^2 / (4 (1 - beta)), which forgets that steps along the mean gradient do not add up as those along noise do.
 */

/** An annealed run with both floors of each step. */
export interface MomentumSeries extends AnnealedSeries {
  /** (1 + beta) |v|^2 / (4 ELR); `floors` are ELR |g_a|^2 / (4 (1 - beta)). */
  readonly velocityFloors: Series;
}

/** Runs at one rate that differ in their seed, as one. */
export interface MomentumRate {
  readonly of: Subject;
  readonly label: string;
  readonly words: string;
  readonly momentum: number;
  /** Against (1 + beta) E|v|^2 / (4 ELR). */
  readonly exact: CombinedLoss;
  /** Against ELR E|g_a|^2 / (4 (1 - beta)). */
  readonly naive: CombinedLoss;
}

/** The series of an annealed run of a network. Throws (Error) where steps with momentum record no movement. */
export function momentumSeries(pair: AnnealedPair): MomentumSeries {
  const { before } = pair;
  const { momentum } = before.manifest.configuration.training;
  const series = pairSeries(pair);
  const moved = stepVelocityFloors(before.steps.columns, momentum);
  if (moved === undefined && momentum !== 0) throw new Error(`${before.directory} does not record how far steps go`);
  return { ...series, velocityFloors: moved ?? series.floors };
}

/** What runs at one rate lost, against both floors. Fails (Error) without runs. */
export function measureMomentum(
  named: Omit<MomentumRate, 'exact' | 'naive'>,
  runs: readonly MomentumSeries[],
): MomentumRate {
  const against = (floorsOf: (run: MomentumSeries) => Series): CombinedLoss =>
    combineLosses(runs.map((run) => measureLoss({ ...run, floors: floorsOf(run) })));
  return {
    ...named,
    exact: against(({ velocityFloors }) => velocityFloors),
    naive: against(({ floors }) => floors),
  };
}

/**
 * E|grad F|^2 / E|g_a|^2 as both floors imply it in a quadratic valley: exact = naive (1 - 2 beta / (1 + beta) signal). NaN without
 * momentum, whose floors are the same.
 */
export const impliedSignal = ({ momentum, exact, naive }: MomentumRate): number =>
  momentum === 0 ? Number.NaN : ((1 - exact.predicted.mean / naive.predicted.mean) * (1 + momentum)) / (2 * momentum);

/** Mean |log(lost / floor)| over the rates with momentum: of the exact floor and of 1 / (1 - beta) alone. */
export function summariseMomentum(rates: readonly MomentumRate[]): { readonly exact: number; readonly naive: number } {
  const moving = rates.filter(({ momentum }) => momentum > 0);
  const error = (of: 'exact' | 'naive'): number => meanLogRatio(moving.map((rate) => rate[of].ratio.mean));
  return { exact: error('exact'), naive: error('naive') };
}

/** Rows of a rate: what was lost against the exact floor and, with momentum, against the other. */
export function momentumRows({ of, label, words, momentum, exact, naive }: MomentumRate): SubjectPrediction[] {
  const name = `${label}, ${words}`;
  const rows = [annealingPrediction(name, exact)];
  if (momentum > 0) rows.push(annealingPrediction(`${name}, by 1 / (1 - beta) alone`, naive));
  return rows.map((row) => ({ ...row, of }));
}
