import { join } from 'node:path';
import type { Command } from 'commander';
import { combineDecays, type DecayRun, type MeasuredDecay, measureDecay } from '../../experiments/decay-run.js';
import { ratiosToThreshold, sideBySide, sweepFacts } from '../../experiments/experiment.js';
import { judgeNetwork } from '../../experiments/judge-network.js';
import { weightDecayPredictions } from '../../experiments/weight-decay.js';
import type { RecordedRun } from '../../run/recorded-run.js';
import { stepInGroups } from '../../sphere/invariant-groups.js';
import { UsageError } from '../../system/usage-error.js';
import { decayTable } from '../../text/experiment/decay-text.js';
import { regimeMatrix } from '../../text/experiment/experiment-text.js';
import { positiveNumber } from '../../text/grammar/value-grammar.js';
import { defineExperiment, type Findings } from './define-experiment.js';
import { type ExperimentOptions, risingValues, trainNetwork } from './experiment-options.js';

interface Options extends ExperimentOptions {
  readonly lr: number;
  readonly pairLr: number;
  readonly weightDecay: readonly number[];
  readonly alpha: readonly number[];
}

/** The decay that gives the pair the p of the second run, or of the only one. */
function pairOf({ lr, pairLr, weightDecay }: Options) {
  const decay = weightDecay[1] ?? weightDecay[0]!;
  return { learningRate: pairLr, weightDecay: Number(((decay * lr) / pairLr).toPrecision(12)) };
}

function refuse({ lr, pairLr, weightDecay }: Options): void {
  const largest = Math.max(...weightDecay);
  if (lr * largest >= 1) {
    throw new UsageError(`--lr ${lr} x --weight-decay ${largest} is ${lr * largest}; allowed: below 1`);
  }
  if (lr === pairLr) throw new UsageError(`--pair-lr is --lr, ${lr}; allowed: another learning rate`);
}

/** A learning rate and decays, each run by every seed, as trained or simulated. */
type RunsAt = (learningRate: number, weightDecay: number) => readonly DecayRun[];

/** Each decay at the one learning rate, and the other learning rate at the same p; seeds together. */
interface DecaySubject {
  readonly runs: readonly MeasuredDecay[];
  readonly pair: MeasuredDecay | undefined;
}

function measureSubject(options: Options, runsAt: RunsAt): DecaySubject {
  const { lr, weightDecay } = options;
  const measured = (learningRate: number, decay: number): MeasuredDecay[] => {
    const runs = runsAt(learningRate, decay);
    return runs.length === 0 ? [] : [combineDecays(runs.map(measureDecay))];
  };
  const pair = pairOf(options);
  return {
    runs: weightDecay.flatMap((decay) => measured(lr, decay)),
    pair: measured(pair.learningRate, pair.weightDecay)[0],
  };
}

const allOf = ({ runs, pair }: DecaySubject): MeasuredDecay[] => (pair ? [...runs, pair] : [...runs]);

const isAt = (run: RecordedRun, learningRate: number, weightDecay: number): boolean => {
  const { rate, training } = run.manifest.configuration;
  return rate.value === learningRate && training.weightDecay === weightDecay;
};

/** The runs of a network, its steps in scale-invariant groups. */
const networkRuns =
  (trained: readonly RecordedRun[]): RunsAt =>
  (learningRate, weightDecay) =>
    trained
      .filter((run) => isAt(run, learningRate, weightDecay))
      .map(({ steps, manifest }) => ({
        learningRate,
        weightDecay,
        steps: steps.map((step) => stepInGroups(step, manifest.invariantGroups)),
      }));

/** Everything that is trained, below --out. */
async function train(options: Options) {
  const { out, lr, weightDecay, elr, seed } = options;
  const decayed = (of: number, decays: readonly number[]) =>
    trainNetwork(join(out, 'decay'), options, { vary: { lr: [of], seed, weightDecay: decays } });
  const pair = pairOf(options);
  const main = await decayed(lr, weightDecay);
  const other = await decayed(pair.learningRate, [pair.weightDecay]);
  const fixed = await trainNetwork(join(out, 'fixed-elr'), options, { vary: { elr, seed } });
  return { decayed: [...main, ...other], fixed: judgeNetwork('fixed ELR', fixed, elr) };
}

/** The toy by the same protocol, its ELRs in units of its threshold. */
async function toyOf(options: Options): Promise<DecaySubject> {
  const { decayTwin, inUnitsOfThreshold } = await import('../../../toy/twins/decay-toy.js');
  const { alpha, steps } = options;
  const { runs, pair } = measureSubject(options, (learningRate, weightDecay) => [
    decayTwin(alpha, { learningRate, weightDecay, steps }),
  ]);
  return { runs: runs.map((run) => inUnitsOfThreshold(run, alpha)), pair: pair && inUnitsOfThreshold(pair, alpha) };
}

async function compareDecays(options: Options): Promise<Findings> {
  refuse(options);
  const { decayTheory } = await import('../../../toy/twins/decay-toy.js');
  const { judgeTwin } = await import('../../../toy/twins/judged-toy.js');
  const { elr, alpha, seed, steps } = options;
  const { decayed, fixed } = await train(options);
  const network = measureSubject(options, networkRuns(decayed));
  const toy = await toyOf(options);
  const ratios = ratiosToThreshold(elr, fixed.thresholds);
  const twin = judgeTwin('fixed ELR', { alpha, ratios, seeds: seed, trajectory: (of) => ({ steps, seed: of }) });
  const sweeps = [fixed, twin];
  const subjects = [
    { of: 'network', runs: allOf(network) },
    { of: 'toy', runs: allOf(toy) },
  ] as const;
  return {
    facts: { elrs: elr, sweeps: sweeps.map(sweepFacts), network, toy },
    predictions: sideBySide(
      weightDecayPredictions({ ...network, threshold: fixed.thresholds.convergence }, decayTheory),
      weightDecayPredictions({ ...toy, threshold: twin.thresholds.convergence }, decayTheory),
    ),
    text: (predictions) => [
      `Full space and fixed ELRs, ${steps} steps per run; ELRs of the toy are in units of its threshold 1/S.`,
      decayTable(subjects, decayTheory.ess),
      regimeMatrix(sweeps, elr),
      predictions,
    ],
  };
}

const withOwnOptions = (command: Command): Command =>
  command
    .option('--lr <number>', 'learning rate, in full space', positiveNumber, 0.1)
    .option('--weight-decay <list>', 'weight decays, FROM:TO:COUNT or a list', risingValues, risingValues('0.02:0.2:4'))
    .option(
      '--pair-lr <number>',
      'a second learning rate, run at the product lr x decay of the second decay',
      positiveNumber,
      0.4,
    );

export const weightDecayCommand = (): Command =>
  defineExperiment<Options>({
    name: 'weight-decay',
    statement: 'T8, T9, T14, K5: with weight decay, at which ELR and loss does training settle, and does it oscillate?',
    steps: 3000,
    elrs: '5e-4:8e-3:5',
    alpha: [1, 2, 4],
    withOwnOptions,
    run: compareDecays,
  });
