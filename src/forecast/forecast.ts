import type { Estimate } from '../numerics/statistics/estimate.js';
import { CURVE_READING } from '../readings/curve-reading.js';
import { type ElrCurvatures, readingsOf } from '../readings/readings.js';
import type { ToyReading } from '../readings/toy-reading.js';
import { type Bracket, bracketCentre, type MeasuredRun } from '../regime/analyse.js';
import type { RegimeTheory } from '../regime/theory.js';
import { elrsWorthRunning } from './protocol.js';

/** What a probe says of the sweep to come. */
export interface Forecast {
  /** Between which ELRs training begins to diverge, as its very short runs show. */
  readonly divergence: Bracket;
  /** The network read as a toy, the way that thresholds are predicted by first: where none could be read, empty. */
  readonly readings: readonly ToyReading[];
  /** 1 / sum alpha_i of the first reading: up to here training is to converge (T3); null where nothing could be read. */
  readonly convergence: Estimate | null;
  readonly elrs: readonly number[];
}

/** The probe's runs that show how the loss rises with the ELR: all that do not diverge, stationary yet or not. */
const informative = (runs: readonly MeasuredRun[]): MeasuredRun[] =>
  runs.filter(
    ({ regime, loss, effectiveStep, equilibriumShares }) =>
      regime !== 'divergence' && [loss, effectiveStep, ...equilibriumShares].every(Number.isFinite),
  );

/** Where nothing could be read, convergence is looked for about this part of the ELR of divergence. */
const GUESS = 1 / 16;

/**
 * The forecast from the runs of a probe, one or several seeds at each ELR, by rising ELR: the equilibrium curve through all of them
 * tells the convergence threshold (T4). The other readings stand beside it, so that all can be compared with what a sweep finds.
 */
export function forecastOf(
  divergence: Bracket,
  runs: readonly MeasuredRun[],
  curvatures: readonly ElrCurvatures[],
  theory: Pick<RegimeTheory, 'ratioFromLoss' | 'ratioFromStep'>,
): Forecast {
  const readings = readingsOf(informative(runs), curvatures, theory).map(({ losses: _, ...reading }) => reading);
  const convergence = readings.find(({ name }) => name === CURVE_READING)?.threshold ?? null;
  const limit = bracketCentre(divergence);
  const elrs = limit === undefined ? [] : elrsWorthRunning(convergence?.mean ?? limit * GUESS, limit);
  return { divergence, readings, convergence, elrs };
}
