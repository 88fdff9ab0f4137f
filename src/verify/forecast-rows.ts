import type { Forecast } from '../forecast/forecast.js';
import { bracketCentre, bracketError, type Thresholds } from '../regime/analyse.js';
import type { Prediction } from './prediction.js';
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
  const limit = bracketCentre(divergence);
  if (limit === undefined) return convergence;
  const predictedError = limit * bracketError(divergence);
  const reading = { name: 'divergence before the sweep, short runs', source: 'T6', predicted: limit, predictedError };
  return [...convergence, thresholdPrediction(reading, thresholds.divergence)];
}
