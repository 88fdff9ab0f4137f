import { Command, Option } from 'commander';
import type { AnnealedArmSpec } from '../../../deep/study/annealed-runs.js';
import type { MomentumArm } from '../../../toy/twins/momentum-toy.js';
import { ANNEALING_FACTOR } from '../../experiments/anneal.js';
import { type AnnealedPair, pairsByRate } from '../../experiments/annealed-pair.js';
import {
  impliedSignal,
  type MomentumRate,
  measureMomentum,
  momentumRows,
  momentumSeries,
  summariseMomentum,
} from '../../experiments/momentum.js';
import { sideBySideText } from '../../text/experiment-text.js';
import { momentumTable } from '../../text/momentum-text.js';
import { printJson, printLine } from '../../text/output.js';
import { count, fraction, positiveNumber } from '../../text/value-grammar.js';
import {
  type ProtocolOptions,
  placed,
  reportFailures,
  risingValues,
  trainingOf,
  valuesOf,
  withAlpha,
  withProtocolOptions,
} from './experiment-options.js';

interface Options extends ProtocolOptions {
  readonly annealSteps: number;
  readonly elr: readonly number[];
  readonly lr: readonly number[];
  readonly weightDecay: number;
  readonly momentum: number;
  readonly alpha: readonly number[];
}

const STEPS = 2000;
const ANNEAL_STEPS = 400;
const SEEDS = [1, 2];
/** T11 is about one group. */
const ONE_GROUP = [1];

/** Each way to train without and with momentum, at the same rate / (1 - momentum). */
function armsOf({ elr, lr, weightDecay, momentum }: Options): MomentumArm[] {
  const both = (label: string, rest: Pick<MomentumArm, 'rates' | 'weightDecay'>): MomentumArm[] => [
    { label, momentum: 0, ...rest },
    { label: `${label}-momentum`, momentum, ...rest },
  ];
  return [...both('ordinary', { rates: lr, weightDecay }), ...both('sphere', { rates: elr })];
}

function specOf({ label, momentum, weightDecay, rates }: MomentumArm, seeds: readonly number[]): AnnealedArmSpec {
  const slowed = rates.map((rate) => Number((rate * (1 - momentum)).toPrecision(12)));
  return {
    label,
    base: { ...(weightDecay !== undefined && { weightDecay }), ...(momentum > 0 && { momentum }) },
    vary: { [weightDecay === undefined ? 'elr' : 'lr']: slowed, seed: seeds },
  };
}

const measureArm = ({ label, momentum }: MomentumArm, pairs: readonly AnnealedPair[]): MomentumRate[] =>
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

async function runMomentum(options: Options): Promise<void> {
  const { out, steps, annealSteps, momentum, json } = options;
  const { epochOf, trainAnnealed } = await import('../../../deep/study/annealed-runs.js');
  const { momentumTwins } = await import('../../../toy/twins/momentum-toy.js');
  const training = trainingOf(options);
  const arms = armsOf(options);
  const network: MomentumRate[] = [];
  for (const arm of arms) {
    const spec = specOf(arm, valuesOf(options.seed));
    const { pairs, failed } = await trainAnnealed(spec, { directory: out, annealSteps, training });
    reportFailures(failed);
    network.push(...measureArm(arm, pairs));
  }
  const toy = momentumTwins(arms, { ...options, perEpoch: epochOf(training.network) });
  const rates = [...network, ...toy];
  const predictions = rates.flatMap(momentumRows);
  if (json) {
    const protocol = { experiment: 'momentum', directory: out, steps, annealSteps, factor: ANNEALING_FACTOR, momentum };
    const meanLogRatio = { network: summariseMomentum(network), toy: summariseMomentum(toy) };
    printJson({ ...protocol, meanLogRatio, runs: rates.map(rateFacts), predictions });
    return;
  }
  printLine(
    `${steps} steps at a fixed rate, then ${annealSteps} in which it falls to ${ANNEALING_FACTOR} of itself; with momentum ${momentum} ` +
      `at\n1 - ${momentum} of the rate. R: the exact floor over the loss before annealing.\n`,
  );
  printLine(`${momentumTable(rates)}\n`);
  printLine(sideBySideText(predictions));
}

/** `regimes experiment run momentum`. */
export const momentumCommand = (): Command =>
  withAlpha(
    withProtocolOptions(
      new Command('momentum').description(
        'T14: with momentum, a run loses (1 + beta) E|v|^2 / (4 ELR) when its rate is decayed, not ELR E|g|^2 / (4 (1 - beta)).',
      ),
      { steps: STEPS, lists: { seed: SEEDS } },
    ),
    ONE_GROUP,
  )
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
    )
    .option('--anneal-steps <count>', 'steps in which the rate then falls to a thousandth', count, ANNEAL_STEPS)
    .action(placed(runMomentum));
