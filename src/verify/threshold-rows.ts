import { propagateErrors } from '../numerics/statistics/propagate.js';
import { type Bracket, bracketCentre, type MeasuredRun, type Thresholds } from '../regime/analyse.js';
import type { EquilibriumLoss, RegimeTheory } from '../regime/theory.js';
import { undecidedClause } from '../regime/undecided-clause.js';
import { NOT_STATIONARY } from './equilibrium-rows.js';
import { factorPrediction, type Prediction, relativePrediction, untestedPrediction } from './prediction.js';

const CURVE_TOLERANCE = 0.25;

/** A threshold read from averages of runs, with the standard error that theirs give it. */
export interface ThresholdReading {
  readonly name: string;
  readonly source: string;
  readonly predicted: number;
  /** Absent where it is not known. */
  readonly predictedError?: number;
}

/** A predicted threshold holds if it lies between the runs that bracket the measured one. */
export function thresholdPrediction(
  { name, source, predicted, predictedError }: ThresholdReading,
  bracket: Bracket,
): Prediction {
  const { below, above } = bracket;
  const clause = undecidedClause(bracket);
  const measured = bracketCentre(bracket);
  const tolerance = measured === undefined ? 1 : Math.sqrt(above! / below!);
  if (measured === undefined)
    return untestedPrediction({ name, source, tolerance, note: `not bracketed by these runs${clause}` });
  if (!(predicted > 0))
    return untestedPrediction({ name, source, tolerance, note: 'the loss does not rise with the ELR' });
  const note = `holds if inside the bracket${clause}`;
  const errors = { ...(predictedError === undefined ? {} : { predictedError }), measuredFactor: tolerance };
  return factorPrediction({ name, source, predicted, measured, tolerance, note, ...errors });
}

/**
 * Where the line through the losses of two equilibria, the lower ELR first, crosses zero: the convergence threshold (T4).
 * undefined without two of them, and where the loss does not rise: a line that falls has no threshold, whatever its zero.
 */
export function lineThreshold(
  first: EquilibriumLoss | undefined,
  second: EquilibriumLoss | undefined,
  equilibriumLine: RegimeTheory['equilibriumLine'],
): number | undefined {
  if (first === undefined || second === undefined || !(second.loss > first.loss)) return undefined;
  const { threshold } = equilibriumLine(first, second);
  return threshold > 0 ? threshold : undefined;
}

/** Runs in equilibrium whose averages are those of a stationary part: what thresholds can be read from. */
export const stationaryEquilibria = (runs: readonly MeasuredRun[]): MeasuredRun[] =>
  runs.filter(({ regime, stationary }) => regime === 'chaotic equilibrium' && stationary !== null);

const lossOf = ({ loss, errors }: MeasuredRun) => ({ mean: loss, error: errors?.loss ?? Number.NaN });
const stepOf = ({ effectiveStep, errors }: MeasuredRun) => ({
  mean: effectiveStep,
  error: errors?.effectiveStep ?? Number.NaN,
});

const NAME = 'convergence threshold';

function readingsOfOne(run: MeasuredRun, theory: RegimeTheory): ThresholdReading[] {
  const { elr, loss, effectiveStep, randomLoss, randomLossError } = run;
  const fromLoss = (value: number, random: number): number => elr / theory.ratioFromLoss(value / random);
  const fromStep = (step: number): number => elr / theory.ratioFromStep(step);
  const random = { mean: randomLoss, error: randomLossError };
  return [
    {
      name: `${NAME}, from the loss of one run`,
      source: 'T4',
      predicted: fromLoss(loss, randomLoss),
      predictedError: propagateErrors(fromLoss, [lossOf(run), random]),
    },
    {
      name: `${NAME}, from the ESS of one run`,
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
  const reading = (name: string, source: string, of: (a: number, b: number) => number): ThresholdReading => ({
    name,
    source,
    predicted: of(first.loss, second.loss),
    predictedError: propagateErrors(of, [lossOf(first), lossOf(second)]),
  });
  return [
    reading(`${NAME}, from the losses of two runs`, 'T3, T4', fromLine),
    reading('divergence threshold', 'T6', limit),
  ];
}

/** The loss of a third equilibrium on the line through the first two. */
function linePrediction(run: MeasuredRun, first: MeasuredRun, second: MeasuredRun, theory: RegimeTheory): Prediction {
  const onLine = (a: number, b: number): number =>
    theory.equilibriumLine({ elr: first.elr, loss: a }, { elr: second.elr, loss: b }).lossAt(run.elr);
  return relativePrediction({
    name: `loss on the line A - B/elr, ELR ${run.elr}`,
    source: 'T4',
    predicted: onLine(first.loss, second.loss),
    measured: run.loss,
    tolerance: CURVE_TOLERANCE,
    predictedError: propagateErrors(onLine, [lossOf(first), lossOf(second)]),
    measuredError: lossOf(run).error,
  });
}

/**
 * The convergence threshold as equilibrium runs tell it, each way of reading them a row, and what follows from it; only runs
 * with a stationary part tell it. What one run tells is a weak test: near the threshold k is near 1 in any reading, so the
 * answer is near the run's own ELR.
 */
export function thresholdPredictions(
  equilibria: readonly MeasuredRun[],
  { convergence, divergence }: Thresholds,
  theory: RegimeTheory,
  tolerance: number,
): Prediction[] {
  const [first, second, ...others] = stationaryEquilibria(equilibria);
  if (first === undefined) {
    const note = equilibria.length === 0 ? 'no run in equilibrium' : NOT_STATIONARY;
    return [untestedPrediction({ name: NAME, source: 'T4', tolerance: 1, note })];
  }
  const single = readingsOfOne(first, theory).map((reading) => thresholdPrediction(reading, convergence));
  if (second === undefined) return single;
  const [fromLine, limit] = readingsOfTwo(first, second, theory, tolerance);
  return [
    thresholdPrediction(fromLine!, convergence),
    ...single,
    thresholdPrediction(limit!, divergence),
    ...others.map((run) => linePrediction(run, first, second, theory)),
  ];
}
