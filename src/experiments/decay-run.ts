import { combineRuns } from '../numerics/statistics/combine-runs.js';
import { equilibriumStart } from '../numerics/statistics/equilibrium-start.js';
import type { Estimate } from '../numerics/statistics/estimate.js';
import { blockJackknife } from '../numerics/statistics/jackknife.js';
import { meanWithError } from '../numerics/statistics/mean-error.js';
import { findOscillation, type Oscillation } from '../numerics/statistics/oscillation.js';
import { testStationarity } from '../numerics/statistics/stationarity.js';
import { fitLine, scatterFactor } from '../numerics/statistics/straight-line.js';
import type { StepQuantities } from '../sphere/quantities.js';

/** What a run in full space with weight decay shows once its norm keeps its level (theory.md, K5, T8, T9). */

export interface DecayRun {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly steps: readonly StepQuantities[];
}

export interface MeasuredDecay {
  readonly learningRate: number;
  readonly weightDecay: number;
  /** p = lr x weight decay. */
  readonly decay: number;
  /** Steps of the stationary part; 0 if there is none; the values below are then meaningless. */
  readonly stationarySteps: number;
  /** sqrt(exp(mean log((1-p)^2 + ess^2)) - (1-p)^2), joint and a group: the step size of which K5 speaks. */
  readonly step: Estimate;
  readonly groupSteps: readonly Estimate[];
  /** Groups whose own norm still drifts there. */
  readonly drifting: readonly string[];
  /** Logarithm of the geometric mean of the ELR. */
  readonly logElr: Estimate;
  /** Mean loss of the part, root mean square of its EGN, and the latter over the former. */
  readonly loss: Estimate;
  readonly rmsEgn: Estimate;
  readonly egnPerLoss: Estimate;
  readonly ofNorm: Oscillation | undefined;
  readonly ofLoss: Oscillation | undefined;
  /** Largest residual of the norm after a step, over the whole run. */
  readonly normResidual: number;
}

/** A drift of log(norm^2) over the part by less than this is no drift. */
const NEGLIGIBLE_DRIFT = 0.02;

/** log(rho'^2 / rho^2) of a step that goes along a gradient orthogonal to the weights, which decay by p: joint or of a group. */
const growth = (ess: number, decay: number): number => Math.log((1 - decay) ** 2 + ess * ess);

/** Whether the norm of a group still drifts over a part whose joint norm does not. */
const isDrifting = (part: readonly StepQuantities[], group: number): boolean =>
  part.length > 0 &&
  !testStationarity(
    part.map(({ norm, groups }) => 2 * Math.log(norm) + Math.log(groups[group]!.share)),
    { negligible: NEGLIGIBLE_DRIFT },
  ).stationary;

/** The step size whose growth is the mean one. */
function stepSize(series: readonly number[], decay: number): Estimate {
  const { value, error } = blockJackknife([series], ([mean]) => Math.sqrt(Math.exp(mean!) - (1 - decay) ** 2));
  return { mean: value, error };
}

/**
 * Largest relative deviation of rho'^2 / rho^2 from (1-p)^2 - 2 (1-p) c ess + ess^2 over consecutive steps, c the cosine of
 * gradient and weights: exact for any function, so the residual is the rounding error of the trainer.
 */
export function normResidual(steps: readonly StepQuantities[], decay: number): number {
  const kept = 1 - decay;
  return steps.slice(1).reduce((worst, { norm }, i) => {
    const before = steps[i]!;
    const expected = kept * kept - 2 * kept * (before.radial ?? 0) * before.ess + before.ess ** 2;
    return Math.max(worst, Math.abs((norm / before.norm) ** 2 / expected - 1));
  }, 0);
}

/** Loss and gradients of a part, and their ratio, which moves less than either. */
function levels(part: readonly StepQuantities[]): Pick<MeasuredDecay, 'loss' | 'rmsEgn' | 'egnPerLoss'> {
  const [losses, squares] = [part.map(({ loss }) => loss), part.map(({ egn }) => egn * egn)];
  const value = (of: (loss: number, square: number) => number): Estimate => {
    const found = blockJackknife([losses, squares], ([loss, square]) => of(loss!, square!));
    return { mean: found.value, error: found.error };
  };
  return {
    loss: value((loss) => loss),
    rmsEgn: value((_, square) => Math.sqrt(square)),
    egnPerLoss: value((loss, square) => Math.sqrt(square) / loss),
  };
}

/** The part of a run whose norm is stationary, with its averages; the transient before it may be half of the run. */
export function measureDecay({ learningRate, weightDecay, steps }: DecayRun): MeasuredDecay {
  const decay = learningRate * weightDecay;
  const logs = steps.map(({ norm }) => 2 * Math.log(norm));
  const start = logs.every(Number.isFinite) ? equilibriumStart(logs, { negligible: NEGLIGIBLE_DRIFT }) : undefined;
  const part = start === undefined ? [] : steps.slice(start);
  const groups = steps[0]?.groups ?? [];
  const logElr = meanWithError(part.map(({ elr }) => Math.log(elr)));
  return {
    learningRate,
    weightDecay,
    decay,
    stationarySteps: part.length,
    step: stepSize(
      part.map(({ ess }) => growth(ess, decay)),
      decay,
    ),
    groupSteps: groups.map((_, i) =>
      stepSize(
        part.map((step) => growth(step.groups[i]!.ess, decay)),
        decay,
      ),
    ),
    drifting: groups.flatMap(({ name }, i) => (isDrifting(part, i) ? [name] : [])),
    logElr: { mean: logElr.mean, error: logElr.error },
    ...levels(part),
    ofNorm: findOscillation(logs.slice(start ?? logs.length)),
    ofLoss: findOscillation(part.map(({ loss }) => Math.log(loss))),
    normResidual: normResidual(steps, decay),
  };
}

/** The oscillation shown by most of several runs, with their median period; that of the first run if they do not agree. */
function commonOscillation(found: readonly (Oscillation | undefined)[], level: number): Oscillation | undefined {
  const sure = found.filter((each) => each !== undefined && each.chance <= level);
  if (2 * sure.length <= found.length) return found.find((each) => each === undefined || each.chance > level);
  return sure.toSorted((a, b) => a!.period - b!.period)[Math.floor(sure.length / 2)];
}

/** An oscillation is significant if at most this fraction of series without one swing as much. */
export const OSCILLATION_LEVEL = 0.01;

/** Runs that differ in their seed as one: means over those that have a stationary part. Fails (Error) without runs. */
export function combineDecays(runs: readonly MeasuredDecay[]): MeasuredDecay {
  const [first] = runs;
  if (first === undefined) throw new Error('there are no runs to combine');
  const settled = runs.filter(({ stationarySteps }) => stationarySteps > 0);
  const normOfAll = Math.max(...runs.map((run) => run.normResidual));
  if (runs.length === 1 || settled.length === 0) return { ...first, normResidual: normOfAll };
  const value = (of: (run: MeasuredDecay) => Estimate): Estimate => combineRuns(settled.map(of));
  return {
    ...first,
    stationarySteps: Math.min(...settled.map(({ stationarySteps }) => stationarySteps)),
    step: value(({ step }) => step),
    groupSteps: first.groupSteps.map((_, i) => value(({ groupSteps }) => groupSteps[i]!)),
    drifting: [...new Set(settled.flatMap(({ drifting }) => drifting))],
    logElr: value(({ logElr }) => logElr),
    loss: value(({ loss }) => loss),
    rmsEgn: value(({ rmsEgn }) => rmsEgn),
    egnPerLoss: value(({ egnPerLoss }) => egnPerLoss),
    ofNorm: commonOscillation(
      settled.map(({ ofNorm }) => ofNorm),
      OSCILLATION_LEVEL,
    ),
    ofLoss: commonOscillation(
      settled.map(({ ofLoss }) => ofLoss),
      OSCILLATION_LEVEL,
    ),
    normResidual: normOfAll,
  };
}

/** d log ELR / d log decay over runs of one learning rate, with an error that counts how they scatter about the line. */
export function elrSlope(runs: readonly MeasuredDecay[]): Estimate | undefined {
  const settled = runs.filter(({ stationarySteps }) => stationarySteps > 0);
  const line = fitLine(
    settled.map(({ weightDecay, logElr }) => ({ x: Math.log(weightDecay), y: logElr.mean, error: logElr.error })),
  );
  if (line === undefined) return undefined;
  return { mean: line.slope, error: scatterFactor(line) * Math.sqrt(line.covariance.slope) };
}
