/** What a run of the toy amounts to. */

import { mean } from '../../src/numerics/means.js';
import { squaredDeviations } from '../../src/numerics/series.js';
import { averagedFrom } from '../../src/regime/averaged-part.js';
import { classifyTrajectory } from '../../src/regime/classifier.js';
import type { RegimeDecision } from '../../src/regime/regime.js';
import { accumulateResiduals, type IdentityResiduals, NO_RESIDUALS } from '../../src/sphere/identities.js';
import type { StepQuantities } from '../../src/sphere/quantities.js';
import { UsageError } from '../../src/system/usage-error.js';
import { type Subject, subjectOf } from '../function/subject.js';
import { DIVERGENCE_TOLERANCE, sumOfAlpha } from '../theory/thresholds.js';
import { noiseShareKind, runNoiseShare } from './noise-share.js';
import { isGradientStep } from './step.js';
import { type Rate, stepOptionsOf, type TrajectoryOptions, toySteps } from './trajectory.js';

/** How long `simulateToy` runs, how it steps, and what it keeps. */
export interface SimulationOptions extends TrajectoryOptions {
  /** Keep the quantities of every step: memory grows by some hundred bytes a step and group. */
  readonly record?: boolean;
  /** Divergence means a loss within this fraction of a random point's (T6). */
  readonly tolerance?: number;
}

/** From here on the run means nothing. */
export interface Collapse {
  readonly step: number;
  /** As a clause. */
  readonly reason: string;
}

/** Means are over the last half of the steps (`averagedFrom`); NaN for a run that collapsed. */
export interface ToySummary {
  /** elr S; of the last step where the ELR is not fixed; NaN for a function without alphas. */
  readonly k: number;
  readonly decision: RegimeDecision;
  /** Population mean and standard deviation. */
  readonly loss: { readonly mean: number; readonly std: number };
  /** Joint EGN and joint ESS. */
  readonly egn: { readonly mean: number };
  readonly ess: { readonly mean: number };
  readonly groups: readonly { readonly share: number; readonly ess: number }[];
  /** R (T14; `noiseShareKind`) with its standard error; NaN if the run collapsed or its loss vanished. */
  readonly noiseShare: { readonly value: number; readonly error: number };
  /** Largest residual of K1, K2, K3 over all steps; NaN for steps that are not plain gradient steps. */
  readonly identities: IdentityResiduals;
  /** Loss and joint ESS of every step. */
  readonly trajectory: { readonly loss: Float64Array; readonly ess: Float64Array };
  /** The first step that means nothing, where a run collapsed: it ends there, undecided. */
  readonly collapsed?: Collapse;
  /** Only if asked for. */
  readonly recorded?: readonly StepQuantities[];
}

/** The most steps of one simulation, whose losses are kept in memory. */
export const MAXIMUM_STEPS = 10_000_000;
const UNKNOWN = { value: Number.NaN, error: Number.NaN };
const NOT_APPLICABLE: IdentityResiduals = { K1: Number.NaN, K2: Number.NaN, K3: Number.NaN };

/** Sums over the window that is averaged. */
function tailAverages(groups: number) {
  const sums = { count: 0, egn: 0, ess: 0, groups: Array.from({ length: groups }, () => ({ share: 0, ess: 0 })) };
  return {
    add({ egn, ess, groups: measured }: StepQuantities): void {
      sums.count++;
      sums.egn += egn;
      sums.ess += ess;
      for (const [i, sum] of sums.groups.entries()) {
        sum.share += measured[i]!.share;
        sum.ess += measured[i]!.ess;
      }
    },
    means: () => ({
      egn: { mean: sums.egn / sums.count },
      ess: { mean: sums.ess / sums.count },
      groups: sums.groups.map(({ share, ess }) => ({ share: share / sums.count, ess: ess / sums.count })),
    }),
  };
}

function meanAndDeviation(values: Float64Array): { mean: number; std: number } {
  const centre = mean(values);
  return { mean: centre, std: Math.sqrt(squaredDeviations(values, centre) / values.length) };
}

function decide(trajectory: ToySummary['trajectory'], chance: number, tolerance: number, collapsed?: Collapse) {
  const decision = classifyTrajectory(trajectory, chance, { tolerance });
  if (collapsed === undefined) return decision;
  const reason = `${collapsed.reason} at step ${collapsed.step}`;
  return { regime: 'undecided', evidence: { ...decision.evidence, reason } } satisfies RegimeDecision;
}

/**
 * Runs the toy with a fixed ELR and sums the run up: regime by the shared classifier against the loss of random points, means
 * over the last half of the steps, largest residuals of K1-K3 over all of them. Memory: 24 bytes a step. Stops early,
 * undecided and without means, where it collapses (`collapseReason`). Fails (UsageError) at bad input.
 *
 * @example
 * const { k, decision, loss } = simulateToy([1, 2, 4], 0.2, { steps: 20_000, seed: 1 });
 * console.log(k); // 7 / 5
 * console.log(decision.regime); // chaotic equilibrium
 * console.log(loss.mean.toFixed(2)); // 1.00
 */
export function simulateToy(given: Subject, rate: Rate, options: SimulationOptions): ToySummary {
  const subject = subjectOf(given);
  const groups = subject.create(1).groups.length;
  const { steps, record = false, tolerance = DIVERGENCE_TOLERANCE } = options;
  if (!Number.isSafeInteger(steps) || steps < 1 || steps > MAXIMUM_STEPS)
    throw new UsageError(`the number of steps is ${steps}; allowed: a whole number from 1 to ${MAXIMUM_STEPS}`);
  const loss = new Float64Array(steps);
  const ess = new Float64Array(steps);
  const floors = new Float64Array(steps);
  const tail = tailAverages(groups);
  const tailStart = averagedFrom(steps);
  const recorded: StepQuantities[] = [];
  let identities = NO_RESIDUALS;
  let previous: StepQuantities | undefined;
  let collapsed: Collapse | undefined;
  let finalElr = Number.NaN;
  for (const { quantities, collapsed: reason } of toySteps(subject, rate, options)) {
    loss[quantities.step] = quantities.loss;
    ess[quantities.step] = quantities.ess;
    floors[quantities.step] = (quantities.ess * quantities.egn) / 4;
    identities = accumulateResiduals(identities, quantities, previous);
    previous = quantities;
    finalElr = quantities.elr;
    if (record) recorded.push(quantities);
    if (reason !== undefined) {
      collapsed = { step: quantities.step, reason };
      break;
    }
    if (quantities.step >= tailStart) tail.add(quantities);
  }
  const seen = collapsed ? collapsed.step + 1 : steps;
  const trajectory = { loss: loss.subarray(0, seen), ess: ess.subarray(0, seen) };
  const decision = decide(trajectory, subject.randomLoss, tolerance, collapsed);
  const averaged = collapsed ? tailAverages(groups) : tail;
  return {
    k: subject.alpha ? (typeof rate === 'number' ? rate : finalElr) * sumOfAlpha(subject.alpha) : Number.NaN,
    decision,
    loss: meanAndDeviation(collapsed ? new Float64Array() : loss.subarray(tailStart)),
    ...averaged.means(),
    noiseShare: collapsed
      ? UNKNOWN
      : runNoiseShare(
          { floors, losses: loss, randomLoss: subject.randomLoss },
          noiseShareKind(decision.regime, typeof options.noise === 'number' ? options.noise : 0),
        ),
    identities: isGradientStep(stepOptionsOf(rate, options)) ? identities : NOT_APPLICABLE,
    trajectory,
    ...(collapsed && { collapsed }),
    ...(record && { recorded }),
  };
}
