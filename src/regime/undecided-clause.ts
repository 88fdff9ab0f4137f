import { formatNumber } from '../numerics/format-number.js';
import type { Bracket } from './analyse.js';

const elrList = (words: string, elrs: readonly number[]): string =>
  elrs.length === 0 ? '' : `; ${words} ${elrs.map((elr) => formatNumber(elr)).join(', ')}`;

/** What could not be decided between the sides of a threshold, as the end of a sentence; empty if there is nothing. */
export const undecidedClause = ({ disputed = [], undecided = [] }: Bracket): string =>
  elrList('seeds disagree at', disputed) + elrList('undecided at', undecided);
