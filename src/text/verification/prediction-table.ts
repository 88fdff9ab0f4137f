import type { Prediction } from '../../verify/prediction.js';
import { type FittedColumn, fitTable, wrapWords } from '../narrow-table.js';
import { formatNumber, rightAligned } from '../output.js';
import { shownNames, withShortElrs } from './short-elrs.js';

/** A number or words of a prediction; a hyphen where there is none. */
export const formatValue = (value: number | string | null): string =>
  value === null ? '-' : typeof value === 'number' ? formatNumber(value) : value;

/** The deviation of a prediction in its kind: percent, factor or absolute. */
export function formatError({ error, errorKind }: Prediction): string {
  if (error === null) return '-';
  if (errorKind === 'relative') return `${formatNumber(100 * error)}%`;
  return errorKind === 'factor' ? `x ${formatNumber(error)}` : formatNumber(error);
}

/** A verdict in a word, without colour: readable in any terminal and in a file. */
export const verdict = ({ holds }: Pick<Prediction, 'holds'>): string =>
  holds === null ? 'untested' : holds ? 'holds' : 'FAILS';

const WORDS_TOO_LONG = 24;
const WIDE = 120;

/** Rows whose numbers are words are printed below the table, where they have room. */
const isLong = ({ predicted, measured }: Prediction): boolean =>
  [predicted, measured].some((value) => typeof value === 'string' && value.length > WORDS_TOO_LONG);

/** What stands first is what a narrow terminal still shows. */
const PREDICTION_COLUMNS: readonly FittedColumn[] = [
  { title: 'verdict' },
  { title: 'prediction', shrink: { by: 'wrapping', minimum: 42 } },
  rightAligned('predicted'),
  { ...rightAligned('+-'), dropOrder: 0 },
  rightAligned('measured'),
  { ...rightAligned('+-'), dropOrder: 0 },
  rightAligned('error'),
  { ...rightAligned('allowed'), dropOrder: 2 },
  { title: 'from', dropOrder: 1 },
];

/** A standard error with the two digits it is good for; nothing where none is known, `?` where the run is too short to tell. */
export function formatUncertainty(error: number | undefined, factor?: number): string {
  if (factor !== undefined) return `x ${formatNumber(factor)}`;
  if (error === undefined) return '';
  return Number.isFinite(error) ? formatNumber(error, 2) : '?';
}

function predictionRow(prediction: Prediction, name: string): string[] {
  const { source, predicted, measured, tolerance, predictedError, measuredError, measuredFactor } = prediction;
  const values = isLong(prediction) ? ['see below', 'see below'] : [predicted, measured].map(formatValue);
  const errors = [formatUncertainty(predictedError), formatUncertainty(measuredError, measuredFactor)];
  const allowed = isLong(prediction) ? '-' : formatError({ ...prediction, error: tolerance });
  const numbers = values.flatMap((value, i) => [value, errors[i]!]);
  return [verdict(prediction), name, ...numbers, formatError(prediction), allowed, source];
}

/** Columns and rows without the columns of errors that are not known in any row. */
function withoutEmptyErrors(rows: readonly string[][]): { columns: FittedColumn[]; rows: string[][] } {
  const kept = PREDICTION_COLUMNS.map(({ title }, i) => title !== '+-' || rows.some((row) => row[i] !== ''));
  return {
    columns: PREDICTION_COLUMNS.filter((_, i) => kept[i]),
    rows: rows.map((row) => row.filter((_, i) => kept[i])),
  };
}

const indented = (text: string, width: number): string[] => wrapWords(text, width - 2).map((line) => `  ${line}`);

/** What has no room in the table: values that are words, and why a row is untested. */
function remark(prediction: Prediction, shown: string, width: number, label?: LabelColumn): string[] {
  const { predicted, measured, holds, note } = prediction;
  const name = label === undefined ? shown : `${label.of(prediction)}: ${shown}`;
  const reason = holds === null && note !== undefined ? indented(`untested: ${withShortElrs(note)}`, width) : [];
  if (isLong(prediction)) {
    const values = [`predicted: ${predicted}`, `measured:  ${measured}`];
    return [name, ...values.flatMap((value) => indented(value, width)), ...reason];
  }
  return reason.length > 0 ? [name, ...reason] : [];
}

/** A column more, before the prediction: one word a row. */
export interface LabelColumn {
  readonly title: string;
  readonly of: (prediction: Prediction) => string;
}

/**
 * The table of predictions, at most `width` columns wide: verdict, predicted, measured, each with its standard error, error;
 * where rows need telling apart, a label after the verdict.
 */
export function predictionTable(predictions: readonly Prediction[], width?: number, label?: LabelColumn): string {
  const names = shownNames(predictions.map(({ name }) => name));
  const remarks = predictions.map((row, i) => remark(row, names[i]!, width ?? WIDE, label).join('\n'));
  const { columns, rows } = withoutEmptyErrors(predictions.map((row, i) => predictionRow(row, names[i]!)));
  const labelled = label === undefined ? columns : columns.toSpliced(1, 0, { title: label.title });
  const cells = label === undefined ? rows : rows.map((row, i) => row.toSpliced(1, 0, label.of(predictions[i]!)));
  const table = fitTable(labelled, cells, width);
  return [table, ...remarks.filter((text) => text !== '')].join('\n\n');
}

/** How many rows hold, fail and could not be tested. */
export function counts(predictions: readonly Prediction[]): string {
  const held = predictions.filter(({ holds }) => holds === true).length;
  const failed = predictions.filter(({ holds }) => holds === false).length;
  return `${held} hold, ${failed} fail, ${predictions.length - held - failed} untested`;
}

/** The same of all predictions, as a sentence. */
export const summary = (predictions: readonly Prediction[]): string =>
  `${counts(predictions).replace(' hold', ' predictions hold')}.`;
