import type { Command } from 'commander';
import {
  type BatchLaw,
  type BatchThreshold,
  type BatchTwin,
  batchSizePredictions,
  batchTwin,
  fitBatchLaw,
  lawFacts,
} from '../../experiments/batch-size.js';
import {
  type BatchReading,
  batchReading,
  batchTransferRows,
  type OtherBatch,
  readingRun,
  readingText,
} from '../../experiments/batch-transfer.js';
import { sideBySide, sweepFacts } from '../../experiments/experiment.js';
import { type JudgedNetwork, judgeNetwork } from '../../experiments/judge-network.js';
import type { RecordedRun } from '../../run/recorded-run.js';
import { regimeMatrix } from '../../text/experiment/experiment-text.js';
import { formatNumber } from '../../text/output.js';
import { defineExperiment, type Findings } from './define-experiment.js';
import { type ExperimentOptions, trainNetwork } from './experiment-options.js';

interface Options extends ExperimentOptions {
  readonly alpha: readonly number[];
  readonly batch: readonly number[];
}

/** The runs of one batch size. */
interface BatchSweep {
  readonly batch: number;
  readonly sweep: JudgedNetwork;
}

/** The run from which other batch sizes are read, with the gradients at its last weights; undefined if there is none. */
async function networkReading(
  sweeps: readonly BatchSweep[],
  runs: readonly RecordedRun[],
): Promise<BatchReading | undefined> {
  const found = readingRun(sweeps.map(({ batch, sweep }) => ({ batch, runs: sweep.measured })));
  if (found === undefined) return undefined;
  const recorded = runs.find(({ manifest: { configuration } }) => {
    return configuration.batch === found.batch && configuration.rate.value === found.run.elr;
  });
  const { balanceAtEnd } = await import('../../../deep/curvature/at-last-weights.js');
  return batchReading(found.batch, found.run, await balanceAtEnd(recorded!));
}

const othersOf = (sweeps: readonly BatchSweep[], elr: number | undefined): OtherBatch[] =>
  sweeps.map(({ batch, sweep: { measured, thresholds } }) => ({
    batch,
    share: measured.find((run) => run.elr === elr)?.noiseShare,
    convergence: thresholds.convergence,
  }));

/** The toy with Bernoulli noise of the same E[s^2] at every batch size, at the same k; nothing without a law. */
async function twinOf(law: BatchLaw | undefined, reading: BatchReading | undefined, options: Options) {
  if (law === undefined) return { twin: undefined, sweeps: [], predictions: [], transfer: [] };
  const { batchTwins, twinTransferRows } = await import('../../../toy/twins/batch-toy.js');
  const { alpha, steps, seed, elr, batch } = options;
  const twin = batchTwin(law, batch);
  const protocol = { alpha, steps, seeds: seed, ratios: elr.map((value) => value * twin.sum) };
  const { sweeps, predictions, thresholds } = batchTwins(
    twin,
    batch.map((size) => ({ batch: size })),
    protocol,
  );
  const transfer = reading === undefined ? [] : twinTransferRows(twin, reading, { ...protocol, thresholds });
  return { twin, sweeps, predictions, transfer };
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

async function compareBatches(options: Options): Promise<Findings> {
  const { noiseShareAtBatchSize } = await import('../../../toy/theory/batch-size.js');
  const { out, elr, seed, batch, steps } = options;
  const runs = await trainNetwork(out, options, { vary: { elr, seed, batch } });
  const ofBatch = (size: number) => runs.filter(({ manifest }) => manifest.configuration.batch === size);
  const sweeps = batch.map(
    (size): BatchSweep => ({ batch: size, sweep: judgeNetwork(`batch ${size}`, ofBatch(size), elr) }),
  );
  const thresholds = sweeps.map(
    ({ batch: size, sweep }): BatchThreshold => ({ batch: size, convergence: sweep.thresholds.convergence }),
  );
  const law = fitBatchLaw(thresholds);
  const reading = await networkReading(sweeps, runs);
  const toy = await twinOf(law, reading, options);
  const transfer = batchTransferRows(reading, othersOf(sweeps, reading?.elr), noiseShareAtBatchSize);
  const all = [...sweeps.map(({ sweep }) => sweep), ...toy.sweeps];
  const words = [lawText(law, toy.twin), ...(reading === undefined ? [] : [readingText(reading)])];
  return {
    facts: { elrs: elr, law: lawFacts(law), reading: reading ?? null, sweeps: all.map(sweepFacts) },
    predictions: [
      ...sideBySide(batchSizePredictions(thresholds), toy.predictions),
      ...sideBySide(transfer, toy.transfer),
    ],
    text: (predictions) => [
      `Thresholds after ${steps} steps per run at every batch size.`,
      regimeMatrix(all, elr),
      words.join('\n'),
      predictions,
    ],
  };
}

export const batchSizeCommand = (): Command =>
  defineExperiment<Options>({
    name: 'batch-size',
    statement:
      'T10, T14: smaller batches lower the threshold, 1 / ELR_c = S (1 + v / batch); other batch sizes from one run.',
    steps: 1500,
    // The noise of T10 vanishes with the loss, so there must be few enough images to memorise.
    network: { trainImages: 400 },
    lists: { batch: [4, 8, 16, 32], seed: [1, 2] },
    elrs: '2.5e-4:1.6e-2:7',
    // T10 is exact for one group; beyond the threshold several lose one another to noise of their own.
    alpha: [1],
    run: compareBatches,
  });
