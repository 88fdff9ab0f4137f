import type { MeasuredRun } from '../../src/regime/analyse.js';
import { elrKey } from './elr-key.js';
import type { FigurePoint, FigureSeries } from './figure.js';

/** What noise keeps of a loss, ELR E|g|^2 / 4 (T14): the theory that is drawn over the losses of a network. */
export const FLOOR_NAME = 'noise floor';

/** ELR E|g|^2 / 4 of a run, from its own gradients; NaN where it diverges, since steps are too large for the law there. */
export const noiseFloorOf = ({ regime, loss, noiseShare }: MeasuredRun): number =>
  regime === 'divergence' ? Number.NaN : noiseShare.value * loss;

/** The floors of runs against their ELRs, in units of the loss of random points. No line without a run that has one. */
export function noiseFloorLine(runs: readonly MeasuredRun[]): FigureSeries[] {
  const points = runs
    .map((run): FigurePoint => ({ x: run.elr, y: noiseFloorOf(run) / run.randomLoss, key: elrKey(run.elr) }))
    .filter(({ y }) => Number.isFinite(y));
  return points.length === 0 ? [] : [{ name: FLOOR_NAME, kind: 'theory', points }];
}
