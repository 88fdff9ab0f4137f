import { Command } from 'commander';
import type { TrainedRuns } from '../../../deep/study/run-study.js';
import type { Written } from '../../../deep/study/spec.js';
import {
  type BatchLaw,
  batchSizePredictions,
  batchTwin,
  closedFormPredictions,
  fitBatchLaw,
} from '../../experiments/batch-size.js';
import { type JudgedSweep, sideBySide, sweepFacts } from '../../experiments/experiment.js';
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
import { bracketCentre, type MeasuredRun, NETWORK_TOLERANCE } from '../../regime/analyse.js';
import type { RecordedRun } from '../../sweep/recorded-run.js';
import { regimeMatrix, sideBySideText } from '../../text/experiment-text.js';
import { largeBatchTable } from '../../text/large-batch-text.js';
import { formatNumber, printJson, printLine } from '../../text/output.js';
import type { Prediction } from '../../verify/prediction.js';
import {
  type ExperimentOptions,
  networkSpec,
  placed,
  reportFailures,
  trainNetwork,
  valuesOf,
  withAlpha,
  withExperimentOptions,
} from './experiment-options.js';

interface Options extends ExperimentOptions {
  readonly alpha: readonly number[];
  readonly batch: readonly Written[];
}

const IMAGES = 128;
const BATCHES = [16, 32, 128];
const SEEDS = [1];
const ELRS = '0.001:0.032:6';
const STEPS = 800;
/** Of the toy without noise; with noise it has one group, of which alone T10 is exact. */
const ALPHA = [1, 2, 4];
/** Converged runs whose curvature is measured, those of the largest ELRs. */
const MEASURED = 2;

async function imagesOf(options: Options): Promise<number> {
  const { imageCounts } = await import('../../../deep/study/image-counts.js');
  const { DEFAULT_RUN } = await import('../../../deep/study/spec.js');
  const { data = DEFAULT_RUN.data, trainImages, validation } = networkSpec(options);
  return imageCounts().train(data, trainImages, validation);
}

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

async function sweepsOf(options: Options, { runs }: TrainedRuns): Promise<LargeBatchSweep[]> {
  const sweeps: LargeBatchSweep[] = [];
  for (const batch of valuesOf(options.batch)) {
    const alike = runs.filter(({ manifest }) => manifest.configuration.batch === batch);
    const sweep = judgeNetwork(`batch ${batch}`, alike, options.elr);
    sweeps.push({ batch, sweep, converged: await convergedRuns(alike, sweep.measured) });
  }
  return sweeps;
}

/** One group with noise of the fitted v at every batch size, none at all images (T10). */
async function noisyTwins(law: BatchLaw, options: Options, images: number) {
  const { samplingThreshold } = await import('../../../toy/theory/noise.js');
  const { judgeTwin } = await import('../../../toy/twins/judged-toy.js');
  const { elr, steps, seed, batch } = options;
  const independent = valuesOf(batch).map((size) => independentBatch(size, images));
  const twin = batchTwin(law, independent.filter(Number.isFinite));
  const probabilityOf = (size: number): number => (Number.isFinite(size) ? twin.probability(size) : 1);
  const sweeps = valuesOf(batch).map((size, i): JudgedSweep => {
    const trajectory = (of: number) => ({ steps, seed: of, probability: probabilityOf(independent[i]!) });
    const ratios = elr.map((value) => value * twin.sum);
    return judgeTwin(`batch ${size}`, { alpha: [1], ratios, seeds: valuesOf(seed), trajectory });
  });
  const thresholds = sweeps.map(({ thresholds: { convergence } }, i) => ({
    ...{ batch: valuesOf(batch)[i]!, independent: independent[i]!, convergence },
  }));
  const closedForm = (size: number): number => samplingThreshold([1], probabilityOf(independentBatch(size, images)));
  return { sweeps, rows: [...batchSizePredictions(thresholds), ...closedFormPredictions(thresholds, closedForm)] };
}

/** k of the toy without noise: ELRs in units of the threshold at the largest batch, or of the middle of the grid. */
function ratiosOf({ elr }: Options, sweeps: readonly LargeBatchSweep[]): number[] {
  const largest = sweeps.reduce((a, b) => (b.batch > a.batch ? b : a));
  const unit = bracketCentre(largest.sweep.thresholds.convergence) ?? Math.sqrt(elr[0]! * elr.at(-1)!);
  return elr.map((value) => value / unit);
}

const sweepJson = ({ batch, sweep, converged }: LargeBatchSweep) => ({
  ...{ batch, ...sweepFacts(sweep) },
  converged: converged.map((run) => ({ elr: run.run.elr, sharpness: sharpnessOf(run) })),
  losses: sweep.measured.map(({ elr, loss, noiseShare }) => ({ elr, loss, noiseShare })),
});

async function runLargeBatch(options: Options): Promise<void> {
  const { out, elr, seed, batch, steps, json } = options;
  const { toyTheory } = await import('../../../toy/theory/equilibrium.js');
  const { noiselessTwins } = await import('../../../toy/twins/noiseless-toy.js');
  const vary = { elr, seed: valuesOf(seed), batch: valuesOf(batch) };
  const trained = await trainNetwork(out, options, { vary });
  reportFailures(trained.failed);
  const images = await imagesOf(options);
  const sweeps = await sweepsOf(options, trained);
  const law = fitBatchLaw(largeBatchThresholds(sweeps, images));
  const noisy = law === undefined ? { sweeps: [], rows: [] as Prediction[] } : await noisyTwins(law, options, images);
  const noiseless = noiselessTwins(ratiosOf(options, sweeps), { ...options, seeds: valuesOf(seed) });
  const network = largeBatchPredictions(sweeps, images, { theory: toyTheory, tolerance: NETWORK_TOLERANCE });
  const predictions = sideBySide(network, [...noisy.rows, ...noiselessRows(noiseless)]);
  if (json) {
    const { line, ...fitted } = law ?? {};
    const found = { images, law: law ? fitted : null, sweeps: sweeps.map(sweepJson), noiseless };
    const toy = { noisy: noisy.sweeps.map(sweepFacts) };
    printJson({ experiment: 'large-batch', directory: out, steps, elrs: elr, ...found, ...toy, predictions });
    return;
  }
  printLine(`${steps} steps per run on ${images} images.\n`);
  printLine(regimeMatrix([...sweeps.map(({ sweep }) => sweep), ...noisy.sweeps], elr));
  printLine(`\n${lawText(law)}\n\n${largeBatchTable(sweeps, noiseless)}\n`);
  printLine(sideBySideText(predictions));
}

const lawText = (law: BatchLaw | undefined): string =>
  law === undefined
    ? 'No law, and so no toy with noise: fewer than two batch sizes are bracketed. Choose other --elr.'
    : `1/ELR_c = S + S v / batch', batch' = batch (n - 1) / (n - batch): S = ${formatNumber(law.sum)} +- ` +
      `${formatNumber(law.sumError, 2)}, S v = ${formatNumber(law.noise)} +- ${formatNumber(law.noiseError, 2)}`;

/** `regimes experiment run large-batch`. */
export const largeBatchCommand = (): Command =>
  withAlpha(
    withExperimentOptions(
      new Command('large-batch').description(
        'T3, T4, T10: from small batches to all images at once, where the toy has no noise either.',
      ),
      { steps: STEPS, network: { trainImages: IMAGES }, lists: { batch: BATCHES, seed: SEEDS }, elrs: ELRS },
    ),
    ALPHA,
  ).action(placed(runLargeBatch));
