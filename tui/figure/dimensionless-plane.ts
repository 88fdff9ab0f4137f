import { logarithmicSteps, THEORY_NAME } from './closed-form.js';
import type { Figure, FigurePoint, FigureSeries } from './figure.js';
import { isOnScale, type Range } from './scale.js';

/**
 * The plane of loss and EGN in which toy and network have the same axes (theory.md, 3.6): x = F / L, L the loss of random points, and
 * y = g sqrt(ELR / 2L), g the root mean square of the EGN. R = ELR g^2 / (4 F) = y^2 / (2x) is constant along lines of slope 1/2.
 */
export interface PlaneAxes {
  /** Lowest and highest value. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** What is averaged of a run: loss, noise floor ELR E|g|^2 / 4, and loss of random points, in one unit. */
export interface PlaneLevels {
  readonly loss: number;
  readonly floor: number;
  readonly randomLoss: number;
}

/** y at a relative loss and a noise share: sqrt(2 R x). */
export const heightAt = (x: number, noiseShare: number): number => Math.sqrt(2 * noiseShare * x);

/** The place of a run in the plane. */
export const placeOf = ({ loss, floor, randomLoss }: PlaneLevels): FigurePoint => ({
  x: loss / randomLoss,
  y: Math.sqrt((2 * floor) / randomLoss),
});

/** Noise shares that have a line: a tenth of the loss is noise, all of it, and steps too large for the law. */
const SHARES = [0.1, 1, 10];
const SHARES_NAME = `R ${SHARES.join(', ')}`;
/** From a converged run to random points, and R as of the lines: axes are at least as long. */
const USUAL: PlaneAxes = { x: [0.01, 1.5], y: [heightAt(0.01, 0.1), heightAt(1.5, 10)] };
/** Room beyond the outermost places, as a factor. */
const ROOM = 1.2;

/** Axes with room for all places, and for those of other axes. */
export function planeAxes(places: readonly FigurePoint[], { x, y }: PlaneAxes = USUAL): PlaneAxes {
  const shown = places.filter((place) => isOnScale(place.x, 'logarithmic') && isOnScale(place.y, 'logarithmic'));
  const hull = ([low, high]: Range, values: readonly number[]): Range => [
    values.reduce((least, value) => Math.min(least, value / ROOM), low),
    values.reduce((most, value) => Math.max(most, value * ROOM), high),
  ];
  return {
    x: hull(
      x,
      shown.map((place) => place.x),
    ),
    y: hull(
      y,
      shown.map((place) => place.y),
    ),
  };
}

/** The lines of equal R, as far as they are within the axes. */
function equalShares({ x: [left, right], y: [low, high] }: PlaneAxes): FigureSeries[] {
  return SHARES.flatMap((share): FigureSeries[] => {
    const from = Math.max(left, low ** 2 / (2 * share));
    const to = Math.min(right, high ** 2 / (2 * share));
    if (!(from < to)) return [];
    const points = [from, to].map((x) => ({ x, y: heightAt(x, share) }));
    return [{ name: `R = ${share}`, legend: SHARES_NAME, label: `R ${share}`, kind: 'theory', look: 'faint', points }];
  });
}

/** k - 1 from next to the threshold to beyond all divergence. */
const EXCESS = [1e-8, 1e10] as const;

/** All equilibria of T4: x = 1 - 1/k and y^2 = k - 1/k, so that y^2 = 1/(1 - x) - (1 - x), whatever S is. */
function equilibria(look: FigureSeries['look']): FigureSeries {
  const points = logarithmicSteps(...EXCESS).map((excess): FigurePoint => {
    const k = 1 + excess;
    return { x: excess / k, y: Math.sqrt((excess * (2 + excess)) / k) };
  });
  return { name: `${THEORY_NAME} (T4)`, kind: 'theory', points, ...(look && { look }) };
}

const DETAILS = [
  'L: mean loss of random points, in the toy half the sum S of its alphas; EGN: root mean square',
  'sqrt(2L / ELR) stands for S: in the toy 2L is S everywhere, and 1 / ELR is S where convergence ends',
  `grey: lines of equal R = ELR E[EGN^2] / (4 loss), ${SHARES.join(', ')}; the closed form (T4) has no parameter`,
];

/** What lies in the plane. */
export interface DimensionlessPlane {
  /** Whose plane it is. */
  readonly title: string;
  /** Points and paths in the units of the plane. */
  readonly series: readonly FigureSeries[];
  readonly axes: PlaneAxes;
  /** How T4 is drawn; null: not at all. Default: as a line. */
  readonly theory?: FigureSeries['look'] | null;
  readonly notes?: readonly string[];
  readonly details?: readonly string[];
}

/** The plane with what lies in it: the lines of equal R, and the equilibria of T4. */
export function dimensionlessPlane(plane: DimensionlessPlane): Figure {
  const { title, series, axes, theory, notes = [], details = [] } = plane;
  return {
    name: 'loss-egn',
    title: `${title}: EGN against loss`,
    x: { label: 'loss / L (L: random points)', scale: 'logarithmic', range: axes.x },
    y: { label: 'EGN sqrt(ELR / 2L)', scale: 'logarithmic', range: axes.y },
    series: [...equalShares(axes), ...series, ...(theory === null ? [] : [equilibria(theory)])],
    marks: [],
    notes,
    details: [...DETAILS, ...details],
  };
}
