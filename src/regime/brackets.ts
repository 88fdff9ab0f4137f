import { formatNumber } from '../numerics/format-number.js';
import type { Bracket } from './thresholds.js';

/** Whether `a` lies wholly below `b`, so that their thresholds can be distinguished; an open side has no end. */
export const isBelow = (a: Bracket, b: Bracket): boolean => a.above !== null && b.below !== null && a.above <= b.below;

/** The ends of a bracket as words; `?` for an open side. */
export const bracketText = ({ below, above }: Bracket): string =>
  [below, above].map((value) => (value === null ? '?' : String(Number(value.toPrecision(3))))).join('..');

const elrList = (words: string, elrs: readonly number[]): string =>
  elrs.length === 0 ? '' : `; ${words} ${elrs.map((elr) => formatNumber(elr)).join(', ')}`;

/** What could not be decided between the sides of a threshold, as the end of a sentence; empty if there is nothing. */
export const undecidedClause = ({ disputed = [], undecided = [] }: Bracket): string =>
  elrList('seeds disagree at', disputed) + elrList('undecided at', undecided);
