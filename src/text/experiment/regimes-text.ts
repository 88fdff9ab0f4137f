import type { Subject } from '../../experiments/experiment.js';
import type { RegimeRow } from '../../experiments/regimes.js';
import { formatNumber, formatTable, rightAligned } from '../output.js';

/** The regimes of a network and of its toy twin, as text. */

const COLUMNS = ['ELR or k', 'loss', '+-', 'test error', '+-', 'EGN', '+-', 'R', '+-'];

/** A number, and an empty cell where there is none. */
const cell = (value: number, digits: number): string => (Number.isNaN(value) ? '' : formatNumber(value, digits));

/** A line for each ELR: regime, loss, test error, EGN and R, each with its standard error where it is known. */
export function regimesTable(subjects: readonly { readonly of: Subject; readonly rows: readonly RegimeRow[] }[]) {
  const rows = subjects.flatMap(({ of, rows: own }) =>
    own.map(({ elr, regime, loss, testError, egn, noiseShare }) => [
      ...[of, regime, formatNumber(elr, 3)],
      ...[loss, testError, egn].flatMap(({ mean, error }) => [cell(mean, 3), cell(error, 2)]),
      ...[cell(noiseShare.value, 3), cell(noiseShare.error, 2)],
    ]),
  );
  return formatTable([{ title: 'of' }, { title: 'regime' }, ...COLUMNS.map(rightAligned)], rows);
}
