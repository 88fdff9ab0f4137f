import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { SweepSpec } from '../../../deep/study/spec.js';
import {
  type ConventionalRun,
  conventionalPredictions,
  conventionalRun,
  type TrainingKind,
} from '../../experiments/conventional.js';
import { sideBySide, sweepFacts } from '../../experiments/experiment.js';
import { judgeNetwork } from '../../experiments/judge-network.js';
import type { Thresholds } from '../../regime/thresholds.js';
import { stepsPerEpoch } from '../../run/epoch.js';
import { hasFinished, type RecordedRun } from '../../run/recorded-run.js';
import { regimeMatrix } from '../../text/experiment/experiment-text.js';
import { phasesTable } from '../../text/experiment/phases-text.js';
import { fraction, positiveNumber } from '../../text/grammar/value-grammar.js';
import { thresholdLines } from '../../text/verification/threshold-text.js';
import { defineExperiment, type Findings } from './define-experiment.js';
import { type ExperimentOptions, reported, risingValues, trainingOf, trainNetwork } from './experiment-options.js';

interface Options extends ExperimentOptions {
  readonly lr: readonly number[];
  readonly weightDecay: number;
  readonly momentum: number;
}

/** A kind of training and what it sets, where that is not plain. */
interface Arm extends TrainingKind {
  /** Learning rates. */
  readonly lr: readonly number[];
}

/** Plain training at every learning rate; momentum, augmentation, a schedule and all of them together at the largest. */
function armsOf({ lr, momentum }: Options): Arm[] {
  const largest = [lr.at(-1)!];
  const slowed = largest.map((rate) => Number((rate * (1 - momentum)).toPrecision(12)));
  const plain = { momentum: 0, schedule: 'constant', augment: false, lr: largest } as const;
  return [
    { ...plain, label: 'plain', lr },
    { ...plain, label: 'momentum', momentum, lr: slowed },
    { ...plain, label: 'cosine', schedule: 'cosine' },
    { ...plain, label: 'augmentation', augment: true },
    { ...plain, label: 'all three', momentum, schedule: 'cosine', augment: true, lr: slowed },
  ];
}

const isOf = ({ manifest: { configuration } }: RecordedRun, { lr, momentum, schedule }: Arm): boolean =>
  lr.includes(configuration.rate.value) &&
  configuration.training.momentum === momentum &&
  configuration.training.schedule.kind === schedule;

/** The runs of all arms: those with augmentation are a sweep of their own. */
async function trainArms(options: Options, thresholds: Thresholds): Promise<ConventionalRun[]> {
  const { trainExperiment } = await import('../../../deep/study/continued-runs.js');
  const { weightDecay, out, seed } = options;
  const arms = armsOf(options);
  const found: ConventionalRun[] = [];
  for (const augment of [false, true]) {
    const alike = arms.filter((arm) => arm.augment === augment);
    const sweeps = alike.map(
      ({ lr, momentum, schedule }): SweepSpec => ({
        base: { weightDecay, ...(augment && { augment }) },
        vary: { lr, seed, momentum: [momentum], schedule: [schedule] },
      }),
    );
    const folder = join(out, augment ? 'augmented' : 'ordinary');
    const { runs } = reported(await trainExperiment(folder, sweeps, trainingOf(options)));
    for (const arm of alike) {
      const { lr: _, ...kind } = arm;
      const own = runs.filter((run) => hasFinished(run) && isOf(run, arm));
      for (const run of own) {
        const { configuration, data } = run.manifest;
        const piece = stepsPerEpoch({ batch: configuration.batch }, data.trainImages);
        found.push(conventionalRun(run, kind, { thresholds, piece }));
      }
    }
  }
  return arms.flatMap(({ label }) => found.filter((run) => run.label === label));
}

async function followRegimes(options: Options): Promise<Findings> {
  const { out, elr, seed, steps, weightDecay } = options;
  const fixed = await trainNetwork(join(out, 'fixed-elr'), options, { vary: { elr, seed } });
  const sphere = judgeNetwork('fixed ELR', fixed, elr);
  const runs = await trainArms(options, sphere.thresholds);
  return {
    facts: { elrs: elr, weightDecay, sphere: sweepFacts(sphere), runs },
    predictions: sideBySide(conventionalPredictions(runs, sphere.measured), []),
    text: (predictions) => [
      `${steps} steps per run, weight decay ${weightDecay}. Phases of the ELR, averaged over an epoch, by what fixed ELRs on the\n` +
        'sphere show; with momentum of ELR / (1 - momentum).',
      regimeMatrix([sphere], elr),
      thresholdLines(sphere.thresholds),
      phasesTable(runs),
      predictions,
    ],
  };
}

const withOwnOptions = (command: Command): Command =>
  command
    .option(
      '--lr <list>',
      'learning rates of ordinary training, FROM:TO:COUNT or a list; the largest with momentum, augmentation and schedule',
      risingValues,
      [0.005, 0.2],
    )
    .option('--weight-decay <number>', 'weight decay of ordinary training', positiveNumber, 0.05)
    .addOption(
      new Option('--momentum <number>', 'of the heavy ball, at 1 - momentum of the rate')
        .argParser(fraction)
        .default(0.9),
    );

export const conventionalCommand = (): Command =>
  defineExperiment<Options>({
    name: 'conventional',
    statement:
      'The paper: through which regimes does the ELR of ordinary training pass, with momentum, augmentation and a schedule?',
    steps: 3000,
    lists: { seed: [1] },
    elrs: '5e-4,1e-3,4e-3,6e-3,8e-3,6e-2',
    leftOut: ['augment'],
    withOwnOptions,
    run: followRegimes,
  });
