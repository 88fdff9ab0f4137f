import type { MeasuredRun } from '../regime/analyse.js';
import type { RegimeTheory } from '../regime/theory.js';
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
const readingsOfCurvature = (curvatures: readonly ElrCurvatures[]): ToyReading[] =>
  curvatures.flatMap(({ elr, curvatures: measured }) => curvatureReadings(elr, measured));

/**
 * Every way of reading runs as a toy, by rising ELR: the curve through their losses, the loss and the ESS of the first of them, and
 * the curvature at the ends of runs. Where they disagree the network is no toy: which is why all are given.
 */
export function readingsOf(
  runs: readonly MeasuredRun[],
  curvatures: readonly ElrCurvatures[],
  theory: Pick<RegimeTheory, 'ratioFromLoss' | 'ratioFromStep'>,
): ToyReading[] {
  const [first] = runs;
  const ofRuns = [
    curveReading(runs),
    ...(first === undefined ? [] : [lossReading(first, theory), stepReading(first, theory)]),
  ];
  return [...ofRuns.filter((reading) => reading !== undefined), ...readingsOfCurvature(curvatures)];
}
