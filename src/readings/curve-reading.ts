import type { Estimate } from '../numerics/statistics/estimate.js';
import { fitLine, type StraightLine } from '../numerics/statistics/straight-line.js';
import type { MeasuredRun } from '../regime/analyse.js';
import type { LossLine, ToyReading } from './toy-reading.js';

/** The equilibrium curve F = A - B / elr through runs (T4). */
export interface EquilibriumCurve {
  /** A: the loss that it tends to. */
  readonly limit: Estimate;
  /** B. */
  readonly slope: Estimate;
  /** B / A: where it crosses zero. */
  readonly threshold: Estimate;
  /** Largest deviation of a run from it, relative to the run's loss. */
  readonly misfit: number;
  readonly points: number;
  /** The same as a line over 1 / ELR, with the scale of its errors. */
  readonly losses: LossLine;
}

type LossAtElr = Pick<MeasuredRun, 'elr' | 'loss' | 'errors'>;

/**
 * Errors of single runs say how well each level is known, and the curve misses levels by more than that. So points count by the
 * square root of their loss, between equal and relative weights, and the errors come from the scatter about the curve.
 */
const weight = ({ loss }: LossAtElr): number => Math.sqrt(loss);

/** Errors of the line; with no point to spare those that the runs' own errors give, per unit of weight. */
function errorScale(line: StraightLine, runs: readonly LossAtElr[]): number {
  if (line.degrees > 0) return Math.sqrt(line.chiSquared / line.degrees);
  const own = runs.map((run) => (run.errors?.loss ?? Number.NaN) / weight(run));
  return Math.sqrt(own.reduce((sum, error) => sum + error ** 2, 0) / own.length);
}

/**
 * The curve F = A - B / elr of least squares through the mean losses of runs (T4), several at one ELR allowed; undefined through
 * fewer than two ELRs, and where the loss does not rise with the ELR or does so too steeply for a positive limit.
 */
export function fitEquilibriumCurve(runs: readonly LossAtElr[]): EquilibriumCurve | undefined {
  const line = fitLine(runs.map((run) => ({ x: 1 / run.elr, y: run.loss, error: weight(run) })));
  if (line === undefined || !(line.slope < 0 && line.intercept > 0)) return undefined;
  const { intercept, slope, covariance } = line;
  const scale = errorScale(line, runs);
  const threshold = -slope / intercept;
  const relative = covariance.slope / slope ** 2 + covariance.intercept / intercept ** 2;
  const shared = (2 * covariance.both) / (slope * intercept);
  const misfits = runs.map(({ elr, loss }) => Math.abs((intercept + slope / elr) / loss - 1));
  return {
    limit: { mean: intercept, error: scale * Math.sqrt(covariance.intercept) },
    slope: { mean: -slope, error: scale * Math.sqrt(covariance.slope) },
    threshold: { mean: threshold, error: scale * threshold * Math.sqrt(Math.max(0, relative - shared)) },
    misfit: Math.max(...misfits),
    points: runs.length,
    losses: { line, scale },
  };
}

/** Name of the reading of a curve. */
const CURVE_READING = 'equilibrium curve A - B/elr';

/** The toy whose equilibrium curve is that of runs, with the shares of the run of smallest ELR; undefined without a curve. */
export function curveReading(runs: readonly MeasuredRun[]): ToyReading | undefined {
  const curve = fitEquilibriumCurve(runs);
  if (curve === undefined) return undefined;
  const lowest = runs.reduce((a, b) => (b.elr < a.elr ? b : a));
  return {
    name: CURVE_READING,
    source: 'T4',
    threshold: curve.threshold,
    shares: lowest.equilibriumShares,
    losses: curve.losses,
    note: `${curve.points} runs, which it misses by up to ${(100 * curve.misfit).toFixed(0)}%`,
  };
}
