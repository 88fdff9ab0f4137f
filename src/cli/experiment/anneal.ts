import type { Command } from 'commander';
import type { AnnealedArmSpec } from '../../../deep/study/annealed-runs.js';
import { ANNEAL_STEPS, type AnnealedArm, annealedRows, summariseArm } from '../../experiments/anneal.js';
import { annealedArm } from '../../experiments/annealed-pair.js';
import type { Valley } from '../../readings/valley.js';
import { annealingTable } from '../../text/experiment/annealing-text.js';
import { positiveNumber } from '../../text/grammar/value-grammar.js';
import { type AnnealingOptions, annealedArms, annealingFacts, annealingWords, withAnnealSteps } from './annealing.js';
import { defineExperiment, type Findings } from './define-experiment.js';
import { networkSpec, risingValues } from './experiment-options.js';

interface Options extends AnnealingOptions {
  readonly elr: readonly number[];
  readonly lr: readonly number[];
  readonly weightDecay: number;
  readonly alpha: readonly number[];
}

const armsOf = ({ elr, lr, seed, weightDecay }: Options): AnnealedArmSpec[] => [
  { label: 'sphere', vary: { elr, seed } },
  { label: 'ordinary', base: { weightDecay }, vary: { lr, seed } },
];

/** An arm as JSON has it. */
const armFacts = (arm: AnnealedArm) => ({
  of: arm.of,
  label: arm.label,
  meanLogRatio: { T14: summariseArm(arm).floor, T4: summariseArm(arm).curve, rates: summariseArm(arm).rates },
  runs: arm.rates.map(({ rate, byCurve, valley, loss: { loss, fall, noiseShare, predicted, lost, ratio } }) => ({
    rate,
    ...{ loss: loss.mean, fall, noiseShare, byCurve },
    ...{ predicted, lost, ratio },
    ...(valley && { valley }),
  })),
});

async function anneal(options: Options): Promise<Findings> {
  const { epochOf } = await import('../../../deep/study/annealed-runs.js');
  const { valleyOfRuns } = await import('../../../deep/evaluate/run-valley.js');
  const { annealTwins } = await import('../../../toy/twins/annealed-toy.js');
  const { toyTheory } = await import('../../../toy/theory/equilibrium.js');
  const { elr } = options;
  const arms: AnnealedArm[] = [];
  for await (const { arm, pairs } of annealedArms(armsOf(options), options)) {
    const valleys: Valley[] = [];
    for (const { before, after } of pairs) valleys.push(await valleyOfRuns(before, after));
    arms.push(annealedArm(arm.label, pairs, { valleys, theory: toyTheory }));
  }
  arms.push(...annealTwins({ ...options, perEpoch: epochOf(networkSpec(options)), elrs: elr }));
  const words =
    `${annealingWords(options)}. Losses of mini-batches:\n` +
    'before, of the last quarter; after, of an epoch at the final rate. ' +
    'For small steps lost / floor is\n(2 / p) x balance x (1 - distance^2 / 2): p the degree of the valley, balance 1 where a run stays at its ' +
    'distance from the bottom.';
  return {
    facts: { elrs: elr, ...annealingFacts(options), arms: arms.map(armFacts) },
    predictions: arms.flatMap(annealedRows),
    text: (predictions) => [words, annealingTable(arms), predictions],
  };
}

export const annealCommand = (): Command =>
  defineExperiment<Options>({
    name: 'anneal',
    statement: 'T14: what a run loses when its rate is decayed is the noise floor, ELR E|g|^2 / 4.',
    steps: 3000,
    lists: { seed: [1, 2] },
    // T11 is about one group.
    alpha: [1],
    withOwnOptions: (command) =>
      withAnnealSteps(
        command
          .option(
            '--elr <list>',
            'fixed ELRs on the sphere, FROM:TO:COUNT or a list',
            risingValues,
            risingValues('5e-4,1e-3,2e-3,4e-3,8e-3'),
          )
          .option('--lr <list>', 'learning rates of ordinary training, FROM:TO:COUNT or a list', risingValues, [0.1])
          .option('--weight-decay <number>', 'weight decay of ordinary training', positiveNumber, 0.02),
        ANNEAL_STEPS,
      ),
    run: anneal,
  });
