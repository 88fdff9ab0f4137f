import type { Forecast } from '../forecast/forecast.js';
import { bracketCentre, type Thresholds } from '../measure.js';
import type { Prediction } from '../prediction.js';
import { thresholdPrediction } from './thresholds.js';

/** Errors of a forecast that are not known are left out. */
const known = (error: number): { readonly predictedError?: number } =>
  Number.isFinite(error) ? { predictedError: error } : {};

/** What a probe predicted before the sweep, every way of reading it a row, beside what the sweep shows. */
export function forecastPredictions({ readings, divergence }: Forecast, thresholds: Thresholds): Prediction[] {
  const convergence = readings.map(({ name, source, threshold }) =>
    thresholdPrediction(
      { name: `threshold before the sweep, ${name}`, source, predicted: threshold.mean, ...known(threshold.error) },
      thresholds.convergence,
    ),
  );
  const limit = bracketCentre(divergence);
  if (limit === undefined) return convergence;
  const reading = { name: 'divergence before the sweep, short runs', source: 'T6', predicted: limit };
  return [...convergence, thresholdPrediction(reading, thresholds.divergence)];
}
