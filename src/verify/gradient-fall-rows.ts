import { formatNumber } from '../numerics/format-number.js';
import type { MeasuredRun } from '../regime/analyse.js';
import { EXPONENT_TOLERANCE, isProportional } from '../regime/noise-ratio.js';
import type { Bracket } from '../regime/thresholds.js';
import { NOISE_LIMITED } from '../sphere/noise-floor.js';
import { absolutePrediction, type Prediction, untestedPrediction } from './prediction.js';
import { thresholdPrediction } from './threshold-rows.js';

/**
 * What the fall of E|g|^2 with the loss, g^2 ~ L^q, says of the threshold from converging runs alone (T14): R = ELR g^2 / (4 L) goes
 * as L^(q - 1). Noise in proportion to the loss (T10) has q = 1, R constant along a run and R = 1 at a sharp threshold 4 L / E|g|^2.
 */

const BEYOND_CHANCE = 2;

const EXPONENT = 'E|g|^2 ~ L^q with q = 1';
const THRESHOLD = 'convergence threshold, 4 L / E|g|^2 of a converging run';

/** Why the gradients of a run say nothing about its noise; undefined if they do. */
function obstacleOf({ noiseShare, gradientFall }: MeasuredRun): string | undefined {
  if (gradientFall === null) return 'the run is too short to estimate how gradients fall with the loss';
  if (noiseShare.value >= NOISE_LIMITED) return undefined;
  return `R = ${formatNumber(noiseShare.value)}: below ${NOISE_LIMITED} noise does not limit the run`;
}

/** What an exponent means for the run, in words. */
function implication({ loss, noiseShare: { value: share }, gradientFall }: MeasuredRun): string {
  const { value, error } = gradientFall!;
  if (Math.abs(value - 1) <= BEYOND_CHANCE * error) return 'R stays as it is while the loss falls: a sharp threshold';
  if (value > 1) return 'R falls with the loss: the run goes on converging';
  if (share >= 1) return 'R has reached 1: the loss falls no further';
  // R goes as L^(q - 1).
  return `R rises as the loss falls, to 1 at loss ${formatNumber(loss * share ** (1 / (1 - value)), 2)}: an equilibrium there`;
}

function exponentPrediction(run: MeasuredRun): Prediction {
  const row = { name: `${EXPONENT}, ELR ${run.elr}`, source: 'T10, T14', tolerance: EXPONENT_TOLERANCE };
  const obstacle = obstacleOf(run);
  if (obstacle !== undefined) return untestedPrediction({ ...row, note: obstacle });
  const { value, error } = run.gradientFall!;
  return absolutePrediction({ ...row, predicted: 1, measured: value, measuredError: error, note: implication(run) });
}

/** The threshold read from the largest converging ELR if q is 1 within its error or the tolerance. */
function fallThreshold(run: MeasuredRun, bracket: Bracket): Prediction {
  const row = { name: THRESHOLD, source: 'T10, T14', tolerance: 1 };
  const obstacle = obstacleOf(run);
  if (obstacle !== undefined) return untestedPrediction({ ...row, note: obstacle });
  if (!isProportional(run.gradientFall!)) {
    const q = formatNumber(run.gradientFall!.value, 2);
    return untestedPrediction({ ...row, note: `q = ${q}: R gives a threshold only for q = 1` });
  }
  const { noiseShare, elr } = run;
  const reading = {
    predicted: elr / noiseShare.value,
    predictedError: (elr * noiseShare.error) / noiseShare.value ** 2,
  };
  return thresholdPrediction({ name: THRESHOLD, source: row.source, ...reading }, bracket);
}

/** Rows of the converging runs, by rising ELR; untested if there is none. */
export function gradientFallPredictions(converging: readonly MeasuredRun[], bracket: Bracket): Prediction[] {
  const largest = converging.at(-1);
  if (largest === undefined) {
    const row = { source: 'T10, T14', note: 'no run converges' };
    return [
      untestedPrediction({ ...row, name: EXPONENT, tolerance: EXPONENT_TOLERANCE }),
      untestedPrediction({ ...row, name: THRESHOLD, tolerance: 1 }),
    ];
  }
  return [...converging.map(exponentPrediction), fallThreshold(largest, bracket)];
}
