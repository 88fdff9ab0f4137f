import { mean } from './averages.js';
import { type IdentityResiduals, identityResiduals, kinematicResiduals, largestRadial } from './identities.js';
import { classifyTrajectory, type Regime, type RegimeDecision, type RegimeEvidence } from './regime.js';
import type { SweepRun } from './run/sweep-directory.js';
import { equilibriumShares, type StepQuantities } from './sphere.js';

/** What a run of a sweep shows: its regime and its averages over the tail that was judged. */
export interface MeasuredRun {
  readonly elr: number;
  readonly regime: Regime | 'undecided';
  readonly status: 'running' | 'finished' | 'failed';
  readonly steps: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly egn: number;
  readonly ess: number;
  /** Norm share w_i of each group. */
  readonly shares: readonly number[];
  /** g_i / sum g_j: the shares of an equilibrium (K4). */
  readonly equilibriumShares: readonly number[];
  /** sqrt(exp(mean log(1 + ess^2)) - 1), joint and a group: the step size whose equality K4 states exactly. */
  readonly effectiveStep: number;
  readonly groupEffectiveSteps: readonly number[];
  /** Largest residuals of K1 to K3. */
  readonly identities: IdentityResiduals;
  /** The same of K1' and K3', given the measured cosines. */
  readonly kinematics: IdentityResiduals;
  /** Largest |cosine| between the weights of a group and their gradient. */
  readonly radial: number;
  readonly randomLoss: number;
  readonly evidence: RegimeEvidence;
}

/** The ELRs between which a regime gives way to the next; null on a side where no run was seen. */
export interface Bracket {
  readonly below: number | null;
  readonly above: number | null;
}

export interface Thresholds {
  /** Largest ELR that converged, smallest of those after it that did not. */
  readonly convergence: Bracket;
  /** Largest ELR that did not diverge, smallest of those after it that did. */
  readonly divergence: Bracket;
}

/**
 * Networks: a loss within this fraction of that of random points counts as divergence. The toy's 5% is out of reach:
 * random points are isotropic, while a diverging run visits points along gradients, whose mean loss is somewhat lower.
 */
export const NETWORK_TOLERANCE = 0.4;
/** The part of a run that is judged and averaged: its end. */
const TAIL = 0.5;

/** The largest of numbers from 0 on; NaN if one of them is. */
export const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

const effectiveStep = (steps: readonly number[]): number =>
  Math.sqrt(Math.expm1(mean(steps.map((ess) => Math.log1p(ess * ess)))));

const groupSeries = (steps: readonly StepQuantities[], quantity: 'share' | 'egn' | 'ess'): number[][] =>
  (steps[0]?.groups ?? []).map((_, i) => steps.map(({ groups }) => groups[i]![quantity]));

/** The regime of a run; one that is still going, or was interrupted, is never judged. */
function judge({ manifest, steps }: SweepRun, tolerance: number): RegimeDecision {
  const trajectory = { loss: steps.map(({ loss }) => loss), ess: steps.map(({ ess }) => ess) };
  const decision = classifyTrajectory(trajectory, manifest.randomLoss.mean, { tail: TAIL, tolerance });
  if (manifest.status !== 'running') return decision;
  return { regime: 'undecided', evidence: { ...decision.evidence, reason: 'the run is not finished' } };
}

function averages(steps: readonly StepQuantities[], identified: Iterable<StepQuantities>) {
  return {
    loss: mean(steps.map(({ loss }) => loss)),
    egn: mean(steps.map(({ egn }) => egn)),
    ess: mean(steps.map(({ ess }) => ess)),
    shares: groupSeries(steps, 'share').map(mean),
    equilibriumShares: equilibriumShares(groupSeries(steps, 'egn').map(mean)),
    effectiveStep: effectiveStep(steps.map(({ ess }) => ess)),
    groupEffectiveSteps: groupSeries(steps, 'ess').map(effectiveStep),
    identities: identityResiduals(identified),
    kinematics: kinematicResiduals(identified),
    radial: largestRadial(identified),
  };
}

/** Runs do not change once read; a live view asks for the same ones again and again. */
const measured = new WeakMap<SweepRun, { readonly tolerance: number; readonly run: MeasuredRun }>();

/** Regime and averages of one run. */
export function measureRun(sweepRun: SweepRun, tolerance = NETWORK_TOLERANCE): MeasuredRun {
  const known = measured.get(sweepRun);
  if (known?.tolerance === tolerance) return known.run;
  const { manifest, steps } = sweepRun;
  const end = steps.slice(Math.floor(steps.length * (1 - TAIL)));
  const run: MeasuredRun = {
    elr: manifest.configuration.elr,
    ...judge(sweepRun, tolerance),
    status: manifest.status,
    steps: steps.length,
    accuracy: mean(end.map(({ accuracy }) => accuracy)),
    ...averages(end, steps),
    randomLoss: manifest.randomLoss.mean,
  };
  measured.set(sweepRun, { tolerance, run });
  return run;
}

/** The gap between the last run of the lower side and the first of the upper side after it, in a list by rising ELR. */
function bracket(runs: readonly MeasuredRun[], isLower: (regime: Regime) => boolean): Bracket {
  const decided = runs.filter((run): run is MeasuredRun & { regime: Regime } => run.regime !== 'undecided');
  const below = decided.findLastIndex(({ regime }) => isLower(regime));
  return { below: decided[below]?.elr ?? null, above: decided[below + 1]?.elr ?? null };
}

/** Where the regimes of a sweep change. */
export const measureThresholds = (runs: readonly MeasuredRun[]): Thresholds => ({
  convergence: bracket(runs, (regime) => regime === 'convergence'),
  divergence: bracket(runs, (regime) => regime !== 'divergence'),
});

/** The middle of a bracket on the logarithmic axis; undefined where a side is open. */
export const bracketCentre = ({ below, above }: Bracket): number | undefined =>
  below === null || above === null ? undefined : Math.sqrt(below * above);
