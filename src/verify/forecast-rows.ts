import type { Forecast } from '../forecast/forecast.js';
import type { ThresholdForecast } from '../forecast/simplest-forecast.js';
import { type Bracket, bracketCentre, bracketError, type Thresholds } from '../regime/thresholds.js';
import { type Prediction, untestedPrediction } from './prediction.js';
import { thresholdPrediction } from './threshold-rows.js';

/** A threshold that was told before the sweep; untested where a reading gave none. */
function convergenceRow({ name, source, threshold, note }: ThresholdForecast, bracket: Bracket): Prediction {
  const row = { name: `threshold before the sweep, ${name}`, source };
  if (threshold === null) return untestedPrediction({ ...row, tolerance: 1, note: `no threshold from it: ${note}` });
  return thresholdPrediction({ ...row, predicted: threshold.mean, predictedError: threshold.error }, bracket);
}

/** The predictions of a probe made before the sweep, one row for each reading, compared with the sweep. */
export function forecastPredictions(
  { forecasts = [], readings, divergence }: Forecast,
  thresholds: Thresholds,
): Prediction[] {
  const convergence = [...forecasts, ...readings].map((each) => convergenceRow(each, thresholds.convergence));
  const row = { name: 'divergence before the sweep, short runs', source: 'T6' };
  const limit = bracketCentre(divergence);
  if (limit === undefined) {
    const note = 'not bracketed by the short runs';
    return [...convergence, untestedPrediction({ ...row, tolerance: 1, note })];
  }
  const reading = { ...row, predicted: limit, predictedError: limit * bracketError(divergence) };
  return [...convergence, thresholdPrediction(reading, thresholds.divergence)];
}
