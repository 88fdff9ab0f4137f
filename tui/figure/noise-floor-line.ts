import { noiseState } from '../../src/readings/noise-floor.js';
import type { MeasuredRun } from '../../src/regime/analyse.js';
import { formatNumber } from '../../src/text/output.js';
import { elrKey } from './elr-key.js';
import type { FigurePoint, FigureSeries } from './figure.js';

/** What noise keeps of a loss, ELR E|g|^2 / 4 (T14): the theory that is drawn over the losses of a network. */
export const FLOOR_NAME = 'noise floor';

type FlooredRun = Pick<MeasuredRun, 'elr' | 'regime' | 'loss' | 'noiseShare'>;

/** Why the law gives a run no floor; undefined where it gives one. */
function obstacle({ regime, noiseShare: { value } }: FlooredRun): string | undefined {
  if (regime === 'divergence') return 'divergence: steps are too large for the noise floor';
  return noiseState(value) === 'steps too large'
    ? `R ${formatNumber(value, 3)}: steps are too large for the noise floor`
    : undefined;
}

/** ELR E|g|^2 / 4 of a run, from its own gradients; NaN where its steps are too large for the law (divergence, R from 1.75 on). */
export const noiseFloorOf = (run: FlooredRun): number =>
  obstacle(run) === undefined ? run.noiseShare.value * run.loss : Number.NaN;

type PlottedRun = FlooredRun & Pick<MeasuredRun, 'randomLoss'>;

function floorPoint(run: PlottedRun): FigurePoint {
  const { elr, loss, noiseShare, randomLoss } = run;
  const reason = obstacle(run);
  return {
    x: elr,
    y: noiseFloorOf(run) / randomLoss,
    error: reason === undefined ? (noiseShare.error * loss) / randomLoss : Number.NaN,
    key: elrKey(elr),
    ...(reason !== undefined && { reason }),
  };
}

/** The floors of runs against their ELRs, in units of the loss of random points. No line without a run that has one. */
export function noiseFloorLine(runs: readonly PlottedRun[]): FigureSeries[] {
  const points = runs.map(floorPoint);
  return points.some(({ y }) => Number.isFinite(y)) ? [{ name: FLOOR_NAME, kind: 'theory', points }] : [];
}

/** How many runs have no floor, and why, for those who see a line end. */
export function floorNotes(runs: readonly FlooredRun[]): string[] {
  const without = runs.filter((run) => obstacle(run) !== undefined).length;
  return without === 0 || without === runs.length
    ? []
    : [`no noise floor at ${without} of ${runs.length} ELRs: steps are too large for it (R above 1.75, or divergence)`];
}
