import { formatNumber } from '../numerics/format-number.js';
import { propagateErrors } from '../numerics/statistics/estimate.js';
import type { MeasuredRun } from '../regime/analyse.js';
import { undecidedClause } from '../regime/brackets.js';
import type { EquilibriumLoss, RegimeTheory } from '../regime/theory.js';
import { type Bracket, bracketCentre, type Thresholds } from '../regime/thresholds.js';
import { NOT_STATIONARY } from './equilibrium-rows.js';
import {
  factorPrediction,
  type Prediction,
  relativePrediction,
  untestedPrediction,
  withoutVerdict,
} from './prediction.js';

const CURVE_TOLERANCE = 0.25;

/** A threshold read from averages of runs, with the standard error that theirs give it. */
export interface ThresholdReading {
  readonly name: string;
  readonly source: string;
  readonly predicted: number;
  /** Absent if it is not known. */
  readonly predictedError?: number;
}

/** A bracket wider than this says nothing of a threshold read within a factor of it. */
const WIDEST_BRACKET = 2;

/** Why a bracket is too weak to test a threshold; undefined if it is not. */
function weakness(bracket: Bracket): string | undefined {
  const { below, above, disputed = [], undecided = [] } = bracket;
  const factor = above! / below!;
  // The rounding of a quotient makes no bracket wider.
  const isWide = factor > WIDEST_BRACKET * (1 + 1e-12);
  if (!isWide && disputed.length === 0 && undecided.length === 0) return undefined;
  return `bracket a factor ${formatNumber(factor, 2)} wide${undecidedClause(bracket)}`;
}

/**
 * A predicted threshold holds if it lies between the runs that bracket the measured one. Untested if these are farther than a
 * factor 2 apart, or runs between them are not decided: then much else would hold as well.
 */
export function thresholdPrediction(
  { name, source, predicted, predictedError }: ThresholdReading,
  bracket: Bracket,
): Prediction {
  const { below, above } = bracket;
  const measured = bracketCentre(bracket);
  const tolerance = measured === undefined ? 1 : Math.sqrt(above! / below!);
  if (measured === undefined) {
    const note = `not bracketed by these runs${undecidedClause(bracket)}`;
    return untestedPrediction({ name, source, tolerance, note });
  }
  if (!(predicted > 0))
    return untestedPrediction({ name, source, tolerance, note: 'the loss does not rise with the ELR' });
  const errors = { ...(predictedError === undefined ? {} : { predictedError }), measuredFactor: tolerance };
  const row = { name, source, predicted, measured, tolerance, ...errors };
  const reason = weakness(bracket);
  if (reason !== undefined) return withoutVerdict(factorPrediction(row), reason);
  return factorPrediction({ ...row, note: 'holds if inside the bracket' });
}

/**
 * Where the line through the losses of two equilibria, the lower ELR first, crosses zero: the convergence threshold (T4).
 * undefined without two of them, or if the loss does not rise: a falling line has no threshold, even if it has a zero.
 */
function lineThreshold(
  first: EquilibriumLoss | undefined,
  second: EquilibriumLoss | undefined,
  equilibriumLine: RegimeTheory['equilibriumLine'],
): number | undefined {
  if (first === undefined || second === undefined || !(second.loss > first.loss)) return undefined;
  const { threshold } = equilibriumLine(first, second);
  return threshold > 0 ? threshold : undefined;
}

/** Runs in equilibrium whose averages are over a stationary part: thresholds can be read from these. */
export const stationaryEquilibria = (runs: readonly MeasuredRun[]): MeasuredRun[] =>
  runs.filter(({ regime, stationary }) => regime === 'chaotic equilibrium' && stationary !== null);

const lossOf = ({ loss, errors }: MeasuredRun) => ({ mean: loss, error: errors?.loss ?? Number.NaN });
const stepOf = ({ effectiveStep, errors }: MeasuredRun) => ({
  mean: effectiveStep,
  error: errors?.effectiveStep ?? Number.NaN,
});

const NAME = 'convergence threshold';
const OF_TWO = { name: `${NAME}, from the losses of two runs`, source: 'T3, T4' };
const OF_ONE = { loss: `${NAME}, from the loss of one run`, step: `${NAME}, from the ESS of one run` };
const LIMIT = { name: 'divergence threshold', source: 'T6' };

function readingsOfOne(run: MeasuredRun, theory: RegimeTheory): ThresholdReading[] {
  const { elr, loss, effectiveStep, randomLoss, randomLossError } = run;
  const fromLoss = (value: number, random: number): number => elr / theory.ratioFromLoss(value / random);
  const fromStep = (step: number): number => elr / theory.ratioFromStep(step);
  const random = { mean: randomLoss, error: randomLossError };
  return [
    {
      name: OF_ONE.loss,
      source: 'T4',
      predicted: fromLoss(loss, randomLoss),
      predictedError: propagateErrors(fromLoss, [lossOf(run), random]),
    },
    {
      name: OF_ONE.step,
      source: 'T4',
      predicted: fromStep(effectiveStep),
      predictedError: propagateErrors(fromStep, [stepOf(run)]),
    },
  ];
}

/** The thresholds of convergence and of divergence from the line through two equilibria. */
function readingsOfTwo(first: MeasuredRun, second: MeasuredRun, theory: RegimeTheory, tolerance: number) {
  const fromLine = (a: number, b: number): number =>
    lineThreshold({ elr: first.elr, loss: a }, { elr: second.elr, loss: b }, theory.equilibriumLine) ?? Number.NaN;
  const limit = (a: number, b: number): number => {
    const threshold = fromLine(a, b);
    return threshold > 0 ? theory.divergenceThreshold([1 / threshold], tolerance) : Number.NaN;
  };
  type Name = Pick<ThresholdReading, 'name' | 'source'>;
  const reading = (name: Name, of: (a: number, b: number) => number): ThresholdReading => ({
    ...name,
    predicted: of(first.loss, second.loss),
    predictedError: propagateErrors(of, [lossOf(first), lossOf(second)]),
  });
  return [reading(OF_TWO, fromLine), reading(LIMIT, limit)];
}

const LINE = 'loss on the line A - B/elr';

/** The loss of a third equilibrium on the line through the first two. */
function linePrediction(run: MeasuredRun, first: MeasuredRun, second: MeasuredRun, theory: RegimeTheory): Prediction {
  const onLine = (a: number, b: number): number =>
    theory.equilibriumLine({ elr: first.elr, loss: a }, { elr: second.elr, loss: b }).lossAt(run.elr);
  return relativePrediction({
    name: `${LINE}, ELR ${run.elr}`,
    source: 'T4',
    predicted: onLine(first.loss, second.loss),
    measured: run.loss,
    tolerance: CURVE_TOLERANCE,
    predictedError: propagateErrors(onLine, [lossOf(first), lossOf(second)]),
    measuredError: lossOf(run).error,
  });
}

/** Why no threshold can be read from the runs in equilibrium. */
function obstacleOf(equilibria: readonly MeasuredRun[], wanted: number): string {
  if (equilibria.length === 0) return 'no run in equilibrium';
  return stationaryEquilibria(equilibria).length === 0
    ? NOT_STATIONARY
    : `needs ${wanted} runs in equilibrium whose loss keeps its level`;
}

/**
 * The convergence threshold as read from runs in equilibrium, one row for each reading, and what follows from it; only runs
 * with a stationary part are used. A reading from one run is a weak test: near the threshold k is near 1 in any reading, so the
 * reading is near the run's own ELR.
 */
export function thresholdPredictions(
  equilibria: readonly MeasuredRun[],
  { convergence, divergence }: Thresholds,
  theory: RegimeTheory,
  tolerance: number,
): Prediction[] {
  const [first, second] = stationaryEquilibria(equilibria);
  const untested = (row: Pick<ThresholdReading, 'name' | 'source'>, wanted: number): Prediction =>
    untestedPrediction({ ...row, tolerance: 1, note: obstacleOf(equilibria, wanted) });
  const ofOne =
    first === undefined
      ? [OF_ONE.loss, OF_ONE.step].map((name) => untested({ name, source: 'T4' }, 1))
      : readingsOfOne(first, theory).map((reading) => thresholdPrediction(reading, convergence));
  if (first === undefined || second === undefined) return [untested(OF_TWO, 2), ...ofOne, untested(LIMIT, 2)];
  const [fromLine, limit] = readingsOfTwo(first, second, theory, tolerance);
  return [thresholdPrediction(fromLine!, convergence), ...ofOne, thresholdPrediction(limit!, divergence)];
}

/** The losses of further equilibria on the line through the first two (T4); untested if there is no third. */
export function linePredictions(equilibria: readonly MeasuredRun[], theory: RegimeTheory): Prediction[] {
  const [first, second, ...others] = stationaryEquilibria(equilibria);
  if (first === undefined || second === undefined || others.length === 0) {
    const note = obstacleOf(equilibria, 3);
    return [untestedPrediction({ name: LINE, source: 'T4', tolerance: CURVE_TOLERANCE, note })];
  }
  return others.map((run) => linePrediction(run, first, second, theory));
}
