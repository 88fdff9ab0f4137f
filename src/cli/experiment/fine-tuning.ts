import { Command } from 'commander';
import type { FineTunedRun } from '../../../deep/study/fine-tuned-runs.js';
import { sideBySide } from '../../experiments/experiment.js';
import { finalPoint } from '../../experiments/final-point.js';
import { fineTuningPredictions, gridOf, type Pretrained } from '../../experiments/fine-tuning.js';
import { type JudgedNetwork, judgeNetwork } from '../../experiments/judge-network.js';
import { eachSeed } from '../../regime/seed-averages.js';
import { regimeMatrix, sideBySideText } from '../../text/experiment-text.js';
import { gridTable } from '../../text/fine-tuning-text.js';
import { printJson, printLine } from '../../text/output.js';
import { count } from '../../text/value-grammar.js';
import {
  type ExperimentOptions,
  measuredAtEnd,
  placed,
  reportFailures,
  risingValues,
  trainingOf,
  valuesOf,
  withExperimentOptions,
} from './experiment-options.js';

interface Options extends ExperimentOptions {
  /** ELRs of fine-tuning. */
  readonly tuningElr: readonly number[];
  readonly tuningSteps: number;
}

const STEPS = 3000;
const TUNING_STEPS = 800;
const SEEDS = [1, 2];
const ELRS = '5e-4,1e-3,4e-3,8e-3,1.6e-2';
const TUNING_ELRS = '2.5e-4,5e-4';

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

async function runFineTuning(options: Options): Promise<void> {
  const { out: directory, elr, seed, steps, tuningElr: tuningElrs, tuningSteps, json } = options;
  const { trainFineTuned } = await import('../../../deep/study/fine-tuned-runs.js');
  const { runs, failed } = await trainFineTuned(
    { elr, seed: valuesOf(seed) },
    { directory, tuningElrs, tuningSteps, measure: measuredAtEnd, training: trainingOf(options) },
  );
  reportFailures(failed);
  const judged = judgeNetwork(
    'pretraining',
    runs.map(({ before }) => before),
    elr,
  );
  const pretrained = runs.flatMap((run) => pretrainedOf(run, judged));
  const errors = gridOf(pretrained, tuningElrs, ({ testError }) => testError);
  const losses = gridOf(pretrained, tuningElrs, ({ trainLoss }) => trainLoss);
  const predictions = sideBySide(fineTuningPredictions(pretrained), []);
  if (json) {
    const protocol = { experiment: 'fine-tuning', directory, steps, elrs: elr, tuningSteps, tuningElrs };
    printJson({ ...protocol, runs: pretrained, testError: errors, trainLoss: losses, predictions });
    return;
  }
  printLine(
    `${steps} steps at a fixed ELR, then ${tuningSteps} at a smaller one. Average: of the weights at the ends of the`,
  );
  printLine('epochs of the second half. Errors +- are those that the scatter of seeds leaves.\n');
  printLine(`${regimeMatrix([judged], elr)}\n`);
  const table = { tuningElrs, regimes: new Map(judged.runs.map((run) => [run.elr, run.regime])) };
  printLine(`${gridTable('test error', errors, { ...table, marked: true })}\n`);
  printLine(`${gridTable('training loss', losses, table)}\n`);
  printLine(sideBySideText(predictions));
}

/** `regimes experiment run fine-tuning`. */
export const fineTuningCommand = (): Command =>
  withExperimentOptions(
    new Command('fine-tuning').description(
      'The paper, regime 2: left for a small ELR or for an average of weights, which pretraining has the least test error?',
    ),
    { steps: STEPS, lists: { seed: SEEDS }, elrs: ELRS, leftOut: ['init'] },
  )
    .option(
      '--tuning-elr <list>',
      'ELRs of fine-tuning, FROM:TO:COUNT or a list',
      risingValues,
      risingValues(TUNING_ELRS),
    )
    .option('--tuning-steps <count>', 'steps of fine-tuning', count, TUNING_STEPS)
    .action(placed(runFineTuning));
