import { type CombinedEstimate, combineRuns } from '../numerics/statistics/combine-runs.js';
import type { IdentityResiduals } from '../sphere/identities.js';
import type { MeasuredRun } from './analyse.js';
import type { Regime, RegimeDecision, RegimeEvidence } from './regime.js';
import type { AverageErrors, RunAverages } from './run-averages.js';
import type { StationaryPart } from './stationary-part.js';

/** The regime that all decided runs share and more than half of all runs have; undecided where seeds disagree. */
export function commonRegime(runs: readonly RegimeDecision[]): { regime: Regime | 'undecided'; reason: string } {
  const count = (regime: string): number => runs.filter((run) => run.regime === regime).length;
  const regimes = [...new Set(runs.map(({ regime }) => regime))];
  const decided = regimes.filter((regime) => regime !== 'undecided');
  const words = regimes.map((regime) => `${count(regime)} ${regime}`).join(', ');
  if (decided.length > 1) return { regime: 'undecided', reason: `seeds disagree: ${words}` };
  const [regime] = decided;
  if (regime === undefined || 2 * count(regime) <= runs.length)
    return { regime: 'undecided', reason: `too few seeds are decided: ${words}` };
  const { reason } = runs.find((run) => run.regime === regime)!.evidence;
  return { regime, reason: `${count(regime)} of ${runs.length} seeds: ${reason}` };
}

type Values = AverageErrors;

/** Averages of a run, with the functions of them whose errors are known separately. */
const valuesOf = (run: MeasuredRun): Values => ({
  loss: run.loss,
  accuracy: run.accuracy,
  egn: run.egn,
  ess: run.ess,
  shares: run.shares,
  equilibriumShares: run.equilibriumShares,
  turnShares: run.turnShares,
  effectiveStep: run.effectiveStep,
  groupEffectiveSteps: run.groupEffectiveSteps,
  stepRatios: run.groupEffectiveSteps.map((step) => step / run.effectiveStep),
  turnRatios: run.shares.map((share, i) => share / run.turnShares[i]!),
  shareGaps: run.shares.map((share, i) => share - run.equilibriumShares[i]!),
});

const SCALARS = ['loss', 'accuracy', 'egn', 'ess', 'effectiveStep'] as const;
const VECTORS = [
  'shares',
  'equilibriumShares',
  'turnShares',
  'groupEffectiveSteps',
  'stepRatios',
  'turnRatios',
  'shareGaps',
] as const;

/** Every average combined over runs, read off by `pick`: its mean or its error. */
function combined(runs: readonly MeasuredRun[], pick: (estimate: CombinedEstimate) => number): Values {
  const values = runs.map(valuesOf);
  const scalar = (name: (typeof SCALARS)[number]): number =>
    pick(combineRuns(values.map((all, i) => ({ mean: all[name], error: runs[i]!.errors?.[name] ?? Number.NaN }))));
  const vector = (name: (typeof VECTORS)[number]): number[] =>
    values[0]![name].map((_, group) =>
      pick(
        combineRuns(
          values.map((all, i) => ({ mean: all[name][group]!, error: runs[i]!.errors?.[name][group] ?? Number.NaN })),
        ),
      ),
    );
  const entries = [...SCALARS.map((name) => [name, scalar(name)]), ...VECTORS.map((name) => [name, vector(name)])];
  return Object.fromEntries(entries);
}

function averages(runs: readonly MeasuredRun[]): RunAverages {
  const { stepRatios: _, turnRatios: __, shareGaps: ___, ...means } = combined(runs, ({ mean }) => mean);
  return means;
}

/** Means of what each run has with its error. */
function combinedEstimate(estimates: readonly { readonly value: number; readonly error: number }[]) {
  const { mean, error } = combineRuns(estimates.map(({ value, error }) => ({ mean: value, error })));
  return { value: mean, error };
}

/** Of runs that all tell it. */
function commonFall(runs: readonly MeasuredRun[]): MeasuredRun['gradientFall'] {
  const falls = runs.flatMap(({ gradientFall }) => gradientFall ?? []);
  return falls.length < runs.length ? null : combinedEstimate(falls);
}

const largestResiduals = (all: readonly IdentityResiduals[]): IdentityResiduals => ({
  K1: Math.max(...all.map(({ K1 }) => K1)),
  K2: Math.max(...all.map(({ K2 }) => K2)),
  K3: Math.max(...all.map(({ K3 }) => K3)),
});

function averageEvidence(runs: readonly MeasuredRun[], reason: string): RegimeEvidence {
  const over = (of: (evidence: RegimeEvidence) => number): number =>
    combineRuns(runs.map(({ evidence }) => ({ mean: of(evidence), error: Number.NaN }))).mean;
  return {
    level: over(({ level }) => level),
    relativeLevel: over(({ relativeLevel }) => relativeLevel),
    decline: over(({ decline }) => decline),
    declineError: over(({ declineError }) => declineError),
    path: over(({ path }) => path),
    reason,
  };
}

const commonStatus = (runs: readonly MeasuredRun[]): MeasuredRun['status'] =>
  (['running', 'failed'] as const).find((status) => runs.some((run) => run.status === status)) ?? 'finished';

/** Of runs in a regime that keeps its level, those with a stationary part, where there are any. */
function averagedRuns(runs: readonly MeasuredRun[], regime: MeasuredRun['regime']): readonly MeasuredRun[] {
  const agreeing = regime === 'undecided' ? runs : runs.filter((run) => run.regime === regime);
  const stationary = agreeing.filter((run) => run.stationary !== null);
  return stationary.length > 0 && regime !== 'undecided' ? stationary : agreeing;
}

/** The stationary parts of runs together: as long and as independent as all, from the latest start; null if one has none. */
function commonPart(runs: readonly MeasuredRun[]): StationaryPart | null {
  const parts = runs.flatMap(({ stationary }) => stationary ?? []);
  if (parts.length < runs.length) return null;
  const total = (of: (part: StationaryPart) => number): number => parts.reduce((sum, part) => sum + of(part), 0);
  return {
    start: Math.max(...parts.map(({ start }) => start)),
    steps: total(({ steps }) => steps),
    independent: total(({ independent }) => independent),
  };
}

/**
 * Runs of one setting that differ in their seed, as one: the regime they agree about, averages over the runs that have it and
 * are stationary where one is, each average with its standard error over seeds (`combineRuns`), the largest residuals. `steps`
 * are those of the shortest run, `seed` is the first's. A single run is returned as it is. Fails (Error) without runs.
 */
export function averageOverSeeds(runs: readonly MeasuredRun[]): MeasuredRun {
  const [first] = runs;
  if (first === undefined) throw new Error('there are no runs to average');
  if (runs.length === 1) return first;
  const { regime, reason } = commonRegime(runs);
  const averaged = averagedRuns(runs, regime);
  const randomLoss = combineRuns(runs.map((run) => ({ mean: run.randomLoss, error: run.randomLossError })));
  return {
    elr: first.elr,
    seed: first.seed,
    regime,
    status: commonStatus(runs),
    steps: Math.min(...runs.map(({ steps }) => steps)),
    ...averages(averaged),
    stationary: regime === 'undecided' ? null : commonPart(averaged),
    errors: regime === 'undecided' ? null : combined(averaged, ({ error }) => error),
    noiseShare: combinedEstimate(averaged.map(({ noiseShare }) => noiseShare)),
    gradientFall: commonFall(averaged),
    identities: largestResiduals(runs.map(({ identities }) => identities)),
    kinematics: largestResiduals(runs.map(({ kinematics }) => kinematics)),
    radial: Math.max(...runs.map(({ radial }) => radial)),
    radialAtStart: Math.max(...runs.map(({ radialAtStart }) => radialAtStart)),
    randomLoss: randomLoss.mean,
    randomLossError: randomLoss.error,
    evidence: averageEvidence(averaged, reason),
    members: runs,
  };
}

/** The single runs that runs stand for: what `averageOverSeeds` has joined. */
export const eachSeed = (measured: readonly MeasuredRun[]): MeasuredRun[] =>
  measured.flatMap((run) => run.members ?? [run]);

/** Runs grouped by their ELR, in the order in which ELRs first appear, each group as one (`averageOverSeeds`). */
export function averageByElr(runs: readonly MeasuredRun[]): MeasuredRun[] {
  const groups = new Map<number, MeasuredRun[]>();
  for (const run of runs) groups.set(run.elr, [...(groups.get(run.elr) ?? []), run]);
  return [...groups.values()].map(averageOverSeeds);
}
