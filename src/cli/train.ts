import { Command } from 'commander';
import { mean } from '../averages.js';
import type { RecordedStep } from '../run/run-directory.js';
import { formatNumber, log, printJson, printLine } from '../text/output.js';
import { UsageError } from '../usage-error.js';
import { count, oneOf } from './arguments.js';
import {
  chosenEngine,
  cores,
  elrOption,
  type RunOptions,
  runConfiguration,
  stepsPerEpoch,
  withRunOptions,
} from './run-options.js';
import { lrOption, rateOf } from './training-options.js';

interface TrainOptions extends RunOptions {
  readonly elr?: number;
  readonly lr?: number;
  readonly log: 'step' | 'epoch' | 'none';
  readonly threads?: number;
  readonly out?: string;
  readonly json?: true;
}

/** Means over the steps of one epoch, in the fields of a step; `step` is the first of them. */
function epochMeans(steps: readonly RecordedStep[]): RecordedStep {
  const average = (quantity: (step: RecordedStep) => number): number => mean(steps.map(quantity));
  const first = steps[0]!;
  return {
    step: first.step,
    loss: average(({ loss }) => loss),
    accuracy: average(({ accuracy }) => accuracy),
    elr: average(({ elr }) => elr),
    egn: average(({ egn }) => egn),
    ess: average(({ ess }) => ess),
    norm: average(({ norm }) => norm),
    groups: first.groups.map(({ name }, i) => ({
      name,
      share: average(({ groups }) => groups[i]!.share),
      egn: average(({ groups }) => groups[i]!.egn),
      ess: average(({ groups }) => groups[i]!.ess),
    })),
  };
}

/** The fields of a line that scripts depend on, in their order. */
const lineFields = ({ step, loss, accuracy, elr, egn, ess, norm, groups }: RecordedStep) => ({
  step,
  loss,
  accuracy,
  elr,
  egn,
  ess,
  norm,
  groups: groups.map(({ name, share, egn: groupEgn, ess: groupEss }) => ({
    name,
    share,
    egn: groupEgn,
    ess: groupEss,
  })),
});

const lineText = ({ step, loss, accuracy, egn, ess, groups }: RecordedStep): string =>
  [
    `step ${step}`,
    `loss ${formatNumber(loss)}`,
    `accuracy ${formatNumber(accuracy)}`,
    `EGN ${formatNumber(egn)}`,
    `ESS ${formatNumber(ess)}`,
    `shares ${groups.map(({ share }) => share.toFixed(3)).join(' ')}`,
  ].join('  ');

/** Prints steps as they come, one by one or an epoch at a time. */
function printer({ log: cadence, json }: TrainOptions, stepsPerEpoch: number): (step: RecordedStep) => void {
  const print = (step: RecordedStep) => (json ? printJson(lineFields(step)) : printLine(lineText(step)));
  if (cadence === 'none') return () => {};
  if (cadence === 'step') return print;
  let epoch: RecordedStep[] = [];
  return (step) => {
    epoch.push(step);
    if (epoch.length < stepsPerEpoch) return;
    print(epochMeans(epoch));
    epoch = [];
  };
}

async function train(options: TrainOptions): Promise<void> {
  if (options.steps !== undefined && options.epochs !== undefined) {
    throw new UsageError('--steps and --epochs exclude each other; give one');
  }
  const { countTrainImages } = await import('../../deep/data/open.js');
  const { openRunEngine, prepareRun, recordRun, runSteps } = await import('../../deep/run.js');
  const { trainImages, data, threads = cores() } = options;
  const trainCount = countTrainImages(data, trainImages);
  const engine = await chosenEngine(options, { threads, sideBySide: 1 });
  const run = prepareRun(runConfiguration(options, rateOf(options), { trainCount, threads, engine }));
  const print = printer(options, stepsPerEpoch(options, trainCount));
  if (options.out === undefined) {
    for await (const step of runSteps(run, await openRunEngine(run.configuration))) print(step);
    return;
  }
  const { seconds, test } = await recordRun(run, options.out, print);
  log(`${options.out}: ${run.configuration.steps} steps in ${formatNumber(seconds)} s, test accuracy ${test.accuracy}`);
}

/** `regimes train`: one network, on a sphere or in full space. */
export const trainCommand = (): Command =>
  withRunOptions(new Command('train').description('Train a network: on a sphere with --elr, in full space with --lr.'))
    .option(...elrOption)
    .option(...lrOption)
    .option('--log <cadence>', 'step, epoch or none', oneOf(['step', 'epoch', 'none']), 'epoch')
    .option('--threads <count>', 'threads inside one operation (default: all cores)', count)
    .option('--out <dir>', 'keep the run there: manifest, metrics, weights')
    .option('--json', 'print JSON lines only')
    .action(train);
