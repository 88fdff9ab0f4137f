import { equilibriumFractions } from '../../toy/theory/equilibrium.js';
import type { FigurePoint, FigureSeries } from './figure.js';

/** T3 and T4 in the units of toy or network: what is drawn over everything that is measured. */
export interface ClosedForm {
  /** ELR at which k is 1. */
  readonly threshold: number;
  /** Mean loss of random points: S / 2 of the toy. */
  readonly randomLoss: number;
}

export const THEORY_NAME = 'closed form';
const POINTS = 400;

/** Loss, EGN and ESS at an ELR: all 0 up to the threshold. EGN is ESS / ELR. */
export function levelsAt(
  { threshold, randomLoss }: ClosedForm,
  elr: number,
): { loss: number; egn: number; ess: number } {
  const k = elr / threshold;
  if (!(k > 1)) return { loss: 0, egn: 0, ess: 0 };
  const { loss, egn, ess } = equilibriumFractions(k - 1);
  return { loss: 2 * loss * randomLoss, egn: egn / threshold, ess };
}

/** So many values from low to high, equally spaced in the logarithm. */
export const logarithmicSteps = (low: number, high: number, count = POINTS): number[] =>
  Array.from({ length: count }, (_, i) => low * (high / low) ** (i / (count - 1)));

/** The closed form through ELRs between two, with its corner at the threshold. */
export function elrCurve(
  [low, high]: readonly [number, number],
  threshold: number,
  value: (elr: number) => number,
): FigureSeries {
  const elrs = [...logarithmicSteps(low, high), ...(threshold > low && threshold < high ? [threshold] : [])];
  const points = elrs.sort((a, b) => a - b).map((elr): FigurePoint => ({ x: elr, y: value(elr) }));
  return { name: THEORY_NAME, kind: 'theory', points };
}

/** A level between two places of an axis. */
export const levelLine = (
  y: number,
  [from, to]: readonly [number, number],
  label?: string,
  name = `${THEORY_NAME}: level`,
): FigureSeries => ({
  name,
  kind: 'theory',
  ...(label !== undefined && { label }),
  points: [
    { x: from, y },
    { x: to, y },
  ],
});
