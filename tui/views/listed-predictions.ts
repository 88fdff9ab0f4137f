import { verdict } from '../../src/text/verification/prediction-table.js';
import { withShortElrs } from '../../src/text/verification/short-elrs.js';
import type { Prediction } from '../../src/verify/prediction.js';

/** All that a word of the filter is looked for in: verdict, group and name, with ELRs as they are and as they are shown. */
const wordsOf = (row: Prediction): string =>
  [verdict(row), row.group ?? '', row.name, withShortElrs(row.name)].join(' ').toLowerCase();

/** The labels of a row, such as T4 and K1'. */
const labelsOf = ({ source }: Prediction): readonly string[] => source.toLowerCase().split(/,\s*/);

const LABEL = /^[tk]\d+'?$/;

/** Whether a row has a word: a label of theory.md as a whole, so that T1 is not T14, and anything else as a part. */
const has = (row: Prediction, word: string): boolean =>
  LABEL.test(word) ? labelsOf(row).includes(word) : wordsOf(row).includes(word);

/** The predictions that have every word of a filter, in their order. */
export function listedPredictions(predictions: readonly Prediction[], filter: string): readonly Prediction[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0 ? predictions : predictions.filter((row) => words.every((word) => has(row, word)));
}
