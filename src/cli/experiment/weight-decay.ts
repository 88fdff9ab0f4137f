import { join } from 'node:path';
import { Command } from 'commander';
import { combineDecays, type DecayRun, type MeasuredDecay, measureDecay } from '../../experiments/decay-run.js';
import { type JudgedSweep, sideBySide, sweepFacts } from '../../experiments/experiment.js';
import { judgeNetwork } from '../../experiments/judge-network.js';
import { type DecayTheory, weightDecayPredictions } from '../../experiments/weight-decay.js';
import { bracketCentre } from '../../regime/analyse.js';
import { stepInGroups } from '../../sphere/invariant-groups.js';
import type { RecordedRun } from '../../sweep/recorded-run.js';
import { UsageError } from '../../system/usage-error.js';
import { regimeMatrix, sideBySideText } from '../../text/experiment-text.js';
import { formatNumber, formatTable, printJson, printLine } from '../../text/output.js';
import { positiveNumber } from '../../text/value-grammar.js';
import {
  type ExperimentOptions,
  placed,
  risingValues,
  trainNetwork,
  valuesOf,
  withAlpha,
  withExperimentOptions,
} from './experiment-options.js';

interface WeightDecayOptions extends ExperimentOptions {
  readonly lr: number;
  readonly pairLr: number;
  readonly weightDecay: readonly number[];
  readonly alpha: readonly number[];
}

const DECAYS = '0.02:0.2:4';
const ELRS = '5e-4:8e-3:5';
const STEPS = 3000;
/** How far the toy starts from its orbit, as a fraction of each norm: its period is that of small oscillations. */
const OFFSET = 0.01;

/** The decay that gives the pair the p of the second run, or of the only one. */
function pairOf({ lr, pairLr, weightDecay }: WeightDecayOptions) {
  const decay = weightDecay[1] ?? weightDecay[0]!;
  return { learningRate: pairLr, weightDecay: Number(((decay * lr) / pairLr).toPrecision(12)) };
}

function refuse({ lr, pairLr, weightDecay }: WeightDecayOptions): void {
  const largest = Math.max(...weightDecay);
  if (lr * largest >= 1) {
    throw new UsageError(`--lr ${lr} x --weight-decay ${largest} is ${lr * largest}; allowed: below 1`);
  }
  if (lr === pairLr) throw new UsageError(`--pair-lr is --lr, ${lr}; allowed: another learning rate`);
}

const isAt = (run: RecordedRun, learningRate: number, weightDecay: number): boolean => {
  const { rate, training } = run.manifest.configuration;
  return rate.value === learningRate && training.weightDecay === weightDecay;
};

const measureAll = (runs: readonly DecayRun[]): MeasuredDecay => combineDecays(runs.map(measureDecay));

/** A learning rate and decays, each run by every seed, as trained or simulated. */
type RunsAt = (learningRate: number, weightDecay: number) => readonly DecayRun[];

function measureSubject(options: WeightDecayOptions, runsAt: RunsAt) {
  const { lr, weightDecay } = options;
  const measured = (learningRate: number, decay: number): MeasuredDecay[] => {
    const runs = runsAt(learningRate, decay);
    return runs.length === 0 ? [] : [measureAll(runs)];
  };
  const pair = pairOf(options);
  return {
    runs: weightDecay.flatMap((decay) => measured(lr, decay)),
    pair: measured(pair.learningRate, pair.weightDecay)[0],
  };
}

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

/** The toy in full space, a little off the orbit of T8. */
async function toyRuns({ alpha, steps }: WeightDecayOptions): Promise<RunsAt> {
  const { weightDecayOrbit } = await import('../../../toy/theory/weight-decay.js');
  const { toyTrajectory } = await import('../../../toy/dynamics/trajectory.js');
  return (learningRate, weightDecay) => {
    const { x, y } = weightDecayOrbit(alpha, learningRate, weightDecay);
    const scale = 1 + OFFSET;
    const start = { x: x.map((value) => value * scale), y: y.map((value) => value * scale) };
    const trajectory = toyTrajectory(alpha, { learningRate }, { weightDecay, steps, start });
    return [{ learningRate, weightDecay, steps: [...trajectory] }];
  };
}

async function theory(): Promise<DecayTheory> {
  const { decayNoiseFloor } = await import('../../../toy/theory/decay-floor.js');
  const { weightDecayEquilibrium, weightDecayOscillation } = await import('../../../toy/theory/weight-decay.js');
  return {
    // Of any alpha.
    ess: (learningRate, weightDecay) => weightDecayEquilibrium([1], learningRate, weightDecay).ess,
    floor: (learningRate, weightDecay, rmsEgn) =>
      Number.isFinite(rmsEgn) ? decayNoiseFloor(learningRate * weightDecay, rmsEgn) : Number.NaN,
    period: (learningRate, weightDecay) => weightDecayOscillation(learningRate, weightDecay).period,
  };
}

/** The toy at fixed ELRs, in units of the network's threshold, or of the middle of its grid where that is not known. */
async function twinSweep({ elr, alpha, steps, seed }: WeightDecayOptions, network: JudgedSweep) {
  const unit = bracketCentre(network.thresholds.convergence) ?? Math.sqrt(Math.min(...elr) * Math.max(...elr));
  const ratios = elr.map((value) => value / unit);
  const { judgeTwin } = await import('../../../toy/twins/judged-toy.js');
  return judgeTwin('fixed ELR', { alpha, ratios, seeds: valuesOf(seed), trajectory: (of) => ({ steps, seed: of }) });
}

/** The ELRs of the toy in units of its threshold, as `judgeTwin` has them. */
const inUnits = (run: MeasuredDecay, sum: number): MeasuredDecay => ({
  ...run,
  logElr: { ...run.logElr, mean: run.logElr.mean + Math.log(sum) },
});

const COLUMNS = ['of', 'lr', 'decay', 'p', 'stationary', 'ess', 'sqrt(p(2-p))', 'ELR', '+-'];

function decayTable(of: string, runs: readonly MeasuredDecay[], { ess }: DecayTheory): string[][] {
  return runs.map(({ learningRate, weightDecay, decay, stationarySteps, step, logElr }) => [
    of,
    ...[learningRate, weightDecay, decay].map((value) => formatNumber(value)),
    stationarySteps === 0 ? 'no' : `${stationarySteps} steps`,
    formatNumber(step.mean),
    formatNumber(ess(learningRate, weightDecay)),
    formatNumber(Math.exp(logElr.mean)),
    formatNumber(Math.exp(logElr.mean) * logElr.error, 2),
  ]);
}

/** Everything that is trained, below --out. */
async function train(options: WeightDecayOptions) {
  const { out, lr, weightDecay, elr } = options;
  const seed = valuesOf(options.seed);
  const decayed = (of: number, decays: readonly number[]) =>
    trainNetwork(join(out, 'decay'), options, { vary: { lr: [of], seed, weightDecay: decays } });
  const pair = pairOf(options);
  const main = await decayed(lr, weightDecay);
  const other = await decayed(pair.learningRate, [pair.weightDecay]);
  const fixed = await trainNetwork(join(out, 'fixed-elr'), options, { vary: { elr, seed } });
  if (main.failed + other.failed + fixed.failed > 0) process.exitCode = 1;
  return { decayed: [...main.runs, ...other.runs], fixed: judgeNetwork('fixed ELR', fixed.runs, elr) };
}

interface DecaySubject {
  readonly runs: readonly MeasuredDecay[];
  readonly pair: MeasuredDecay | undefined;
}

/** The toy by the same protocol, its ELRs in units of its threshold. */
async function twinOf(options: WeightDecayOptions): Promise<DecaySubject> {
  const sum = options.alpha.reduce((a, b) => a + b, 0);
  const { runs, pair } = measureSubject(options, await toyRuns(options));
  return { runs: runs.map((run) => inUnits(run, sum)), pair: pair && inUnits(pair, sum) };
}

const allOf = ({ runs, pair }: DecaySubject): MeasuredDecay[] => (pair ? [...runs, pair] : [...runs]);

async function runWeightDecay(options: WeightDecayOptions): Promise<void> {
  refuse(options);
  const { out, elr, steps, json } = options;
  const { decayed, fixed } = await train(options);
  const network = measureSubject(options, networkRuns(decayed));
  const [closed, toy, twin] = [await theory(), await twinOf(options), await twinSweep(options, fixed)];
  const predictions = sideBySide(
    weightDecayPredictions({ ...network, threshold: fixed.thresholds.convergence }, closed),
    weightDecayPredictions({ ...toy, threshold: twin.thresholds.convergence }, closed),
  );
  const sweeps = [fixed, twin];
  if (json) {
    const found = { sweeps: sweeps.map(sweepFacts), network, toy, predictions };
    printJson({ experiment: 'weight-decay', directory: out, steps, elrs: elr, ...found });
    return;
  }
  const rows = [...decayTable('network', allOf(network), closed), ...decayTable('toy', allOf(toy), closed)];
  printLine(`Full space and fixed ELRs, ${steps} steps per run; ELRs of the toy are in units of its threshold 1/S.\n`);
  printLine(
    formatTable(
      COLUMNS.map((title, i) => ({ title, align: i === 0 ? 'left' : 'right' })),
      rows,
    ),
  );
  printLine(`\n${regimeMatrix(sweeps, elr)}\n`);
  printLine(sideBySideText(predictions));
}

/** `regimes experiment run weight-decay`. */
export const weightDecayCommand = (): Command =>
  withAlpha(
    withExperimentOptions(
      new Command('weight-decay').description(
        'T8, T9, T14, K5: with weight decay, at which ELR and loss does training settle, and does it oscillate?',
      ),
      { steps: STEPS, elrs: ELRS },
    ),
    [1, 2, 4],
  )
    .option('--lr <number>', 'learning rate, in full space', positiveNumber, 0.1)
    .option('--weight-decay <list>', 'weight decays, FROM:TO:COUNT or a list', risingValues, risingValues(DECAYS))
    .option(
      '--pair-lr <number>',
      'a second learning rate, run at the product lr x decay of the second decay',
      positiveNumber,
      0.4,
    )
    .action(placed(runWeightDecay));
