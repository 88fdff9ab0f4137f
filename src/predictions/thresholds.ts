import { type Bracket, bracketCentre, type MeasuredRun, type Thresholds } from '../measure.js';
import {
  type EquilibriumLoss,
  factorPrediction,
  type Prediction,
  type RegimeTheory,
  relativePrediction,
  untestedPrediction,
} from '../prediction.js';

const CURVE_TOLERANCE = 0.25;

/** A predicted threshold holds if it lies between the runs that bracket the measured one. */
function thresholdPrediction(name: string, source: string, predicted: number, { below, above }: Bracket) {
  const measured = bracketCentre({ below, above });
  const tolerance = measured === undefined ? 1 : Math.sqrt(above! / below!);
  if (measured === undefined)
    return untestedPrediction({ name, source, tolerance, note: 'not bracketed by these runs' });
  if (!(predicted > 0))
    return untestedPrediction({ name, source, tolerance, note: 'the loss does not rise with the ELR' });
  return factorPrediction({ name, source, predicted, measured, tolerance, note: 'holds if inside the bracket' });
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

/**
 * The convergence threshold as equilibrium runs tell it, each way of reading them a row, and what follows from it. What one
 * run tells is a weak test: near the threshold k is near 1 in any reading, so the answer is near the run's own ELR.
 */
export function thresholdPredictions(
  equilibria: readonly MeasuredRun[],
  thresholds: Thresholds,
  theory: RegimeTheory,
  tolerance: number,
): Prediction[] {
  const [first, second, ...others] = equilibria;
  const name = 'convergence threshold';
  if (first === undefined) {
    return [untestedPrediction({ name, source: 'T4', tolerance: 1, note: 'no run in equilibrium' })];
  }
  const { convergence, divergence } = thresholds;
  const fromLoss = first.elr / theory.ratioFromLoss(first.loss / first.randomLoss);
  const fromStep = first.elr / theory.ratioFromStep(first.effectiveStep);
  const single = [
    thresholdPrediction(`${name}, from the loss of one run`, 'T4', fromLoss, convergence),
    thresholdPrediction(`${name}, from the ESS of one run`, 'T4', fromStep, convergence),
  ];
  if (second === undefined) return single;
  const line = theory.equilibriumLine(first, second);
  const known = lineThreshold(first, second, theory.equilibriumLine);
  const fromLine = known ?? Number.NaN;
  const limit = known === undefined ? Number.NaN : theory.divergenceThreshold([1 / known], tolerance);
  return [
    thresholdPrediction(`${name}, from the losses of two runs`, 'T3, T4', fromLine, convergence),
    ...single,
    thresholdPrediction('divergence threshold', 'T6', limit, divergence),
    ...others.map((run) =>
      relativePrediction({
        name: `loss on the line A - B/elr, ELR ${run.elr}`,
        source: 'T4',
        predicted: line.lossAt(run.elr),
        measured: run.loss,
        tolerance: CURVE_TOLERANCE,
      }),
    ),
  ];
}
