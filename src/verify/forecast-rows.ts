import type { Forecast } from '../forecast/forecast.js';
import { bracketCentre, bracketError, type Thresholds } from '../regime/analyse.js';
import { type Prediction, untestedPrediction } from './prediction.js';
import { thresholdPrediction } from './threshold-rows.js';

/** What a probe predicted before the sweep, every way of reading it a row, beside what the sweep shows. */
export function forecastPredictions({ readings, divergence }: Forecast, thresholds: Thresholds): Prediction[] {
  const convergence = readings.map(({ name, source, threshold }) =>
    thresholdPrediction(
      {
        name: `threshold before the sweep, ${name}`,
        source,
        predicted: threshold.mean,
        predictedError: threshold.error,
      },
      thresholds.convergence,
    ),
  );
  const row = { name: 'divergence before the sweep, short runs', source: 'T6' };
  const limit = bracketCentre(divergence);
  if (limit === undefined) {
    const note = 'the short runs did not bracket it';
    return [...convergence, untestedPrediction({ ...row, tolerance: 1, note })];
  }
  const reading = { ...row, predicted: limit, predictedError: limit * bracketError(divergence) };
  return [...convergence, thresholdPrediction(reading, thresholds.divergence)];
}
