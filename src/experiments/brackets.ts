import type { Bracket } from '../regime/analyse.js';

/** Whether `a` lies wholly below `b`, so that their thresholds can be distinguished; an open side has no end. */
export const isBelow = (a: Bracket, b: Bracket): boolean => a.above !== null && b.below !== null && a.above <= b.below;

/** The ends of a bracket as words; `?` for an open side. */
export const bracketText = ({ below, above }: Bracket): string =>
  [below, above].map((value) => (value === null ? '?' : String(Number(value.toPrecision(3))))).join('..');
