import type { MeasuredRun } from '../measure.js';
import type { RegimeTheory } from '../prediction.js';
import { stationaryEquilibria } from '../predictions/thresholds.js';
import type { Curvature } from '../run/curvature-record.js';
import { curvatureReadings } from './curvature-readings.js';
import { curveReading } from './curve-reading.js';
import { lossReading, stepReading } from './run-readings.js';
import type { ToyReading } from './toy-reading.js';

/** Curvatures measured at the ends of runs at one ELR. */
export interface ElrCurvatures {
  readonly elr: number;
  readonly curvatures: readonly Curvature[];
}

/** The readings of curvature at every ELR where it was measured. */
export const readingsOfCurvature = (curvatures: readonly ElrCurvatures[]): ToyReading[] =>
  curvatures.flatMap(({ elr, curvatures: measured }) => curvatureReadings(elr, measured));

/**
 * Every way of reading a sweep as a toy, by rising ELR: the curve through its equilibria, the loss and the ESS of the first of
 * them, and the curvature at the ends of runs. Where they disagree the network is no toy: which is why all are given.
 */
export function readingsOf(
  runs: readonly MeasuredRun[],
  curvatures: readonly ElrCurvatures[],
  theory: Pick<RegimeTheory, 'ratioFromLoss' | 'ratioFromStep'>,
): ToyReading[] {
  const equilibria = stationaryEquilibria(runs);
  const [first] = equilibria;
  const curve = curveReading(equilibria);
  return [
    ...(curve === undefined ? [] : [curve]),
    ...(first === undefined ? [] : [lossReading(first, theory), stepReading(first, theory)]),
    ...readingsOfCurvature(curvatures),
  ];
}
