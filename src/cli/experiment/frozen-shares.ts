import { join } from 'node:path';
import type { Command } from 'commander';
import { type JudgedSweep, sideBySide, sweepFacts } from '../../experiments/experiment.js';
import {
  type EquilibriumShares,
  equilibriumSharesOf,
  type FrozenArm,
  frozenSharesPredictions,
  type Shares,
} from '../../experiments/frozen-shares.js';
import { type JudgedNetwork, judgeNetwork } from '../../experiments/judge-network.js';
import { mean } from '../../numerics/means.js';
import { randomSource } from '../../numerics/random.js';
import { bracketCentre } from '../../regime/thresholds.js';
import type { RecordedRun } from '../../run/recorded-run.js';
import { type InvariantGroup, stepInGroups } from '../../sphere/invariant-groups.js';
import { regimeMatrix } from '../../text/experiment/experiment-text.js';
import { formatNumber, formatTable } from '../../text/output.js';
import { defineExperiment, type Findings } from './define-experiment.js';
import { type ExperimentOptions, trainNetwork } from './experiment-options.js';

/** The groups whose shares T7 is about. */
const groupsOf = ({ manifest }: RecordedRun): readonly InvariantGroup[] =>
  manifest.invariantGroups ?? manifest.groups.map((name) => ({ name, tensors: [name] }));

/** Shares at the start, the same at every ELR; of several seeds their mean. */
function initialShares(runs: readonly RecordedRun[]): Shares {
  const first = runs.map((run) => stepInGroups(run.steps.at(0)!, groupsOf(run)).groups.map(({ share }) => share));
  return first[0]!.map((_, group) => mean(first.map((shares) => shares[group]!)));
}

/** Runs from the starts of `joint`, brought to other shares, which they keep; each seed has a start, and a folder, of its own. */
async function trainAtShares(
  { label, shares }: Arm,
  options: ExperimentOptions,
  joint: readonly RecordedRun[],
): Promise<RecordedRun[]> {
  const { out, elr, seed } = options;
  const { writeStart } = await import('../../../deep/study/start-with-shares.js');
  const all: RecordedRun[] = [];
  for (const of of seed) {
    const run = joint.find(({ manifest }) => manifest.configuration.seed === of);
    if (run === undefined) continue;
    const start = writeStart(join(out, 'starts'), run.manifest.configuration, groupsOf(run), shares);
    const base = { seed: of, projection: 'group', init: start.path } as const;
    all.push(...(await trainNetwork(join(out, `${label}-${start.digest}`), options, { base, vary: { elr } })));
  }
  return all;
}

interface Arm {
  readonly label: string;
  readonly shares: Shares;
}

/** A start of the toy at these shares, at angles that a seed draws. */
function toyStart(shares: Shares, seed: number): { x: number[]; y: number[] } {
  const random = randomSource(seed);
  const points = shares.map((share) => ({ radius: Math.sqrt(share), angle: 2 * Math.PI * random.uniform() }));
  return {
    x: points.map(({ radius, angle }) => radius * Math.sin(angle)),
    y: points.map(({ radius, angle }) => radius * Math.cos(angle)),
  };
}

/** The toy with the network's alpha_i / S, on the joint sphere and with the same shares frozen, at the same k. */
async function twinSweeps(
  { elr, steps, seed }: ExperimentOptions,
  { unit, alpha, arms }: { readonly unit: number; readonly alpha: Shares; readonly arms: readonly Arm[] },
): Promise<JudgedSweep[]> {
  const ratios = elr.map((value) => value / unit);
  const { judgeTwin } = await import('../../../toy/twins/judged-toy.js');
  const judge = (label: string, shares: Shares, projection: 'joint' | 'group') =>
    judgeTwin(label, {
      alpha,
      ratios,
      seeds: seed,
      trajectory: (of) => ({ steps, projection, start: toyStart(shares, of) }),
    });
  const sweeps = [judge('joint', arms[0]!.shares, 'joint')];
  for (const { label, shares } of arms) sweeps.push(judge(label, shares, 'group'));
  return sweeps;
}

const armsOf = (arms: readonly Arm[], sweeps: readonly JudgedSweep[]): FrozenArm[] =>
  arms.map((arm, i) => ({ ...arm, convergence: sweeps[i]!.thresholds.convergence }));

/** The shares of every arm, and the run that those of the equilibrium come from. */
function shareTable(arms: readonly Arm[], groups: readonly string[], { elr }: EquilibriumShares): string {
  const columns = [{ title: 'shares' }, ...groups.map((title) => ({ title, align: 'right' as const }))];
  const rows = arms.map(({ label, shares }) => [label, ...shares.map((share) => formatNumber(share, 3))]);
  const source = `Frozen shares; the equilibrium ones are g_i / sum g_j at ELR ${formatNumber(elr)} on the joint sphere.`;
  return `${source}\n${formatTable(columns, rows)}`;
}

/** Everything that is trained with frozen shares, an arm each. */
async function trainArms(options: ExperimentOptions, joint: readonly RecordedRun[], arms: readonly Arm[]) {
  const { out, elr, seed } = options;
  const [initial, ...others] = arms;
  const frozen = { base: { projection: 'group' }, vary: { elr, seed } } as const;
  const trained = [await trainNetwork(join(out, initial!.label), options, frozen)];
  for (const arm of others) trained.push(await trainAtShares(arm, options, joint));
  return trained.map((runs, i) => judgeNetwork(arms[i]!.label, runs, elr));
}

const NO_EQUILIBRIUM =
  'No run on the joint sphere is in equilibrium, whose shares are needed: choose larger --elr, or more --steps.';

/** The network with frozen shares, and the toy; from runs on the joint sphere with an equilibrium among them. */
async function compare(
  options: ExperimentOptions,
  joint: JudgedNetwork,
  { runs, equilibrium }: { readonly runs: readonly RecordedRun[]; readonly equilibrium: EquilibriumShares },
) {
  const { shares } = equilibrium;
  const arms: Arm[] = [
    { label: 'initial', shares: initialShares(runs) },
    { label: 'equilibrium', shares },
    { label: 'reversed', shares: shares.toReversed() },
  ];
  const sweeps = await trainArms(options, runs, arms);
  const unit = bracketCentre(joint.thresholds.convergence);
  const twins = unit === undefined ? [] : await twinSweeps(options, { unit, alpha: shares, arms });
  const rowsOf = (source: EquilibriumShares, [first, ...frozen]: readonly JudgedSweep[]) =>
    first === undefined
      ? []
      : frozenSharesPredictions({
          joint: first.thresholds.convergence,
          equilibrium: source,
          arms: armsOf(arms, frozen),
        });
  // The shares of the toy are its parameters.
  const exact = { ...equilibrium, errors: shares.map(() => 0) };
  const predictions = sideBySide(rowsOf(equilibrium, [joint, ...sweeps]), rowsOf(exact, twins));
  return { arms, sweeps: [joint, ...sweeps, ...twins], predictions };
}

async function freezeShares(options: ExperimentOptions): Promise<Findings> {
  const { out, elr, seed, steps } = options;
  const runs = await trainNetwork(join(out, 'joint'), options, { vary: { elr, seed } });
  const joint = judgeNetwork('joint', runs, elr);
  const equilibrium = equilibriumSharesOf(joint.measured);
  if (equilibrium === undefined)
    return {
      facts: { elrs: elr, sweeps: [sweepFacts(joint)], note: NO_EQUILIBRIUM },
      predictions: [],
      text: () => [regimeMatrix([joint], elr), NO_EQUILIBRIUM],
    };
  const { arms, sweeps, predictions } = await compare(options, joint, { runs, equilibrium });
  const groups = groupsOf(runs[0]!).map(({ name }) => name);
  return {
    facts: { elrs: elr, equilibrium, arms, sweeps: sweeps.map(sweepFacts) },
    predictions,
    text: (table) => [
      `Thresholds after ${steps} steps per run, all from the same start apart from the norms of the groups.`,
      shareTable(arms, groups, equilibrium),
      regimeMatrix(sweeps, elr),
      table,
    ],
  };
}

export const frozenSharesCommand = (): Command =>
  defineExperiment<ExperimentOptions>({
    name: 'frozen-shares',
    statement: 'T7: with norm shares frozen, the first group stops converging at ELR w_i / alpha_i.',
    steps: 3000,
    elrs: '1.25e-4:8e-3:7',
    run: freezeShares,
  });
