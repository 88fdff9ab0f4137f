import type { Forecast } from '../forecast/forecast.js';
import { bracketCentre, bracketError, type Thresholds } from '../regime/analyse.js';
import { type Prediction, untestedPrediction } from './prediction.js';
import { thresholdPrediction } from './threshold-rows.js';

/** The predictions of a probe made before the sweep, one row for each reading, compared with the sweep. */
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
    const note = 'not bracketed by the short runs';
    return [...convergence, untestedPrediction({ ...row, tolerance: 1, note })];
  }
  const reading = { ...row, predicted: limit, predictedError: limit * bracketError(divergence) };
  return [...convergence, thresholdPrediction(reading, thresholds.divergence)];
}
