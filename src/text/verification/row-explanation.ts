import type { MeasuredRun } from '../../regime/analyse.js';
import type { Prediction } from '../../verify/prediction.js';
import { stationaryEquilibria } from '../../verify/threshold-rows.js';
import type { Verification } from '../../verify/verify.js';
import { formatNumber } from '../output.js';
import { verdict } from './prediction-table.js';
import { rowStatement } from './row-formulas.js';
import { withShortElrs } from './short-elrs.js';

/** A row of the table of predictions in full: what it states, both numbers, the runs behind it and the reason for its verdict. */
export interface RowExplanation {
  readonly title: string;
  /** A name and what is said under it. */
  readonly facts: readonly (readonly [name: string, text: string])[];
  readonly runs: readonly MeasuredRun[];
}

const numberText = (value: number | string | null, error: number | undefined): string => {
  if (value === null) return 'none';
  if (typeof value === 'string') return value;
  if (error === undefined) return formatNumber(value);
  return `${formatNumber(value)} +- ${Number.isFinite(error) ? formatNumber(error, 2) : 'unknown'}`;
};

/** How far the two are apart, and how far they may be. */
function errorText({ error, errorKind, tolerance }: Prediction): string {
  if (error === null) return 'none: nothing could be compared';
  const size = (value: number): string => {
    if (errorKind === 'relative') return `${formatNumber(100 * value, 3)}%`;
    return errorKind === 'factor' ? `a factor ${formatNumber(value, 3)}` : formatNumber(value, 3);
  };
  return `${size(error)}, allowed ${size(tolerance)}`;
}

/** Why the verdict is what it is, with what is said about the numbers. */
function reasonText({ holds, note, error }: Prediction): string {
  if (holds === null) return note ?? 'not known';
  const allowed = error === null ? [] : [`the error is ${holds ? 'within' : 'beyond'} what is allowed`];
  return (
    [...allowed, ...(note === undefined ? [] : [note])].join('; ') || (holds ? 'as predicted' : 'not as predicted')
  );
}

/** The runs behind a row: the one at the ELR in its name, those that bracket a threshold or that it is read from, else all. */
function runsBehind(row: Prediction, { runs, thresholds }: Pick<Verification, 'runs' | 'thresholds'>): MeasuredRun[] {
  const elr = Number(/ELR ([\d.e+-]+)/.exec(row.name)?.[1]);
  const own = runs.filter((run) => run.elr === elr);
  if (own.length > 0) return own;
  if (row.group !== 'thresholds') return [...runs];
  const { below, above } = row.name.startsWith('divergence') ? thresholds.divergence : thresholds.convergence;
  const read = row.source.includes('T4') || row.source === 'T6' ? stationaryEquilibria(runs).slice(0, 2) : [];
  return runs.filter((run) => run.elr === below || run.elr === above || read.includes(run));
}

/** The explanation of a row of a sweep. */
export function rowExplanation(
  row: Prediction,
  verification: Pick<Verification, 'runs' | 'thresholds'>,
): RowExplanation {
  const statement = rowStatement(row.name);
  const measured = numberText(row.measured, row.measuredError);
  const within =
    row.measuredFactor === undefined ? '' : `, known within a factor ${formatNumber(row.measuredFactor, 3)}`;
  const facts: (readonly [string, string])[] = [
    ['verdict', verdict(row)],
    [
      'states',
      statement === undefined ? withShortElrs(row.name) : `${statement.formula} (${row.source} in docs/theory.md)`,
    ],
    ...(statement === undefined ? [] : [['that is', statement.meaning] as const]),
    ['predicted', numberText(row.predicted, row.predictedError)],
    ['measured', `${measured}${within}`],
    ['error', errorText(row)],
    ['reason', withShortElrs(reasonText(row))],
  ];
  return { title: withShortElrs(row.name), facts, runs: runsBehind(row, verification) };
}
