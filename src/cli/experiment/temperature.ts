import type { Command } from 'commander';
import { type AnnealedPair, pairsByRate, recordAnnealing } from '../../experiments/annealed-pair.js';
import { type TemperedCell, type TemperedRun, temperedCell } from '../../experiments/temperature.js';
import { temperatureRows } from '../../experiments/temperature-rows.js';
import { temperatureTable } from '../../text/experiment/temperature-text.js';
import { type AnnealingOptions, annealingFacts, withAnnealSteps } from './annealing.js';
import { defineExperiment, type Findings } from './define-experiment.js';
import { networkSpec, reported, risingValues, trainingOf } from './experiment-options.js';

interface Options extends AnnealingOptions {
  readonly elr: readonly number[];
  readonly batch: readonly number[];
}

/** Steps in which the smallest ELR falls; of larger ones in proportion fewer. */
const SLOWEST_DECAY = 1600;

/** Runs of one ELR and batch, with their ends measured in batches of the common size. */
async function measuredRuns(pairs: readonly AnnealedPair[], common: number): Promise<TemperedRun[]> {
  const { endsInBatches } = await import('../../../deep/evaluate/ends-in-batches.js');
  const runs: TemperedRun[] = [];
  for (const pair of pairs)
    runs.push({ lost: recordAnnealing(pair), ends: await endsInBatches(pair.before, pair.after, common) });
  return runs;
}

/** The runs of the network, trained if they are not there. */
async function networkCells(options: Options): Promise<TemperedCell[]> {
  const { trainTempered } = await import('../../../deep/study/tempered-runs.js');
  const { out: directory, elr, batch, seed, annealSteps } = options;
  const protocol = { directory, annealSteps, training: trainingOf(options) };
  const cells: TemperedCell[] = [];
  for (const { batch: size, pairs } of reported(await trainTempered({ elr, batch, seed }, protocol)).arms)
    for (const { rate, pairs: alike } of pairsByRate(pairs)) {
      const runs = await measuredRuns(alike, batch[0]!);
      cells.push(temperedCell({ of: 'network', batch: size, elr: rate }, runs));
    }
  return cells;
}

const cellFacts = ({ lost: { loss, fall, noiseShare, predicted, lost }, expected, ...cell }: TemperedCell) => ({
  ...{ ...cell, temperature: cell.elr / cell.batch },
  ...{ lossInOwnBatches: loss.mean, fall, noiseShare, predicted, lost },
  ...(expected && { closedForm: expected }),
});

async function compareBatches(given: Options): Promise<Findings> {
  const options = { ...given, batch: [...new Set(given.batch)].sort((a, b) => a - b) };
  const { trainImagesOf } = await import('../../../deep/study/image-counts.js');
  const { temperatureTwin } = await import('../../../toy/twins/temperature-toy.js');
  const { elr, batch, steps, annealSteps } = options;
  const network = await networkCells(options);
  const toy = temperatureTwin({ elr, batch, steps, annealSteps, images: trainImagesOf(networkSpec(options)) });
  const cells = [...network, ...toy];
  return {
    facts: { elrs: elr, batches: batch, ...annealingFacts(options), cells: cells.map(cellFacts) },
    predictions: [...temperatureRows(network), ...temperatureRows(toy)],
    text: (predictions) => [
      `${steps} steps at a fixed ELR, then a decay to a thousandth over ${annealSteps} steps from the smallest ELR and in proportion fewer from\n` +
        `larger ones. Loss and bottom, what annealing leaves, are those in batches of ${batch[0]}.`,
      temperatureTable(cells),
      predictions,
    ],
  };
}

const withOwnOptions = (command: Command): Command =>
  withAnnealSteps(
    command.option(
      '--elr <list>',
      'ELRs of the smallest batches, FROM:TO:COUNT or a list; larger batches have them in proportion to their size',
      risingValues,
      risingValues('5e-4,1e-3,2e-3,4e-3'),
    ),
    SLOWEST_DECAY,
    'steps in which the smallest ELR then falls to a thousandth, and in proportion fewer from larger ones',
  );

export const temperatureCommand = (): Command =>
  defineExperiment<Options>({
    name: 'temperature',
    statement: 'T16: do loss and bottom in equilibrium depend on ELR / batch alone, or on the ELR?',
    steps: 3000,
    lists: { seed: [1, 2], batch: [16, 64] },
    leftOut: ['init'],
    withOwnOptions,
    run: compareBatches,
  });
