import { Command } from 'commander';
import type { Written } from '../../../deep/study/spec.js';
import {
  type BatchLaw,
  type BatchThreshold,
  type BatchTwin,
  batchSizePredictions,
  batchTwin,
  closedFormPredictions,
  fitBatchLaw,
} from '../../experiments/batch-size.js';
import {
  type BatchReading,
  batchReading,
  batchTransferRows,
  type OtherBatch,
  readingRun,
  readingText,
} from '../../experiments/batch-transfer.js';
import { type JudgedSweep, sideBySide, sweepFacts } from '../../experiments/experiment.js';
import { type JudgedNetwork, judgeNetwork } from '../../experiments/judge-network.js';
import { measureThresholds } from '../../regime/analyse.js';
import type { RecordedRun } from '../../sweep/recorded-run.js';
import { regimeMatrix, sideBySideText } from '../../text/experiment-text.js';
import { formatNumber, printJson, printLine } from '../../text/output.js';
import type { Prediction } from '../../verify/prediction.js';
import {
  type ExperimentOptions,
  placed,
  trainNetwork,
  valuesOf,
  withAlpha,
  withExperimentOptions,
} from './experiment-options.js';

interface BatchSizeOptions extends ExperimentOptions {
  readonly alpha: readonly number[];
  readonly batch: readonly Written[];
}

const IMAGES = 400;
const BATCHES = [4, 8, 16, 32];
const SEEDS = [1, 2];
const ELRS = '2.5e-4:1.6e-2:7';
const STEPS = 1500;
/** T10 is exact for it; beyond the threshold several groups lose one another to noise of their own. */
const ONE_GROUP = [1];

interface Twin {
  /** Absent if no law could be fitted to the network. */
  readonly twin?: BatchTwin;
  readonly sweeps: readonly JudgedSweep[];
  readonly predictions: readonly Prediction[];
}

const thresholdsOf = (sweeps: readonly JudgedSweep[], batches: readonly number[]): BatchThreshold[] =>
  sweeps.map(({ thresholds }, i) => ({ batch: batches[i]!, convergence: thresholds.convergence }));

/** The run from which other batch sizes are read, with the gradients at its last weights; undefined if there is none. */
async function networkReading(
  sweeps: readonly JudgedNetwork[],
  batches: readonly number[],
  runs: readonly RecordedRun[],
): Promise<BatchReading | undefined> {
  const found = readingRun(sweeps.map(({ measured }, i) => ({ batch: batches[i]!, runs: measured })));
  if (found === undefined) return undefined;
  const recorded = runs.find(({ manifest: { configuration } }) => {
    return configuration.batch === found.batch && configuration.rate.value === found.run.elr;
  });
  const { balanceAtEnd } = await import('../../../deep/curvature/at-last-weights.js');
  return batchReading(found.batch, found.run, await balanceAtEnd(recorded!));
}

const othersOf = (
  sweeps: readonly JudgedNetwork[],
  batches: readonly number[],
  elr: number | undefined,
): OtherBatch[] =>
  sweeps.map(({ measured, thresholds: { convergence } }, i) => ({
    batch: batches[i]!,
    share: measured.find((run) => run.elr === elr)?.noiseShare,
    convergence,
  }));

/** The same rows of the toy, whose signal share is its probability, at the k of the network's reading. */
async function twinTransfer(
  twin: BatchTwin,
  reading: BatchReading,
  { sweeps, options }: { readonly sweeps: readonly JudgedSweep[]; readonly options: BatchSizeOptions },
): Promise<Prediction[]> {
  const { simulateToy } = await import('../../../toy/dynamics/simulate.js');
  const { noiseShareAtBatchSize } = await import('../../../toy/theory/batch-size.js');
  const { alpha, steps, seed } = options;
  const sum = alpha.reduce((a, b) => a + b, 0);
  const k = reading.elr * twin.sum;
  const shareOf = (batch: number) => {
    const probability = twin.probability(batch);
    return simulateToy(alpha, k / sum, { steps, seed: valuesOf(seed)[0]!, probability }).noiseShare;
  };
  const signal = { value: twin.probability(reading.batch), error: 0 };
  const own = { ...reading, elr: k, share: shareOf(reading.batch), signal, proportional: true };
  const others = valuesOf(options.batch).map((batch, i) => ({
    ...{ batch, share: shareOf(batch), convergence: measureThresholds(sweeps[i]!.runs).convergence },
  }));
  return batchTransferRows(own, others, noiseShareAtBatchSize);
}

/** The toy with Bernoulli noise of the same E[s^2] at every batch size, at the same k. */
async function twinOf(law: BatchLaw | undefined, options: BatchSizeOptions): Promise<Twin> {
  if (law === undefined) return { sweeps: [], predictions: [] };
  const { samplingThreshold } = await import('../../../toy/theory/noise.js');
  const { judgeTwin } = await import('../../../toy/twins/judged-toy.js');
  const { alpha, steps, seed, elr } = options;
  const batches = valuesOf(options.batch);
  const twin = batchTwin(law, batches);
  const ratios = elr.map((value) => value * twin.sum);
  const sweeps: JudgedSweep[] = [];
  for (const batch of batches) {
    const trajectory = (of: number) => ({ steps, seed: of, probability: twin.probability(batch) });
    sweeps.push(judgeTwin(`batch ${batch}`, { alpha, ratios, seeds: valuesOf(seed), trajectory }));
  }
  const thresholds = thresholdsOf(sweeps, batches);
  const closedForm = (batch: number): number => samplingThreshold([1], twin.probability(batch));
  const predictions = [...batchSizePredictions(thresholds), ...closedFormPredictions(thresholds, closedForm)];
  return { twin, sweeps, predictions };
}

function lawText(law: BatchLaw | undefined, twin: BatchTwin | undefined): string {
  if (law === undefined || twin === undefined) {
    return 'No law, and so no twin: fewer than two batch sizes are bracketed. Choose other --elr.';
  }
  const { sum, sumError, noise, noiseError, line, atBound } = law;
  const value = (of: number, error: number): string => `${formatNumber(of)} +- ${formatNumber(error, 2)}`;
  const bound = atBound ? ', the one that is 0 at its bound' : '';
  return [
    `1/ELR_c = S + S v / batch: S = ${value(sum, sumError)}, S v = ${value(noise, noiseError)}${bound}; ` +
      `chi^2 = ${formatNumber(line.chiSquared, 3)} for ${line.degrees}`,
    `The toy has noise of v = ${formatNumber(twin.spread, 3)}; its ELRs are k = ELR x ${formatNumber(twin.sum, 3)}.`,
  ].join('\n');
}

async function runBatchSize(options: BatchSizeOptions): Promise<void> {
  const { out, elr, seed, batch, steps, json } = options;
  const batches = valuesOf(batch);
  const vary = { elr, seed: valuesOf(seed), batch: batches };
  const { runs, failed } = await trainNetwork(out, options, { vary });
  const ofBatch = (size: number) => runs.filter(({ manifest }) => manifest.configuration.batch === size);
  const sweeps = batches.map((size) => judgeNetwork(`batch ${size}`, ofBatch(size), elr));
  const thresholds = thresholdsOf(sweeps, batches);
  const law = fitBatchLaw(thresholds);
  const toy = await twinOf(law, options);
  const { noiseShareAtBatchSize } = await import('../../../toy/theory/batch-size.js');
  const reading = await networkReading(sweeps, batches, runs);
  const transfer = batchTransferRows(reading, othersOf(sweeps, batches, reading?.elr), noiseShareAtBatchSize);
  const ofToy =
    toy.twin === undefined || reading === undefined
      ? []
      : await twinTransfer(toy.twin, reading, { sweeps: toy.sweeps, options });
  const predictions = [
    ...sideBySide(batchSizePredictions(thresholds), toy.predictions),
    ...sideBySide(transfer, ofToy),
  ];
  if (failed > 0) process.exitCode = 1;
  if (json) {
    const { line, ...fitted } = law ?? {};
    const found = {
      law: law ? fitted : null,
      reading: reading ?? null,
      sweeps: [...sweeps, ...toy.sweeps].map(sweepFacts),
      predictions,
    };
    printJson({ experiment: 'batch-size', directory: out, steps, elrs: elr, ...found });
    return;
  }
  printLine(`Thresholds after ${steps} steps per run at every batch size.\n`);
  printLine(regimeMatrix([...sweeps, ...toy.sweeps], elr));
  printLine(`\n${lawText(law, toy.twin)}`);
  printLine(reading === undefined ? '' : `${readingText(reading)}\n`);
  printLine(sideBySideText(predictions));
}

/** `regimes experiment run batch-size`. */
export const batchSizeCommand = (): Command =>
  withAlpha(
    withExperimentOptions(
      new Command('batch-size').description(
        'T10, T14: smaller batches lower the threshold, 1 / ELR_c = S (1 + v / batch); other batch sizes from one run.',
      ),
      // The noise of T10 vanishes with the loss, so there must be few enough images to memorise.
      { steps: STEPS, network: { trainImages: IMAGES }, lists: { batch: BATCHES, seed: SEEDS }, elrs: ELRS },
    ),
    ONE_GROUP,
  ).action(placed(runBatchSize));
