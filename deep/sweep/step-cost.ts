import type { RunConfiguration } from '../../src/run/manifest.js';

/**
 * Measured on one core at batch 64: steps of the ConvNet take 22, 49, 119 and 314 ms at widths 4, 8, 16 and 32, those of
 * ResNet-18 about twice as long; the time is as the batch.
 */
const WIDTH_EXPONENT = 1.3;
const RESIDUAL = 2;

type Costly = Pick<RunConfiguration, 'model' | 'width' | 'batch'> &
  Partial<Pick<RunConfiguration, 'trainImages' | 'training'>>;

/**
 * What a step costs beside those of other runs: images x width^1.3, twice that for ResNet-18. Close enough to share out
 * the time left among runs of different size; no prediction of seconds.
 */
export function stepCost({ model, width, batch, trainImages, training }: Costly): number {
  const images = training?.fullBatch ? (trainImages ?? batch) : batch;
  return images * width ** WIDTH_EXPONENT * (model.startsWith('resnet') ? RESIDUAL : 1);
}
