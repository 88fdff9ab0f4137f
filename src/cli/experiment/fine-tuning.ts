import type { Command } from 'commander';
import type { FineTunedRun } from '../../../deep/study/fine-tuned-runs.js';
import { sideBySide } from '../../experiments/experiment.js';
import { finalPoint } from '../../experiments/final-point.js';
import { fineTuningPredictions, gridOf, type Pretrained } from '../../experiments/fine-tuning.js';
import { type JudgedNetwork, judgeNetwork } from '../../experiments/judge-network.js';
import { eachSeed } from '../../regime/seed-averages.js';
import { regimeMatrix } from '../../text/experiment/experiment-text.js';
import { gridTable } from '../../text/experiment/fine-tuning-text.js';
import { count } from '../../text/grammar/value-grammar.js';
import { defineExperiment, type Findings } from './define-experiment.js';
import { type ExperimentOptions, measuredAtEnd, reported, risingValues, trainingOf } from './experiment-options.js';

interface Options extends ExperimentOptions {
  /** ELRs of fine-tuning. */
  readonly tuningElr: readonly number[];
  readonly tuningSteps: number;
}

/** A run and what was made of it; none where it measured nothing. */
function pretrainedOf({ before, after }: FineTunedRun, { measured }: JudgedNetwork): Pretrained[] {
  const end = finalPoint(before);
  if (end === undefined) return [];
  const { rate, seed } = before.manifest.configuration;
  const members = eachSeed(measured);
  const { regime } = members.find((run) => run.elr === rate.value && run.seed === seed)!;
  const tuned = after.flatMap((run) => {
    const point = finalPoint(run);
    return point === undefined ? [] : [{ elr: run.manifest.configuration.rate.value, ...point }];
  });
  const { average, ...own } = end;
  return [{ elr: rate.value, seed, regime, end: own, average, tuned }];
}

async function compareFineTuning(options: Options): Promise<Findings> {
  const { out: directory, elr, seed, steps, tuningElr: tuningElrs, tuningSteps } = options;
  const { trainFineTuned } = await import('../../../deep/study/fine-tuned-runs.js');
  const protocol = { directory, tuningElrs, tuningSteps, measure: measuredAtEnd, training: trainingOf(options) };
  const { runs } = reported(await trainFineTuned({ elr, seed }, protocol));
  const before = runs.map((run) => run.before);
  const judged = judgeNetwork('pretraining', before, elr);
  const pretrained = runs.flatMap((run) => pretrainedOf(run, judged));
  const errors = gridOf(pretrained, tuningElrs, ({ testError }) => testError);
  const losses = gridOf(pretrained, tuningElrs, ({ trainLoss }) => trainLoss);
  const table = { tuningElrs, regimes: new Map(judged.runs.map((run) => [run.elr, run.regime])) };
  return {
    facts: { elrs: elr, tuningSteps, tuningElrs, runs: pretrained, testError: errors, trainLoss: losses },
    predictions: sideBySide(fineTuningPredictions(pretrained), []),
    text: (predictions) => [
      `${steps} steps at a fixed ELR, then ${tuningSteps} at a smaller one. Average: of the weights at the ends of the\n` +
        'epochs of the second half. Errors +- are those that the scatter of seeds leaves.',
      regimeMatrix([judged], elr),
      gridTable('test error', errors, { ...table, marked: true }),
      gridTable('training loss', losses, table),
      predictions,
    ],
  };
}

export const fineTuningCommand = (): Command =>
  defineExperiment<Options>({
    name: 'fine-tuning',
    statement:
      'The paper, regime 2: left for a small ELR or for an average of weights, which pretraining has the least test error?',
    steps: 3000,
    lists: { seed: [1, 2] },
    elrs: '5e-4,1e-3,4e-3,8e-3,1.6e-2',
    leftOut: ['init'],
    withOwnOptions: (command) =>
      command
        .option(
          '--tuning-elr <list>',
          'ELRs of fine-tuning, FROM:TO:COUNT or a list',
          risingValues,
          risingValues('2.5e-4,5e-4'),
        )
        .option('--tuning-steps <count>', 'steps of fine-tuning', count, 800),
    run: compareFineTuning,
  });
