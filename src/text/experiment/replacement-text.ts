import { pairedCells, type ReplacementCell, shareRatio } from '../../experiments/replacement.js';
import { formatNumber, formatTable, rightAligned } from '../output.js';

/** Batches drawn with and without replacement, as text. */

const COLUMNS = ['loss', 'fell', 'R', '+-', 'floor', 'lost', '+-', 'lost / floor', '+-', 'R without / with', '+-'];

/** Shown beside the cell without replacement. */
function ratioCells(cells: readonly ReplacementCell[], cell: ReplacementCell): string[] {
  const pair = pairedCells(cells).find(({ without }) => without === cell);
  if (pair === undefined) return ['', ''];
  const { mean, error } = shareRatio(pair);
  return [formatNumber(mean, 3), formatNumber(error, 2)];
}

function numbersOf({ share, loss: { loss, fall, predicted, lost, ratio } }: ReplacementCell): string[] {
  const value = (number: number): string => formatNumber(number, 3);
  const error = (number: number): string => formatNumber(number, 2);
  return [
    ...[value(loss.mean), value(fall), value(share.mean), error(share.error), value(predicted.mean)],
    ...[value(lost.mean), error(lost.error), value(ratio.mean), error(ratio.error)],
  ];
}

/** A line for each batch size, way to draw batches, and rate; the ratio of both ways stands beside the first. */
export function replacementTable(cells: readonly ReplacementCell[]): string {
  const columns = [
    ...[{ title: 'of' }, rightAligned('batch'), { title: 'replacement' }, { title: 'rate' }],
    ...COLUMNS.map(rightAligned),
  ];
  const rows = cells.map((cell) => {
    const alike = cells.filter(({ of }) => of === cell.of);
    return [cell.of, String(cell.batch), cell.sampling, cell.words, ...numbersOf(cell), ...ratioCells(alike, cell)];
  });
  return formatTable(columns, rows);
}
