import { Command } from 'commander';
import type { AnnealedArmSpec } from '../../../deep/study/annealed-runs.js';
import {
  ANNEAL_STEPS,
  ANNEALING_FACTOR,
  type AnnealedArm,
  annealedRows,
  summariseArm,
} from '../../experiments/anneal.js';
import { annealedArm } from '../../experiments/annealed-pair.js';
import type { Valley } from '../../readings/valley.js';
import { annealingTable } from '../../text/annealing-text.js';
import { sideBySideText } from '../../text/experiment-text.js';
import { printJson, printLine } from '../../text/output.js';
import { count, positiveNumber } from '../../text/value-grammar.js';
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
  /** Steps during which the rate falls. */
  readonly annealSteps: number;
  readonly batch: number;
  readonly elr: readonly number[];
  readonly lr: readonly number[];
  readonly weightDecay: number;
  readonly alpha: readonly number[];
}

const STEPS = 3000;
const SEEDS = [1, 2];
const ELRS = '5e-4,1e-3,2e-3,4e-3,8e-3';
/** T11 is about one group. */
const ONE_GROUP = [1];

const armsOf = ({ elr, lr, seed, weightDecay }: Options): AnnealedArmSpec[] => [
  { label: 'sphere', vary: { elr, seed: valuesOf(seed) } },
  { label: 'ordinary', base: { weightDecay }, vary: { lr, seed: valuesOf(seed) } },
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

async function runAnneal(options: Options): Promise<void> {
  const { out, elr, steps, annealSteps, json } = options;
  const { epochOf, trainAnnealed } = await import('../../../deep/study/annealed-runs.js');
  const { valleyOfRuns } = await import('../../../deep/evaluate/run-valley.js');
  const { annealTwins } = await import('../../../toy/twins/annealed-toy.js');
  const { toyTheory } = await import('../../../toy/theory/equilibrium.js');
  const training = trainingOf(options);
  const arms: AnnealedArm[] = [];
  for (const arm of armsOf(options)) {
    const { pairs, failed } = await trainAnnealed(arm, { directory: out, annealSteps, training });
    reportFailures(failed);
    const valleys: Valley[] = [];
    for (const { before, after } of pairs) valleys.push(await valleyOfRuns(before, after));
    arms.push(annealedArm(arm.label, pairs, { valleys, theory: toyTheory }));
  }
  arms.push(...annealTwins({ ...options, perEpoch: epochOf(training.network), elrs: elr }));
  const predictions = arms.flatMap(annealedRows);
  if (json) {
    const protocol = { experiment: 'anneal', directory: out, steps, elrs: elr, annealSteps, factor: ANNEALING_FACTOR };
    printJson({ ...protocol, arms: arms.map(armFacts), predictions });
    return;
  }
  printLine(
    `${steps} steps at a fixed rate, then ${annealSteps} in which it falls to ${ANNEALING_FACTOR} of itself. ` +
      'Losses of mini-batches:\nbefore, of the last quarter; after, of an epoch at the final rate. ' +
      'For small steps lost / floor is\n(2 / p) x balance x (1 - distance^2 / 2): p the degree of the valley, balance 1 where a run stays at its ' +
      'distance from the bottom.\n',
  );
  printLine(`${annealingTable(arms)}\n`);
  printLine(sideBySideText(predictions));
}

/** `regimes experiment run anneal`. */
export const annealCommand = (): Command =>
  withAlpha(
    withProtocolOptions(
      new Command('anneal').description(
        'T14: what a run loses when its rate is decayed is the noise floor, ELR E|g|^2 / 4.',
      ),
      { steps: STEPS, lists: { seed: SEEDS } },
    ),
    ONE_GROUP,
  )
    .option('--elr <list>', 'fixed ELRs on the sphere, FROM:TO:COUNT or a list', risingValues, risingValues(ELRS))
    .option('--lr <list>', 'learning rates of ordinary training, FROM:TO:COUNT or a list', risingValues, [0.1])
    .option('--weight-decay <number>', 'weight decay of ordinary training', positiveNumber, 0.02)
    .option('--anneal-steps <count>', 'steps in which the rate then falls to a thousandth', count, ANNEAL_STEPS)
    .action(placed(runAnneal));
