import type { Command } from 'commander';
import { type BatchLaw, batchTwin, fitBatchLaw, lawFacts } from '../../experiments/batch-size.js';
import { ratiosToThreshold, sideBySide, sweepFacts } from '../../experiments/experiment.js';
import { judgeNetwork } from '../../experiments/judge-network.js';
import {
  type ConvergedRun,
  independentBatch,
  type LargeBatchSweep,
  largeBatchPredictions,
  largeBatchThresholds,
  noiselessRows,
  sharpnessOf,
} from '../../experiments/large-batch.js';
import { type MeasuredRun, NETWORK_TOLERANCE } from '../../regime/analyse.js';
import type { RecordedRun } from '../../run/recorded-run.js';
import { regimeMatrix } from '../../text/experiment/experiment-text.js';
import { largeBatchTable } from '../../text/experiment/large-batch-text.js';
import { formatNumber } from '../../text/output.js';
import { defineExperiment, type Findings } from './define-experiment.js';
import { type ExperimentOptions, networkSpec, trainNetwork } from './experiment-options.js';

interface Options extends ExperimentOptions {
  readonly alpha: readonly number[];
  readonly batch: readonly number[];
}

/** Converged runs whose curvature is measured, those of the largest ELRs. */
const MEASURED = 2;

/** Curvature at the ends of the converged runs of largest ELR, one seed each. */
async function convergedRuns(runs: readonly RecordedRun[], measured: readonly MeasuredRun[]): Promise<ConvergedRun[]> {
  const { curvatureAtEnd } = await import('../../../deep/curvature/at-last-weights.js');
  const chosen = measured.filter(({ regime }) => regime === 'convergence').slice(-MEASURED);
  const found: ConvergedRun[] = [];
  for (const run of chosen) {
    const recorded = runs.find(({ manifest }) => manifest.configuration.rate.value === run.elr)!;
    found.push({ run, curvature: await curvatureAtEnd(recorded) });
  }
  return found;
}

async function sweepsOf({ batch, elr }: Options, runs: readonly RecordedRun[]): Promise<LargeBatchSweep[]> {
  const sweeps: LargeBatchSweep[] = [];
  for (const size of batch) {
    const alike = runs.filter(({ manifest }) => manifest.configuration.batch === size);
    const sweep = judgeNetwork(`batch ${size}`, alike, elr);
    sweeps.push({ batch: size, sweep, converged: await convergedRuns(alike, sweep.measured) });
  }
  return sweeps;
}

/** One group with noise of the fitted v at every batch size, none at all images (T10); nothing without a law. */
async function noisyTwins(law: BatchLaw | undefined, { elr, steps, seed, batch }: Options, images: number) {
  if (law === undefined) return { sweeps: [], predictions: [] };
  const { batchTwins } = await import('../../../toy/twins/batch-toy.js');
  const batches = batch.map((size) => ({ batch: size, independent: independentBatch(size, images) }));
  const twin = batchTwin(law, batches.map(({ independent }) => independent).filter(Number.isFinite));
  const ratios = elr.map((value) => value * twin.sum);
  return batchTwins(twin, batches, { alpha: [1], ratios, seeds: seed, steps });
}

const sweepJson = ({ batch, sweep, converged }: LargeBatchSweep) => ({
  ...{ batch, ...sweepFacts(sweep) },
  converged: converged.map((run) => ({ elr: run.run.elr, sharpness: sharpnessOf(run) })),
  losses: sweep.measured.map(({ elr, loss, noiseShare }) => ({ elr, loss, noiseShare })),
});

const lawText = (law: BatchLaw | undefined): string =>
  law === undefined
    ? 'No law, and so no toy with noise: fewer than two batch sizes are bracketed. Choose other --elr.'
    : `1/ELR_c = S + S v / batch', batch' = batch (n - 1) / (n - batch): S = ${formatNumber(law.sum)} +- ` +
      `${formatNumber(law.sumError, 2)}, S v = ${formatNumber(law.noise)} +- ${formatNumber(law.noiseError, 2)}`;

async function compareWithNoiseless(options: Options): Promise<Findings> {
  const { toyTheory } = await import('../../../toy/theory/equilibrium.js');
  const { noiselessTwins } = await import('../../../toy/twins/noiseless-toy.js');
  const { trainImagesOf } = await import('../../../deep/study/image-counts.js');
  const { out, elr, alpha, seed, batch, steps } = options;
  const runs = await trainNetwork(out, options, { vary: { elr, seed, batch } });
  const images = trainImagesOf(networkSpec(options));
  const sweeps = await sweepsOf(options, runs);
  const law = fitBatchLaw(largeBatchThresholds(sweeps, images));
  const noisy = await noisyTwins(law, options, images);
  const largest = sweeps.reduce((a, b) => (b.batch > a.batch ? b : a));
  const ratios = ratiosToThreshold(elr, largest.sweep.thresholds);
  const noiseless = noiselessTwins(ratios, { alpha, steps, seeds: seed });
  const network = largeBatchPredictions(sweeps, images, { theory: toyTheory, tolerance: NETWORK_TOLERANCE });
  const found = { images, law: lawFacts(law), sweeps: sweeps.map(sweepJson), noiseless };
  return {
    facts: { elrs: elr, ...found, noisy: noisy.sweeps.map(sweepFacts) },
    predictions: sideBySide(network, [...noisy.predictions, ...noiselessRows(noiseless)]),
    text: (predictions) => [
      `${steps} steps per run on ${images} images.`,
      regimeMatrix([...sweeps.map(({ sweep }) => sweep), ...noisy.sweeps], elr),
      lawText(law),
      largeBatchTable(sweeps, noiseless),
      predictions,
    ],
  };
}

export const largeBatchCommand = (): Command =>
  defineExperiment<Options>({
    name: 'large-batch',
    statement: 'T3, T4, T10: from small batches to all images at once, where the toy has no noise either.',
    steps: 800,
    network: { trainImages: 128 },
    lists: { batch: [16, 32, 128], seed: [1] },
    elrs: '0.001:0.032:6',
    // Of the toy without noise; with noise it has one group, of which alone T10 is exact.
    alpha: [1, 2, 4],
    run: compareWithNoiseless,
  });
