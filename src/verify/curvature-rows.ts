import { alphaOfBlocks } from '../readings/curvature-readings.js';
import type { MeasuredRun } from '../regime/analyse.js';
import type { RegimeTheory } from '../regime/theory.js';
import type { Bracket } from '../regime/thresholds.js';
import type { Curvature } from '../run/curvature-record.js';
import { boundPrediction, type Prediction, untestedPrediction } from './prediction.js';
import { thresholdPrediction } from './threshold-rows.js';

/** A run whose curvature was measured at its last weights. */
export interface CurvedRun {
  readonly run: MeasuredRun;
  readonly curvature: Curvature;
}

/**
 * A largest eigenvalue is known to a few percent only: from one choice of images to another it varies by as much, and
 * at the edge of stability it oscillates about 2 / ELR.
 */
const EDGE_TOLERANCE = 0.15;

const sharpness = ({ run, curvature: { largest, images, batch, converged } }: CurvedRun): Prediction =>
  boundPrediction({
    name: `${atMostOne}, ELR ${run.elr}`,
    source: 'T3',
    predicted: 1,
    measured: (run.elr * largest[0]!.value) / 2,
    tolerance: EDGE_TOLERANCE,
    note: `largest eigenvalue over ${images} images in batches of ${batch}${converged ? '' : ', not settled'}`,
  });

const atMostOne = 'ELR lambda / 2 at most 1';
const byEdge = 'convergence threshold, 2 / lambda of the flattest minimum';
const byBlocks = 'convergence threshold, 1 / sum alpha_i of the blocks';

const unmeasured = (): Prediction[] =>
  [
    { name: atMostOne, tolerance: EDGE_TOLERANCE },
    { name: byEdge, tolerance: 1 },
    { name: byBlocks, tolerance: 1 },
  ].map((row) =>
    untestedPrediction({ ...row, source: 'T3', note: 'regimes curvature measures it in runs that converged' }),
  );

const isPositive = (value: number): boolean => value > 0;

/**
 * What curvature says of convergence (T3): no minimum sharper than 2 / ELR can be settled in, so converged runs end below it,
 * and the threshold is where even the flattest minimum, that of the converged run of largest ELR, is too sharp: 2 / lambda, or
 * read as a toy, 1 / sum alpha_i. Untested if no curvature was measured.
 */
export function curvaturePredictions(
  converged: readonly CurvedRun[],
  bracket: Bracket,
  { convergenceThreshold }: Pick<RegimeTheory, 'convergenceThreshold'>,
): Prediction[] {
  const flattest = converged.at(-1);
  if (flattest === undefined) return unmeasured();
  const { run, curvature } = flattest;
  const note = `at the end of ELR ${run.elr}`;
  const alpha = alphaOfBlocks(curvature);
  const source = 'T3';
  const { value } = curvature.largest[0]!;
  const fromEdge = isPositive(value)
    ? thresholdPrediction({ name: byEdge, source, predicted: 2 / value }, bracket)
    : untestedPrediction({ name: byEdge, source, tolerance: 1, note: 'no direction has positive curvature' });
  const fromBlocks = alpha.some(isPositive)
    ? thresholdPrediction(
        { name: byBlocks, source, predicted: convergenceThreshold(alpha.filter(isPositive)) },
        bracket,
      )
    : untestedPrediction({
        name: byBlocks,
        source,
        tolerance: 1,
        note: 'regimes curvature --groups measures the blocks',
      });
  return [...converged.map(sharpness), { ...fromEdge, note: `${fromEdge.note}; ${note}` }, fromBlocks];
}
