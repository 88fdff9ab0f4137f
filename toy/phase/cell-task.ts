/** Cells of a grid as numbers that pass between threads quickly: objects would take longer to copy than to compute. */
import { REGIMES } from '../../src/regime/regime.js';
import { withParameterEach } from './axis.js';
import { type CellParameters, repeatedCell } from './cell-parameters.js';
import { type Cell, type CellOptions, type Detail, evaluateColumns } from './cells.js';

/** Cells that differ in two parameters: values of both for each cell. */
export interface CellTask {
  readonly base: CellParameters;
  readonly names: readonly [string, string];
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly options: CellOptions;
}

const OUTCOMES = [...REGIMES, 'undecided'] as const;
const DETAILS: readonly Detail[] = [null, 'quasi-periodic', 'chaotic'];
const NUMBERS = ['relativeLoss', 'loss', 'egn', 'ess', 'lyapunov', 'noiseShare'] as const;
/** What of a cell is one of a few: its regime, its detail, and what is true of it. */
const CODES = 3;
const [COLLAPSED, NO_LYAPUNOV, NO_NOISE_SHARE] = [1, 2, 4];

/** Cells as columns of numbers. */
export interface PackedCells {
  readonly count: number;
  readonly groups: number;
  readonly numbers: Float64Array;
  readonly codes: Uint8Array;
}

const widthOf = (groups: number): number => NUMBERS.length + groups;

function packCells(into: PackedCells, cells: readonly Cell[], from: number): void {
  const { groups, numbers, codes } = into;
  let at = from * widthOf(groups);
  let code = from * CODES;
  for (const cell of cells) {
    for (const name of NUMBERS) numbers[at++] = cell[name] ?? Number.NaN;
    for (const share of cell.shares) numbers[at++] = share;
    codes[code] = OUTCOMES.indexOf(cell.regime);
    codes[code + 1] = DETAILS.indexOf(cell.detail);
    codes[code + 2] =
      (cell.collapsed ? COLLAPSED : 0) +
      (cell.lyapunov === null ? NO_LYAPUNOV : 0) +
      (cell.noiseShare === null ? NO_NOISE_SHARE : 0);
    code += CODES;
  }
}

/** The cells of a task, in its order. */
export function evaluateTask({ base, names, x, y, options }: CellTask): PackedCells {
  const count = x.length;
  const along = withParameterEach(repeatedCell(base, count), names[0], x);
  const cells = withParameterEach(along, names[1], y);
  const groups = options.user?.program.groups.length ?? cells.groups;
  const numbers = new Float64Array(count * widthOf(groups));
  const packed = { count, groups, numbers, codes: new Uint8Array(count * CODES) };
  evaluateColumns(cells, options, (chunk, from) => packCells(packed, chunk, from));
  return packed;
}

/** One of the cells. */
export function unpackCell({ groups, numbers, codes }: PackedCells, place: number): Cell {
  const at = place * widthOf(groups);
  const truths = codes[place * CODES + 2]!;
  const shares: number[] = [];
  for (let i = at + NUMBERS.length; i < at + widthOf(groups); i += 1) shares.push(numbers[i]!);
  return {
    relativeLoss: numbers[at]!,
    loss: numbers[at + 1]!,
    egn: numbers[at + 2]!,
    ess: numbers[at + 3]!,
    shares,
    regime: OUTCOMES[codes[place * CODES]!]!,
    detail: DETAILS[codes[place * CODES + 1]!]!,
    lyapunov: truths & NO_LYAPUNOV ? null : numbers[at + 4]!,
    noiseShare: truths & NO_NOISE_SHARE ? null : numbers[at + 5]!,
    collapsed: (truths & COLLAPSED) !== 0,
  };
}
