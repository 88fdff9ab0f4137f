/** Parameters of cells, one by one and as columns of numbers, which a grid fills without an object for each cell. */
import type { ToyMotion } from '../theory/closed-form.js';

type MotionNumbers = Pick<
  ToyMotion,
  'elr' | 'learningRate' | 'weightDecay' | 'momentum' | 'probability' | 'noise' | 'secondMoment'
>;

/** Parameters of one cell. Cells of one call name the same ones; the options name the law of multiplicative noise. */
export interface CellParameters extends MotionNumbers {
  /** Of no effect where the options give a program. */
  readonly alpha: readonly number[];
  /** Samples of a finite set, and of a batch, in place of those of the options' batches. */
  readonly samples?: number;
  readonly batch?: number;
}

/** A parameter that is one number. */
export type ParameterName = Exclude<keyof CellParameters, 'alpha'>;

const NAMES: readonly ParameterName[] = [
  ...(['elr', 'learningRate', 'weightDecay', 'momentum', 'probability', 'noise'] as const),
  ...(['secondMoment', 'samples', 'batch'] as const),
];

/** Parameters of many cells: of each the numbers of all cells, where the cells have it. */
export interface ParameterColumns extends Readonly<Partial<Record<ParameterName, Float64Array>>> {
  readonly count: number;
  readonly groups: number;
  /** `groups` numbers a cell. */
  readonly alphas: Float64Array;
}

/** Columns of cells that name the same parameters. */
export function columnsOf(cells: readonly CellParameters[]): ParameterColumns {
  const groups = cells[0]?.alpha.length ?? 0;
  const alphas = new Float64Array(cells.length * groups);
  for (const [i, { alpha }] of cells.entries()) alphas.set(alpha, i * groups);
  const named = NAMES.filter((name) => cells[0]?.[name] !== undefined);
  const numbers = named.map((name) => [name, Float64Array.from(cells, (cell) => cell[name]!)]);
  return { count: cells.length, groups, alphas, ...Object.fromEntries(numbers) };
}

/** Columns of `count` times the same cell. */
export function repeatedCell(cell: CellParameters, count: number): ParameterColumns {
  const groups = cell.alpha.length;
  const alphas = new Float64Array(count * groups);
  for (let i = 0; i < count; i += 1) alphas.set(cell.alpha, i * groups);
  const named = NAMES.filter((name) => cell[name] !== undefined);
  const numbers = named.map((name) => [name, new Float64Array(count).fill(cell[name]!)]);
  return { count, groups, alphas, ...Object.fromEntries(numbers) };
}

/** The cells from one to before another, which share the numbers of all. */
export function partOfColumns(columns: ParameterColumns, from: number, to: number): ParameterColumns {
  const end = Math.min(to, columns.count);
  const numbers = NAMES.filter((name) => columns[name] !== undefined).map((name) => [
    name,
    columns[name]!.subarray(from, end),
  ]);
  const { groups, alphas } = columns;
  return {
    ...{ count: end - from, groups, alphas: alphas.subarray(from * groups, end * groups) },
    ...Object.fromEntries(numbers),
  };
}

/** The alphas of one cell. */
export const alphaOf = ({ alphas, groups }: ParameterColumns, cell: number): Float64Array =>
  alphas.subarray(cell * groups, (cell + 1) * groups);
