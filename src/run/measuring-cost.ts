import { stepsPerEpoch } from './epoch.js';
import type { Measuring } from './observation-settings.js';

/** What measuring costs beside training. One unit: the forward pass of one image. */

/** Forward and backward pass and update of one image. */
const STEP = 3.2;
/** The most that measuring between start and end may add to training. */
const SHARE = 0.1;

export interface MeasuredRun {
  readonly steps: number;
  readonly batch: number;
  readonly fullBatch?: boolean;
  readonly trainImages: number;
  readonly testImages: number;
  /** Whether an average of the weights is evaluated too. */
  readonly average?: boolean;
}

/**
 * One measurement: a step's work and an evaluation for each training image, two evaluations for each test image; with an
 * average, two more for each training image (statistics and evaluation) and one for each test image.
 */
const measurementCost = ({ trainImages, testImages, average = false }: MeasuredRun): number =>
  trainImages * (STEP + 1 + (average ? 2 : 0)) + testImages * (2 + (average ? 1 : 0));

const trainingCost = (run: MeasuredRun): number =>
  (STEP * run.steps * run.trainImages) / stepsPerEpoch(run, run.trainImages);

/**
 * How often a run measures if nobody says: its start and its end always, and between them as often as keeps all measurements below
 * a tenth of its training by the counts above: of n = floor(0.1 training / measurement) > 2, one every ceil(steps / (n - 1)) steps,
 * rounded up to whole epochs. A function of the numbers given, not of a clock: the same run measures at the same steps everywhere.
 */
export function defaultMeasuring(run: MeasuredRun): Measuring {
  const affordable = Math.floor((SHARE * trainingCost(run)) / measurementCost(run));
  if (affordable <= 2) return { start: true, every: null };
  const epoch = stepsPerEpoch(run, run.trainImages);
  return { start: true, every: Math.ceil(run.steps / (affordable - 1) / epoch) * epoch };
}
