import { AVERAGE_NAME } from '../../src/regime/averaged-part.js';
import { formatNumber } from '../../src/text/output.js';
import {
  type DimensionlessPlane,
  dimensionlessPlane,
  heightAt,
  type PlaneAxes,
  planeAxes,
} from './dimensionless-plane.js';
import { elrKey } from './elr-key.js';
import type { Figure, FigurePoint, FigureRegime, FigureSeries } from './figure.js';
import { dimensionlessPath, type PathRun } from './loss-egn.js';

/** A run of the toy, simulated. */
export interface ToyPlanePoint {
  readonly elr: number;
  /** Loss over that of random points, S / 2. */
  readonly relativeLoss: number;
  /** R; null where the loss vanished before it could be read. */
  readonly noiseShare: number | null;
  readonly regime: FigureRegime;
  readonly collapsed?: boolean;
}

/** The toy's runs, and what its plane is to be compared with. */
export interface ToyPlane extends Pick<DimensionlessPlane, 'title' | 'theory'> {
  readonly points: readonly ToyPlanePoint[];
  /** Runs whose paths are drawn too, and the loss of random points. */
  readonly paths?: readonly PathRun[];
  readonly randomLoss: number;
  /** Of the network beside it; default: as long as usual. */
  readonly beside?: PlaneAxes | undefined;
}

/** From the left end of the axis to where runs that leave the plane are drawn: marks have room there. */
const INSET = 1.15;

/** A converging run falls without end: it is drawn where it leaves the plane, on its line of equal R. */
function placed({ elr, relativeLoss, noiseShare, regime, collapsed }: ToyPlanePoint, left: number): FigurePoint {
  const key = elrKey(elr);
  if (collapsed || noiseShare === null)
    return { x: Number.NaN, y: Number.NaN, regime, key, reason: collapsed ? 'collapsed' : 'the loss vanished: no R' };
  const x = Math.max(relativeLoss, left);
  const reason =
    relativeLoss < left ? `loss / L ${formatNumber(relativeLoss, 3)}: at the left edge, at its R` : undefined;
  return { x, y: heightAt(x, noiseShare), regime, key, ...(reason && { reason }) };
}

/** As much of a path as is right of the edge. */
const cut = (path: FigureSeries, left: number): FigureSeries => ({
  ...path,
  points: path.points.filter(({ x }) => x >= left),
});

/** The plane of the toy: its runs by what they do, on the axes of a network's. */
export function toyPlaneFigure(toy: ToyPlane): Figure {
  const { title, theory, points, paths = [], randomLoss, beside } = toy;
  const base = planeAxes([], beside);
  const left = base.x[0] * INSET;
  const runs = points.map((point) => placed(point, left));
  const shown = paths.map((path) => cut(dimensionlessPath(path, randomLoss), left));
  const below = runs.filter(({ x, reason }) => reason !== undefined && x === left).length;
  const all = planeAxes([...runs, ...shown.flatMap((path) => path.points)], base);
  return dimensionlessPlane({
    title,
    series: [...shown, { name: 'runs', kind: 'points', points: runs }],
    // What has left the plane is on its edge.
    axes: { x: [base.x[0], all.x[1]], y: all.y },
    ...(theory !== undefined && { theory }),
    notes: below === 0 ? [] : [`${below} on the left edge, by R`],
    details: [AVERAGE_NAME, ...(below === 0 ? [] : ['on the left edge: runs that converged further, at their R'])],
  });
}
