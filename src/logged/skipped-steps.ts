import type { LoggedQuantities } from './logged-columns.js';

/**
 * Steps that mixed precision has skipped. It scales the loss until gradients overflow, and then leaves out the update: the log has an infinite
 * gradient, or NaN, and the training goes on. That it goes on tells such a step from the end of a training: one that is taken with a
 * gradient that is not finite leaves no finite weights.
 */

/** The quantities whose value is not finite where a step is skipped. */
const OF_GRADIENT = ['gradientNorm', 'gradientSquare', 'egn'] as const;

/** A log without the steps that were skipped, and their number. */
export interface TakenSteps {
  readonly log: LoggedQuantities;
  readonly skipped: number;
}

/**
 * The steps of a log but for those whose gradient is not finite though a later step has a finite loss and gradient. Such a step
 * moves nothing and counts neither for averages nor for the way; at the end of a log it stays, since nobody knows what came of it.
 */
export function takenSteps(log: LoggedQuantities): TakenSteps {
  const gradients = OF_GRADIENT.flatMap((name) => (log[name] === undefined ? [] : [log[name]]));
  const hasGradient = (at: number): boolean => gradients.every((values) => Number.isFinite(values[at]));
  const last = log.step.findLastIndex((_, at) => hasGradient(at) && Number.isFinite(log.loss[at]));
  const isTaken = log.step.map((_, at) => at > last || hasGradient(at));
  const skipped = isTaken.filter((taken) => !taken).length;
  if (skipped === 0) return { log, skipped };
  const { replaced, ...columns } = log;
  const kept = Object.entries(columns).map(([name, values]) => [name, values.filter((_, at) => isTaken[at])]);
  return { log: { ...(Object.fromEntries(kept) as typeof columns), ...(replaced && { replaced }) }, skipped };
}
