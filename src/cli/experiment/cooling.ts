import type { Command } from 'commander';
import type { CooledPairs } from '../../../deep/study/cooled-runs.js';
import { ANNEAL_STEPS } from '../../experiments/anneal.js';
import { pairsByRate, recordAnnealing } from '../../experiments/annealed-pair.js';
import {
  bottomRatio,
  coolerElr,
  coolingRows,
  type MeasuredStay,
  measureStay,
  STAYS,
  type Stay,
} from '../../experiments/cooling.js';
import type { RatioOfMeans } from '../../numerics/statistics/ratio.js';
import { coolingTable } from '../../text/experiment/cooling-text.js';
import { count, fraction } from '../../text/grammar/value-grammar.js';
import { type AnnealingOptions, annealingFacts, withAnnealSteps } from './annealing.js';
import { defineExperiment, type Findings } from './define-experiment.js';
import { networkSpec, reported, risingValues, trainingOf } from './experiment-options.js';

interface Options extends AnnealingOptions {
  readonly elr: readonly number[];
  readonly staySteps: number;
  readonly factor: number;
}

/** The stays of runs that began at one ELR; those without a run are left out. */
function staysFrom(
  elr: number,
  { factor, pairs }: { readonly factor: number; readonly pairs: CooledPairs },
): MeasuredStay[] {
  const elrs: Record<Stay, number> = { first: elr, longer: elr, cooler: coolerElr(elr, factor), back: elr };
  return STAYS.flatMap((stay) => {
    const alike = pairsByRate(pairs[stay]).find(({ rate }) => rate === elrs[stay]);
    if (alike === undefined) return [];
    const runs = alike.pairs.map((pair) => recordAnnealing(pair));
    return [measureStay({ of: 'network', stay, firstElr: elr, elr: elrs[stay] }, runs)];
  });
}

const stayFacts = (
  { loss: { loss, fall, noiseShare, predicted, lost, ratio }, ...stay }: MeasuredStay,
  bottomOverFirst: RatioOfMeans,
) => ({
  ...{ of: stay.of, stay: stay.stay, firstElr: stay.firstElr, elr: stay.elr },
  ...{ loss: loss.mean, fall, noiseShare, predicted, lost, ratio },
  ...{ bottom: stay.bottom, bottomOverFirst },
  ...(stay.expected && { closedForm: stay.expected }),
});

async function compareStays(options: Options): Promise<Findings> {
  const { epochOf } = await import('../../../deep/study/annealed-runs.js');
  const { trainCooled } = await import('../../../deep/study/cooled-runs.js');
  const { coolingTwin } = await import('../../../toy/twins/cooling-toy.js');
  const { out: directory, elr: elrs, seed, steps, staySteps, factor, annealSteps } = options;
  const protocol = { directory, staySteps, factor, annealSteps, training: trainingOf(options) };
  const { pairs } = reported(await trainCooled({ elr: elrs, seed }, protocol));
  const network = elrs.flatMap((elr) => staysFrom(elr, { factor, pairs }));
  const toy = coolingTwin({ steps, staySteps, annealSteps, factor, perEpoch: epochOf(networkSpec(options)) });
  const stays = [...network, ...toy];
  return {
    facts: {
      elrs,
      staySteps,
      coolingFactor: factor,
      ...annealingFacts(options),
      stays: stays.map((stay) => stayFacts(stay, bottomRatio(stay, stays))),
    },
    predictions: coolingRows(stays),
    text: (predictions) => [
      `First: ${steps} steps at a fixed ELR. From its end, ${staySteps} steps more there (longer) or at ${factor} of it (cooler), and\n` +
        `from the end of those ${staySteps} at the first ELR again (back). Bottom: the loss after annealing over ${annealSteps} steps from the end of each.`,
      coolingTable(stays),
      predictions,
    ],
  };
}

const withOwnOptions = (command: Command): Command =>
  withAnnealSteps(
    command
      .option('--elr <list>', 'ELRs of the first stay, FROM:TO:COUNT or a list', risingValues, [0.004])
      .option('--stay-steps <count>', 'steps of each later stay', count, 1200)
      .option('--factor <number>', 'the lower ELR in units of the first', fraction, 0.25),
    ANNEAL_STEPS,
  );

export const coolingCommand = (): Command =>
  defineExperiment<Options>({
    name: 'cooling',
    statement:
      'T15: does the bottom of the valley, to which annealing leads, depend on the ELR at which a run has stayed, and return with it?',
    steps: 3000,
    lists: { seed: [1, 2] },
    leftOut: ['init'],
    withOwnOptions,
    run: compareStays,
  });
