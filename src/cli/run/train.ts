import { Command } from 'commander';
import type { PreparedRun } from '../../../deep/run/prepare.js';
import { salvageClause } from '../../run/checkpoint.js';
import { inSteps, stepsPerEpoch } from '../../run/epoch.js';
import type { Manifest } from '../../run/manifest.js';
import { readSteps } from '../../run/read-steps.js';
import { readManifest } from '../../run/run-directory.js';
import type { RecordedStep } from '../../run/step-columns.js';
import { stepInGroups } from '../../sphere/invariant-groups.js';
import { UsageError } from '../../system/usage-error.js';
import { oneOf, threadCount } from '../../text/grammar/value-grammar.js';
import { counted, formatNumber, log } from '../../text/output.js';
import { refuseObservation } from '../options/observation-options.js';
import { type RunOptions, runFields, withRunOptions } from '../options/run-options.js';
import { elrOption, lrOption, rateOf } from '../options/training-options.js';
import { stepPrinter } from './step-printer.js';

interface TrainOptions extends RunOptions {
  readonly elr?: number;
  readonly lr?: number;
  readonly log: 'step' | 'epoch' | 'none';
  readonly out?: string;
  readonly resume?: true;
  readonly json?: true;
}

/** The run that the options describe. */
async function describedRun(options: TrainOptions): Promise<PreparedRun> {
  const spec = { ...runFields(options), rate: rateOf(options) };
  const { describeRun } = await import('../../../deep/study/describe-run.js');
  const { prepareRun } = await import('../../../deep/run/prepare.js');
  const described = await describeRun(spec, { kept: options.out !== undefined, onNote: log });
  return prepareRun(described, { onNote: log });
}

/** Options that go with --resume; the run has all others from its manifest. */
const WITH_RESUME = new Set(['resume', 'out', 'log', 'json', 'checkpointEvery']);

/** The manifest of the run in a directory; where it is damaged, the error says what else there is. */
function manifestOf(directory: string): Manifest | undefined {
  try {
    return readManifest(directory);
  } catch (error) {
    throw new Error(`${(error as Error).message}${salvageClause(directory)}`);
  }
}

/** The unfinished run in a directory. */
async function unfinishedRun(directory: string, command: Command): Promise<PreparedRun> {
  const other = command.options.find((option) => {
    const name = option.attributeName();
    return !WITH_RESUME.has(name) && command.getOptionValueSource(name) === 'cli';
  });
  if (other !== undefined) {
    throw new UsageError(`--resume reads the settings from the manifest; ${other.long} cannot be combined with it`);
  }
  const manifest = manifestOf(directory);
  if (manifest === undefined) throw new UsageError(`${directory} holds no run that --resume could continue`);
  if (manifest.status === 'finished') throw new UsageError(`${directory} holds a finished run; nothing to resume`);
  const { prepareRun } = await import('../../../deep/run/prepare.js');
  return prepareRun(manifest.configuration);
}

function refuseWithoutOut({ out, resume, checkpointEvery, ...options }: TrainOptions): void {
  if (out !== undefined) return;
  refuseObservation(options);
  if (resume) throw new UsageError('--resume needs --out, the folder of the run to continue');
  if (checkpointEvery !== undefined) throw new UsageError('--checkpoint-every needs --out, the folder for checkpoints');
}

/** Takes the steps of a run that is not kept. */
async function onlyPrint(run: PreparedRun, onStep: (step: RecordedStep) => void): Promise<void> {
  const { openRunEngine, runSteps, trainingOf } = await import('../../../deep/run/prepare.js');
  const engine = await openRunEngine(run.configuration);
  const training = trainingOf(run, engine);
  try {
    for await (const step of runSteps(run, engine, training)) onStep(step);
  } finally {
    await training.dispose();
  }
}

async function train(options: TrainOptions, command: Command): Promise<void> {
  refuseWithoutOut(options);
  const { out, resume = false, json = false, log: cadence } = options;
  const run = await (resume ? unfinishedRun(out!, command) : describedRun(options));
  const { batch, training, steps } = run.configuration;
  const epoch = stepsPerEpoch({ batch, fullBatch: training.fullBatch }, run.data.train.count);
  const { invariantGroups } = await import('../../../deep/models/model.js');
  const groups = invariantGroups(run.model);
  const inGroups = (step: RecordedStep): RecordedStep => stepInGroups(step, groups);
  const before = (step: number) =>
    readSteps(out!)
      .slice(step - (step % epoch), step)
      .map(inGroups);
  const print = stepPrinter({ cadence, json, stepsPerEpoch: epoch, steps, ...(resume && { before }) });
  const onStep = (step: RecordedStep): void => print(inGroups(step));
  if (out === undefined) {
    await onlyPrint(run, onStep);
    return;
  }
  const { recordRun } = await import('../../../deep/run/record.js');
  const every = options.checkpointEvery && { checkpointEvery: inSteps(options.checkpointEvery, epoch) };
  const { seconds, test } = await recordRun(run, out, { onStep, onNote: log, resume, ...every });
  log(`${out}: ${counted(steps, 'step')} in ${formatNumber(seconds)} s, test accuracy ${formatNumber(test.accuracy)}`);
}

/** `regimes train`: one network, on a sphere or in full space. */
export const trainCommand = (): Command =>
  withRunOptions(new Command('train').option(...elrOption).option(...lrOption))
    .option(
      '--log <cadence>',
      'what to print a line for: step, epoch or none',
      oneOf(['step', 'epoch', 'none']),
      'epoch',
    )
    .option('--threads <count>', 'threads per operation (default: all cores)', threadCount)
    .option('--out <dir>', 'folder for manifest, metrics, checkpoints and weights')
    .option('--resume', 'continue the unfinished run in --out; the result is bitwise identical')
    .option('--json', 'print JSON lines only')
    .action(train);
