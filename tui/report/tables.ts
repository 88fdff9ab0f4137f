import type { MeasuredRun } from '../../src/regime/analyse.js';
import { formatNumber } from '../../src/text/output.js';
import {
  counts,
  formatError,
  formatUncertainty,
  formatValue,
  verdict,
} from '../../src/text/verification/prediction-table.js';
import { shownNames, withShortElrs } from '../../src/text/verification/short-elrs.js';
import { GROUP_TITLES } from '../../src/text/verification/verification-text.js';
import { GROUPS, type Prediction } from '../../src/verify/prediction.js';
import { element, type Markup } from './html.js';

/** The tables of the page. Each cell carries the title of its column, which a narrow screen shows in its place. */

interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
}

interface Row {
  readonly cells: readonly (string | Markup)[];
  /** Below the row, over its whole width. */
  readonly remark?: string | undefined;
}

/** Words in place of a number, which may be broken. */
const LONGEST_NUMBER = 24;
const isLong = (cell: string | Markup): boolean => typeof cell === 'string' && cell.length > LONGEST_NUMBER;

function table(caption: string, columns: readonly Column[], rows: readonly Row[]): Markup {
  const classOf = ({ isNumber = false }: Column): string | undefined => (isNumber ? 'number' : undefined);
  const head = columns.map((column) => element('th', { scope: 'col', class: classOf(column) }, column.title));
  const body = rows.flatMap(({ cells, remark }) => {
    const own = cells.map((cell, i) =>
      element(
        'td',
        { class: isLong(cell) ? 'words' : classOf(columns[i]!), ...(i > 1 && { 'data-label': columns[i]!.title }) },
        cell,
      ),
    );
    const row = element('tr', {}, own);
    if (remark === undefined) return [row];
    const note = element('td', { class: 'note', colspan: String(columns.length) }, remark);
    return [row, element('tr', { class: 'reason' }, note)];
  });
  return element('table', {}, [
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, head)),
    element('tbody', {}, body),
  ]);
}

/** A hyphen stands for nothing in a table of text; here the cell is empty. */
const orNothing = (text: string): string => (text === '-' ? '' : text);

const withError = (value: string, error: string): string => (error === '' ? value : `${value} ± ${error}`);

const PREDICTION_COLUMNS: readonly Column[] = [
  { title: 'verdict' },
  { title: 'prediction' },
  { title: 'predicted', isNumber: true },
  { title: 'measured', isNumber: true },
  { title: 'error', isNumber: true },
  { title: 'allowed', isNumber: true },
  { title: 'from' },
];

function predictionRow(prediction: Prediction, name: string): Row {
  const { source, predicted, measured, tolerance, predictedError, measuredError, measuredFactor } = prediction;
  const word = verdict(prediction);
  return {
    cells: [
      element('span', { class: word.toLowerCase() }, word),
      name,
      withError(orNothing(formatValue(predicted)), formatUncertainty(predictedError)),
      withError(orNothing(formatValue(measured)), formatUncertainty(measuredError, measuredFactor)),
      orNothing(formatError(prediction)),
      prediction.error === null ? '' : formatError({ ...prediction, error: tolerance }),
      source,
    ],
    remark: prediction.note === undefined ? undefined : withShortElrs(prediction.note),
  };
}

/** The predictions in their groups, each with its reason where it has one. */
export const predictionTables = (predictions: readonly Prediction[]): Markup[] =>
  GROUPS.flatMap((group) => {
    const rows = predictions.filter((row) => row.group === group);
    if (rows.length === 0) return [];
    const names = shownNames(rows.map(({ name }) => name));
    const cells = rows.map((row, i) => predictionRow(row, names[i]!));
    return [table(`${GROUP_TITLES[group]}: ${counts(rows)}`, PREDICTION_COLUMNS, cells)];
  });

const RUN_COLUMNS: readonly Column[] = [
  { title: 'ELR' },
  { title: 'regime' },
  { title: 'loss', isNumber: true },
  { title: 'R', isNumber: true },
  { title: 'accuracy', isNumber: true },
  { title: 'EGN', isNumber: true },
  { title: 'ESS', isNumber: true },
];

/** The runs, seeds together, with the reason for each regime. */
export const runTable = (runs: readonly MeasuredRun[]): Markup =>
  table(
    'Runs',
    RUN_COLUMNS,
    runs.map(({ elr, regime, loss, errors, noiseShare, accuracy, egn, ess, evidence, status }) => ({
      cells: [
        `ELR ${formatNumber(elr)}`,
        regime,
        withError(formatNumber(loss), errors === null ? '' : formatUncertainty(errors.loss)),
        withError(formatNumber(noiseShare.value, 3), formatUncertainty(noiseShare.error)),
        ...[accuracy, egn, ess].map((value) => formatNumber(value)),
      ],
      remark: status === 'failed' ? `failed; ${evidence.reason}` : evidence.reason,
    })),
  );
