import type { MeasuredRun } from '../regime/analyse.js';
import type { RegimeTheory } from '../regime/theory.js';
import type { Curvature } from '../run/curvature-record.js';
import { boundPrediction, factorPrediction, type Prediction, untestedPrediction } from '../verify/prediction.js';
import { linePredictions, thresholdPredictions } from '../verify/threshold-rows.js';
import { type BatchThreshold, batchSizePredictions } from './batch-size.js';
import type { JudgedNetwork } from './judge-network.js';

/**
 * From small batches to all images at once (theory.md, T3, T4, T10): with the whole set in every step nothing is random, which is the case
 * of the toy without noise. Converged runs end at ELR lambda / 2 = 1, equilibria lie on A - B / ELR, and noise lowers the threshold.
 */

/** A run that converged, and the largest eigenvalue at its last weights. */
export interface ConvergedRun {
  readonly run: MeasuredRun;
  readonly curvature: Curvature;
}

/** All runs at one batch size. */
export interface LargeBatchSweep {
  readonly batch: number;
  readonly sweep: JudgedNetwork;
  readonly converged: readonly ConvergedRun[];
}

/**
 * b (n - 1) / (n - b): the batch of independent draws whose mean gradient is as noisy as that of b different ones of n images; infinite for
 * all of them. 1 / ELR_c = S (1 + v / b') with it (T10).
 */
export const independentBatch = (batch: number, images: number): number =>
  batch >= images ? Number.POSITIVE_INFINITY : (batch * (images - 1)) / (images - batch);

/** The threshold of each batch size, with the batch of independent draws that it is worth. */
export const largeBatchThresholds = (sweeps: readonly LargeBatchSweep[], images: number): BatchThreshold[] =>
  sweeps.map(({ batch, sweep }) => ({
    batch,
    independent: independentBatch(batch, images),
    convergence: sweep.thresholds.convergence,
  }));

/** ELR lambda / 2 of a run that converged. */
export const sharpnessOf = ({ run, curvature }: ConvergedRun): number => (run.elr * curvature.largest[0]!.value) / 2;

/** How far an eigenvalue that swings about 2 / ELR may be off it. */
const EDGE_FACTOR = 1.25;
const BOUND_TOLERANCE = 0.15;
const SHARPNESS = 'ELR lambda / 2';

const note = ({ curvature: { images, batch, converged } }: ConvergedRun): string =>
  `over ${images} images in batches of ${batch}${converged ? '' : ', not settled'}`;

/** At most 1 with noise, and 1 itself where there is none: training sharpens the minimum until it is. */
function sharpnessRows({ batch, converged }: LargeBatchSweep, isWhole: boolean): Prediction[] {
  const source = 'T3';
  const kind = isWhole ? `${SHARPNESS} = 1` : `${SHARPNESS} at most 1`;
  if (converged.length === 0) {
    const none = 'no run converged';
    return [untestedPrediction({ name: `${kind}, batch ${batch}`, source, tolerance: EDGE_FACTOR, note: none })];
  }
  return converged.map((run) => {
    const name = `${kind}, batch ${batch}, ELR ${run.run.elr}`;
    const given = { name, source, predicted: 1, measured: sharpnessOf(run), note: note(run) };
    return isWhole
      ? factorPrediction({ ...given, tolerance: EDGE_FACTOR })
      : boundPrediction({ ...given, tolerance: BOUND_TOLERANCE });
  });
}

/** What T4 says of the runs in equilibrium: the line through two of them, and where it is 0. */
function lineRows({ batch, sweep }: LargeBatchSweep, theory: RegimeTheory, tolerance: number): Prediction[] {
  const equilibria = sweep.measured.filter(({ regime }) => regime === 'chaotic equilibrium');
  const [fromLine] = thresholdPredictions(equilibria, sweep.thresholds, theory, tolerance);
  return [...linePredictions(equilibria, theory), fromLine!].map((row) => ({
    ...row,
    name: `${row.name}, batch ${batch}`,
  }));
}

/** All rows of a network whose largest batch may be all `images`. */
export function largeBatchPredictions(
  sweeps: readonly LargeBatchSweep[],
  images: number,
  { theory, tolerance }: { readonly theory: RegimeTheory; readonly tolerance: number },
): Prediction[] {
  return [
    ...batchSizePredictions(largeBatchThresholds(sweeps, images)),
    ...sweeps.flatMap((sweep) => sharpnessRows(sweep, sweep.batch >= images)),
    ...sweeps.flatMap((sweep) => lineRows(sweep, theory, tolerance)),
  ];
}

/** What the toy without noise shows at one k. */
export interface NoiselessToy {
  readonly k: number;
  readonly regime: string;
  readonly loss: number;
  /** The equilibrium loss of T4. */
  readonly closedForm: number;
  /** ELR lambda / 2 at the last point, lambda the largest curvature on the sphere at its minimum. */
  readonly sharpness: number;
}

/** Beyond it the motion of several groups is chaotic, and the closed form of T4 no longer an average. */
const REGULAR = 2;

/** The same statements of the toy without noise. */
export const noiselessRows = (runs: readonly NoiselessToy[]): Prediction[] =>
  runs.flatMap(({ k, regime, loss, closedForm, sharpness }): Prediction[] => {
    const at = `k ${Number(k.toPrecision(3))}`;
    if (regime === 'convergence') {
      const given = { name: `${SHARPNESS} at most 1, ${at}`, source: 'T3', predicted: 1, measured: sharpness };
      return [boundPrediction({ ...given, tolerance: BOUND_TOLERANCE })];
    }
    if (regime !== 'chaotic equilibrium' || k > REGULAR) return [];
    const given = { name: `equilibrium loss, closed form, ${at}`, source: 'T4', predicted: closedForm, measured: loss };
    return [factorPrediction({ ...given, tolerance: EDGE_FACTOR })];
  });
