import {
  measureReplacement,
  nameOf,
  type ReplacementCell,
  SHARE_FACTOR,
  withRow,
} from '../../src/experiments/replacement.js';
import { formatNumber } from '../../src/numerics/format-number.js';
import { SAMPLINGS } from '../../src/run/image-settings.js';
import { factorPrediction, measuredAs, type Prediction } from '../../src/verify/prediction.js';
import { annealToy } from '../dynamics/annealing.js';
import { epochNoiseShare } from '../theory/replacement.js';
import { sumOfAlpha } from '../theory/thresholds.js';
import { annealingLengths, firstSeeds, inLastEpoch } from './annealing.js';

/** The toy by the protocol of a network: as many samples as it has images, the same batches, the same ratios of ELRs. */
export interface ReplacementProtocol {
  readonly alpha: readonly number[];
  readonly samples: number;
  readonly batches: readonly number[];
  readonly steps: number;
  readonly annealSteps: number;
  /** Of the network, rising. */
  readonly elrs: readonly number[];
}

/** Radians that samples are turned by, for a batch of one; small in a batch, where the valley is then quadratic. */
const SAMPLE_NOISE = 0.2;
/** k of the largest ELR: ELR x curvature of 0.16 and below, where epochs of some tens of batches cancel. */
const LARGEST = 0.08;
const STARTS = firstSeeds(32);

/** ELR x curvature near the minimum of the toy, whose loss is S theta^2: 2 k. */
const stepCurvature = (k: number): number => 2 * k;

/**
 * Mini-batches of a finite set of samples that disagree, drawn in both ways, annealed; ELRs are told as k. What fills no batch at the end
 * of an epoch is left out. Its losses are those of all samples.
 */
export function replacementTwins(protocol: ReplacementProtocol): ReplacementCell[] {
  const { alpha, samples, batches, steps, annealSteps, elrs } = protocol;
  return batches.flatMap((batch) => {
    const epoch = Math.floor(samples / batch);
    const lengths = annealingLengths({ steps, annealSteps, perEpoch: epoch });
    return [...SAMPLINGS].reverse().flatMap((sampling) =>
      elrs.map((elr): ReplacementCell => {
        const k = (LARGEST * elr) / elrs.at(-1)!;
        const runs = annealToy(alpha, k / sumOfAlpha(alpha), {
          ...lengths,
          noise: SAMPLE_NOISE,
          batches: { samples, batchSize: batch, sampling },
          seeds: STARTS,
        });
        const series = runs.map((run) => inLastEpoch(run, epoch));
        const words = `k ${formatNumber(k, 3)}`;
        return measureReplacement({ of: 'toy', batch, sampling, rate: k, words, epoch }, series);
      }),
    );
  });
}

/** Rows of the toy, whose curvature is known: R with replacement 1, without as in closed form. */
export const twinRows = (cells: readonly ReplacementCell[]): Prediction[] =>
  cells.map((cell) =>
    cell.sampling === 'with'
      ? withRow(cell)
      : factorPrediction({
          name: `R without replacement, closed form, ${nameOf(cell)}`,
          source: 'T14',
          predicted: epochNoiseShare(stepCurvature(cell.rate), cell.epoch),
          ...measuredAs(cell.share),
          tolerance: SHARE_FACTOR,
        }),
  );
