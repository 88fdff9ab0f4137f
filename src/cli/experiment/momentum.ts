import { type Command, Option } from 'commander';
import type { AnnealedArmSpec } from '../../../deep/study/annealed-runs.js';
import type { MomentumArm } from '../../../toy/twins/momentum-toy.js';
import { ANNEAL_STEPS } from '../../experiments/anneal.js';
import { type AnnealedPair, pairsByRate } from '../../experiments/annealed-pair.js';
import {
  impliedSignal,
  type MomentumRate,
  measureMomentum,
  momentumRows,
  momentumSeries,
  summariseMomentum,
} from '../../experiments/momentum.js';
import { defined } from '../../system/defined.js';
import { momentumTable } from '../../text/experiment/momentum-text.js';
import { fraction, positiveNumber } from '../../text/grammar/value-grammar.js';
import { type AnnealingOptions, annealedArms, annealingFacts, annealingWords, withAnnealSteps } from './annealing.js';
import { defineExperiment, type Findings } from './define-experiment.js';
import { networkSpec, risingValues } from './experiment-options.js';

interface Options extends AnnealingOptions {
  readonly elr: readonly number[];
  readonly lr: readonly number[];
  readonly weightDecay: number;
  readonly momentum: number;
  readonly alpha: readonly number[];
}

/** Each way to train without and with momentum, at the same rate / (1 - momentum). */
function armsOf({ elr, lr, weightDecay, momentum }: Options): MomentumArm[] {
  const both = (label: string, rest: Pick<MomentumArm, 'rates' | 'weightDecay'>): MomentumArm[] => [
    { label, momentum: 0, ...rest },
    { label: `${label}-momentum`, momentum, ...rest },
  ];
  return [...both('ordinary', { rates: lr, weightDecay }), ...both('sphere', { rates: elr })];
}

type ArmSpec = AnnealedArmSpec & Pick<MomentumArm, 'momentum'>;

function specOf({ label, momentum, weightDecay, rates }: MomentumArm, seeds: readonly number[]): ArmSpec {
  const slowed = rates.map((rate) => Number((rate * (1 - momentum)).toPrecision(12)));
  return {
    ...{ label, momentum },
    base: defined({ weightDecay, momentum: momentum > 0 ? momentum : undefined }),
    vary: { [weightDecay === undefined ? 'elr' : 'lr']: slowed, seed: seeds },
  };
}

const measureArm = ({ label, momentum }: ArmSpec, pairs: readonly AnnealedPair[]): MomentumRate[] =>
  pairsByRate(pairs).map(({ words, pairs: alike }) =>
    measureMomentum({ of: 'network', label, words, momentum }, alike.map(momentumSeries)),
  );

/** A rate as JSON has it. */
const rateFacts = (rate: MomentumRate) => {
  const { of, label, words, momentum, exact, naive } = rate;
  const against = ({ predicted, ratio }: MomentumRate['exact']) => ({ predicted, ratio });
  const { loss, fall, noiseShare, lost } = exact;
  return {
    ...{ of, label, rate: words, momentum, loss: loss.mean, fall, noiseShare, lost },
    ...{ exact: against(exact), naive: against(naive), signal: impliedSignal(rate) },
  };
};

async function compareFloors(options: Options): Promise<Findings> {
  const { epochOf } = await import('../../../deep/study/annealed-runs.js');
  const { momentumTwins } = await import('../../../toy/twins/momentum-toy.js');
  const { seed, momentum } = options;
  const arms = armsOf(options);
  const specs = arms.map((arm) => specOf(arm, seed));
  const network: MomentumRate[] = [];
  for await (const { arm, pairs } of annealedArms(specs, options)) network.push(...measureArm(arm, pairs));
  const toy = momentumTwins(arms, { ...options, perEpoch: epochOf(networkSpec(options)) });
  const rates = [...network, ...toy];
  const meanLogRatio = { network: summariseMomentum(network), toy: summariseMomentum(toy) };
  const words =
    `${annealingWords(options)}; with momentum ${momentum} ` +
    `at\n1 - ${momentum} of the rate. R: the exact floor over the loss before annealing.`;
  return {
    facts: { ...annealingFacts(options), momentum, meanLogRatio, runs: rates.map(rateFacts) },
    predictions: rates.flatMap(momentumRows),
    text: (predictions) => [words, momentumTable(rates), predictions],
  };
}

const withOwnOptions = (command: Command): Command =>
  withAnnealSteps(
    command
      .option('--elr <list>', 'ELRs without momentum, FROM:TO:COUNT or a list', risingValues, [0.004])
      .option(
        '--lr <list>',
        'learning rates of ordinary training without momentum, FROM:TO:COUNT or a list',
        risingValues,
        [0.1],
      )
      .option('--weight-decay <number>', 'weight decay of ordinary training', positiveNumber, 0.02)
      .addOption(
        new Option('--momentum <number>', 'of the heavy ball, at 1 - momentum of each rate')
          .argParser(fraction)
          .default(0.9),
      ),
    ANNEAL_STEPS,
  );

export const momentumCommand = (): Command =>
  defineExperiment<Options>({
    name: 'momentum',
    statement:
      'T14: with momentum, a run loses (1 + beta) E|v|^2 / (4 ELR) when its rate is decayed, not ELR E|g|^2 / (4 (1 - beta)).',
    steps: 2000,
    lists: { seed: [1, 2] },
    // T11 is about one group.
    alpha: [1],
    withOwnOptions,
    run: compareFloors,
  });
