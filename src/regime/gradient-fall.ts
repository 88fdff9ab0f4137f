import { mean } from '../numerics/means.js';
import { blockMeans, persistence } from '../numerics/statistics/linear-decline.js';
import type { StepColumns } from '../run/step-columns.js';
import { type RunSeries, seriesOf } from './run-series.js';

/** How gradients fall with the loss along a run: the exponent q of E|g|^2 ~ L^q. */
export interface GradientFall {
  readonly value: number;
  /** Standard error, from the scatter of blocks and the correlation of neighbours. */
  readonly error: number;
}

/** Blocks over which loss and squared EGN are averaged. */
const BLOCKS = 25;
const FEWEST_STEPS = 4 * BLOCKS;
/** The part of a run, at its start, that is left out: there the loss falls from that of random points. */
const BEGINNING = 1 / 6;

/**
 * The exponent q of E|g|^2 ~ L^q along a run whose loss falls (T14), from the means of 25 blocks after its first sixth: the slope of
 * log E|g|^2 in time over that of log L, which noise in the losses of blocks does not flatten as it does a slope of the one against the
 * other. null for fewer than 100 steps after that sixth, where a loss is not positive, and where log L has no slope in time.
 */
export function gradientFall(run: StepColumns | RunSeries): GradientFall | null {
  const { loss, length, squaredEgn } = seriesOf(run);
  const start = Math.floor(length * BEGINNING);
  if (length - start < FEWEST_STEPS) return null;
  const logs = (values: ArrayLike<number>): number[] => blockMeans(values, BLOCKS).map(Math.log);
  const losses = logs(loss.subarray(start));
  const squares = logs(squaredEgn(start));
  if (![...losses, ...squares].every(Number.isFinite)) return null;
  const centre = (BLOCKS - 1) / 2;
  const along = (values: readonly number[]): number =>
    values.reduce((sum, value, block) => sum + (block - centre) * value, 0);
  const fall = along(losses);
  if (fall === 0) return null;
  const value = along(squares) / fall;
  const deviations = squares.map((square, block) => square - value * losses[block]!);
  const level = mean(deviations);
  const residuals = deviations.map((deviation) => deviation - level);
  const scatter = residuals.reduce((sum, residual) => sum + residual * residual, 0);
  const r = persistence(residuals, scatter);
  const spread = losses.reduce((sum, _, block) => sum + (block - centre) ** 2, 0);
  const variance = (scatter / (BLOCKS - 2)) * ((1 + r) / (1 - r));
  return { value, error: Math.sqrt(variance * spread) / Math.abs(fall) };
}
