import type { Estimate } from '../numerics/statistics/estimate.js';
import { type ElrCurvatures, readingsOf } from '../readings/readings.js';
import type { ToyReading } from '../readings/toy-reading.js';
import type { MeasuredRun } from '../regime/analyse.js';
import type { RegimeTheory } from '../regime/theory.js';
import { type Bracket, bracketCentre } from '../regime/thresholds.js';
import { noiseReadings, type ProbedNoise, probedNoise, type RunLengths } from './noise-readings.js';
import { elrsWorthRunning } from './protocol.js';
import type { ShortRuns } from './short-runs.js';
import { simplestForecast, type ThresholdForecast } from './simplest-forecast.js';

/** What a probe says of the sweep to come. */
export interface Forecast {
  /** Between which ELRs training begins to diverge, as its very short runs show. */
  readonly divergence: Bracket;
  /** The ELR up to which training is to converge: the first of `forecasts`; null where there is none. */
  readonly convergence: Estimate | null;
  /** The convergence threshold as the simplest rule and the noise of the short runs tell it; absent from forecasts of before. */
  readonly forecasts?: readonly ThresholdForecast[];
  /** What the readings of noise rest on; null where the short runs tell nothing, absent from forecasts of before. */
  readonly noise?: ProbedNoise | null;
  /** The network read as a toy, for comparison: 1 / sum alpha_i is another convergence threshold (T3). Where none could be read, empty. */
  readonly readings: readonly ToyReading[];
  readonly elrs: readonly number[];
}

/** What the short runs of a probe show, each entry an ELR, by rising ELR. */
export interface Probed {
  /** Those that the network is read as a toy from. */
  readonly runs: readonly MeasuredRun[];
  readonly curvatures: readonly ElrCurvatures[];
  readonly shortRuns: readonly ShortRuns[];
  readonly lengths: RunLengths;
}

/** The probe's runs that show how the loss rises with the ELR: all that do not diverge, stationary yet or not. */
const informative = (runs: readonly MeasuredRun[]): MeasuredRun[] =>
  runs.filter(
    ({ regime, loss, effectiveStep, equilibriumShares }) =>
      regime !== 'divergence' && [loss, effectiveStep, ...equilibriumShares].every(Number.isFinite),
  );

/**
 * The forecast from a probe, one or several seeds at each ELR: convergence ends at a part of the ELR of divergence. The readings of
 * noise and those of the toy stand beside it, so that all can be compared with what a sweep finds.
 */
export function forecastOf(
  divergence: Bracket,
  { runs, curvatures, shortRuns, lengths }: Probed,
  theory: Pick<RegimeTheory, 'ratioFromLoss' | 'ratioFromStep'>,
): Forecast {
  const readings = readingsOf(informative(runs), curvatures, theory).map(({ losses: _, ...reading }) => reading);
  const limit = bracketCentre(divergence);
  const simplest = simplestForecast(divergence);
  const noise = limit === undefined ? null : probedNoise(shortRuns, limit);
  const forecasts = [...(simplest ? [simplest] : []), ...(noise === null ? [] : noiseReadings(noise, lengths))];
  const convergence = simplest?.threshold ?? null;
  const elrs = limit === undefined || convergence === null ? [] : elrsWorthRunning(convergence.mean, limit);
  return { divergence, convergence, forecasts, noise, readings, elrs };
}
