import type { Command } from 'commander';
import type { AnnealedArmSpec } from '../../../deep/study/annealed-runs.js';
import { type AnnealedPair, pairSeries, pairsByRate } from '../../experiments/annealed-pair.js';
import type { SubjectPrediction } from '../../experiments/experiment.js';
import {
  measureReplacement,
  pairedCells,
  type ReplacementCell,
  replacementRows,
  shareRatio,
} from '../../experiments/replacement.js';
import { SAMPLINGS, type Sampling } from '../../run/image-settings.js';
import { replacementTable } from '../../text/experiment/replacement-text.js';
import { type AnnealingOptions, annealedArms, annealingFacts, annealingWords, withAnnealSteps } from './annealing.js';
import { defineExperiment, type Findings } from './define-experiment.js';
import { type ExperimentOptions, networkSpec } from './experiment-options.js';

interface Options extends ExperimentOptions, AnnealingOptions {
  readonly batch: readonly number[];
  readonly alpha: readonly number[];
}

interface Arm extends AnnealedArmSpec {
  readonly batch: number;
  readonly sampling: Sampling;
}

const armsOf = ({ elr, seed, batch }: Options): Arm[] =>
  batch.flatMap((size) =>
    [...SAMPLINGS].reverse().map(
      (sampling): Arm => ({
        ...{ label: `batch-${size}-${sampling}`, batch: size, sampling },
        base: { batch: size, sampling },
        vary: { elr, seed },
      }),
    ),
  );

const cellsOf = ({ batch, sampling }: Arm, pairs: readonly AnnealedPair[]): ReplacementCell[] =>
  pairsByRate(pairs).map(({ rate, words, pairs: alike }) => {
    const epoch = alike[0]!.perEpoch;
    return measureReplacement({ of: 'network', batch, sampling, rate, words, epoch }, alike.map(pairSeries));
  });

/** The toy's cells, with as many samples as the network has images. */
async function twinsOf(options: Options): Promise<ReplacementCell[]> {
  const { replacementTwins } = await import('../../../toy/twins/replacement-toy.js');
  const { trainImagesOf } = await import('../../../deep/study/image-counts.js');
  const samples = trainImagesOf(networkSpec(options));
  return replacementTwins({ ...options, samples, batches: options.batch, elrs: options.elr });
}

async function rowsOf(network: readonly ReplacementCell[], toy: readonly ReplacementCell[]) {
  const { epochNoiseShare } = await import('../../../toy/theory/replacement.js');
  const { twinRows } = await import('../../../toy/twins/replacement-toy.js');
  const of = <Row>(subject: 'network' | 'toy', rows: readonly Row[]) => rows.map((row) => ({ ...row, of: subject }));
  return [
    ...of('network', replacementRows(network, epochNoiseShare)),
    ...of('toy', twinRows(toy)),
  ] satisfies SubjectPrediction[];
}

const cellFacts = ({ loss, ...cell }: ReplacementCell) => {
  const { fall, predicted, lost, ratio } = loss;
  return { ...cell, loss: loss.loss.mean, fall, predicted, lost, ratio };
};

const ratioFacts = (cells: readonly ReplacementCell[]) =>
  pairedCells(cells).map((pair) => {
    const { of, batch, rate } = pair.without;
    return { of, batch, rate, ...shareRatio(pair) };
  });

async function compareSampling(options: Options): Promise<Findings> {
  const network: ReplacementCell[] = [];
  for await (const { arm, pairs } of annealedArms(armsOf(options), options)) network.push(...cellsOf(arm, pairs));
  const toy = await twinsOf(options);
  const cells = [...network, ...toy];
  const ratios = [...ratioFacts(network), ...ratioFacts(toy)];
  const words =
    `${annealingWords(options)}. R: floor over loss in the second ` +
    'half;\nloss, floor and loss lost are those of the last quarter.';
  return {
    facts: { elrs: options.elr, ...annealingFacts(options), cells: cells.map(cellFacts), ratios },
    predictions: await rowsOf(network, toy),
    text: (predictions) => [words, replacementTable(cells), predictions],
  };
}

export const replacementCommand = (): Command =>
  defineExperiment<Options>({
    name: 'replacement',
    statement: 'T14: batches drawn with replacement bring R to 1; epochs without it cancel in slow modes and raise R.',
    steps: 1500,
    lists: { batch: [16, 32], seed: [1] },
    elrs: '0.002,0.008',
    leftOut: ['sampling', 'augment'],
    // The closed form is about one mode.
    alpha: [1],
    withOwnOptions: (command) => withAnnealSteps(command, 300),
    run: compareSampling,
  });
