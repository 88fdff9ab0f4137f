import { Command } from 'commander';
import type { AnnealedArmSpec } from '../../../deep/study/annealed-runs.js';
import type { Written } from '../../../deep/study/spec.js';
import { ANNEALING_FACTOR } from '../../experiments/anneal.js';
import { type AnnealedPair, pairSeries, pairsByRate } from '../../experiments/annealed-pair.js';
import type { SubjectPrediction } from '../../experiments/experiment.js';
import {
  measureReplacement,
  pairedCells,
  type ReplacementCell,
  replacementRows,
  shareRatio,
  twinRows,
} from '../../experiments/replacement.js';
import { SAMPLINGS, type Sampling } from '../../run/sampling.js';
import { sideBySideText } from '../../text/experiment-text.js';
import { printJson, printLine } from '../../text/output.js';
import { replacementTable } from '../../text/replacement-text.js';
import { count } from '../../text/value-grammar.js';
import {
  type ExperimentOptions,
  networkSpec,
  placed,
  reportFailures,
  trainingOf,
  valuesOf,
  withAlpha,
  withExperimentOptions,
} from './experiment-options.js';

interface Options extends ExperimentOptions {
  readonly batch: readonly Written[];
  readonly annealSteps: number;
  readonly alpha: readonly number[];
}

const STEPS = 1500;
const ANNEAL_STEPS = 300;
const BATCHES = [16, 32];
const SEEDS = [1];
const ELRS = '0.002,0.008';
/** The closed form is about one mode. */
const ONE_GROUP = [1];

interface Arm extends AnnealedArmSpec {
  readonly batch: number;
  readonly sampling: Sampling;
}

const armsOf = ({ elr, seed, batch }: Options): Arm[] =>
  valuesOf(batch).flatMap((size) =>
    [...SAMPLINGS].reverse().map(
      (sampling): Arm => ({
        ...{ label: `batch-${size}-${sampling}`, batch: size, sampling },
        base: { batch: size, sampling },
        vary: { elr, seed: valuesOf(seed) },
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
  const { imageCounts } = await import('../../../deep/study/image-counts.js');
  const { DEFAULT_RUN } = await import('../../../deep/study/spec.js');
  const { data = DEFAULT_RUN.data, trainImages, validation } = networkSpec(options);
  const samples = imageCounts().train(data, trainImages, validation);
  return replacementTwins({ ...options, samples, batches: valuesOf(options.batch), elrs: options.elr });
}

async function rowsOf(network: readonly ReplacementCell[], toy: readonly ReplacementCell[]) {
  const { epochNoiseShare } = await import('../../../toy/theory/replacement.js');
  const { stepCurvature } = await import('../../../toy/twins/replacement-toy.js');
  const of = <Row>(subject: 'network' | 'toy', rows: readonly Row[]) => rows.map((row) => ({ ...row, of: subject }));
  return [
    ...of('network', replacementRows(network, epochNoiseShare)),
    ...of('toy', twinRows(toy, epochNoiseShare, stepCurvature)),
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

async function runReplacement(options: Options): Promise<void> {
  const { out, elr, steps, annealSteps, json } = options;
  const { trainAnnealed } = await import('../../../deep/study/annealed-runs.js');
  const training = trainingOf(options);
  const network: ReplacementCell[] = [];
  for (const arm of armsOf(options)) {
    const { pairs, failed } = await trainAnnealed(arm, { directory: out, annealSteps, training });
    reportFailures(failed);
    network.push(...cellsOf(arm, pairs));
  }
  const toy = await twinsOf(options);
  const predictions = await rowsOf(network, toy);
  const cells = [...network, ...toy];
  if (json) {
    const protocol = {
      experiment: 'replacement',
      directory: out,
      steps,
      elrs: elr,
      annealSteps,
      factor: ANNEALING_FACTOR,
    };
    printJson({
      ...protocol,
      cells: cells.map(cellFacts),
      ratios: [...ratioFacts(network), ...ratioFacts(toy)],
      predictions,
    });
    return;
  }
  printLine(
    `${steps} steps at a fixed rate, then ${annealSteps} in which it falls to ${ANNEALING_FACTOR} of itself. R: floor over loss in the second ` +
      'half;\nloss, floor and loss lost are those of the last quarter.\n',
  );
  printLine(`${replacementTable(cells)}\n`);
  printLine(sideBySideText(predictions));
}

/** `regimes experiment run replacement`. */
export const replacementCommand = (): Command =>
  withAlpha(
    withExperimentOptions(
      new Command('replacement').description(
        'T14: batches drawn with replacement bring R to 1; epochs without it cancel in slow modes and raise R.',
      ),
      { steps: STEPS, lists: { batch: BATCHES, seed: SEEDS }, elrs: ELRS, leftOut: ['sampling', 'augment'] },
    ),
    ONE_GROUP,
  )
    .option('--anneal-steps <count>', 'steps in which the rate then falls to a thousandth', count, ANNEAL_STEPS)
    .action(placed(runReplacement));
