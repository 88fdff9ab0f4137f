/** Cells of a grid as numbers that pass between threads quickly: objects would take longer to copy than to compute. */
import { REGIMES } from '../../src/regime/classifier.js';
import { withParameter } from './axis.js';
import { type Cell, type CellOptions, type CellParameters, type Detail, evaluateCells } from './cells.js';

/** Cells that differ in two parameters: values of both for each cell. */
export interface CellTask {
  readonly base: CellParameters;
  readonly names: readonly [string, string];
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly options: CellOptions;
}

/** The cells of a task, in its order. */
export function evaluateTask({ base, names, x, y, options }: CellTask): Cell[] {
  const cells = Array.from(x, (value, i) => withParameter(withParameter(base, names[0], value), names[1], y[i]!));
  return evaluateCells(cells, options);
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

export function packCells(cells: readonly Cell[]): PackedCells {
  const groups = cells[0]?.shares.length ?? 0;
  const width = NUMBERS.length + groups;
  const numbers = new Float64Array(cells.length * width);
  const codes = new Uint8Array(cells.length * CODES);
  for (const [i, cell] of cells.entries()) {
    for (const [column, name] of NUMBERS.entries()) numbers[i * width + column] = cell[name] ?? Number.NaN;
    numbers.set(cell.shares, i * width + NUMBERS.length);
    codes[i * CODES] = OUTCOMES.indexOf(cell.regime);
    codes[i * CODES + 1] = DETAILS.indexOf(cell.detail);
    codes[i * CODES + 2] =
      (cell.collapsed ? COLLAPSED : 0) +
      (cell.lyapunov === null ? NO_LYAPUNOV : 0) +
      (cell.noiseShare === null ? NO_NOISE_SHARE : 0);
  }
  return { count: cells.length, groups, numbers, codes };
}

export function unpackCells({ count, groups, numbers, codes }: PackedCells): Cell[] {
  const width = NUMBERS.length + groups;
  return Array.from({ length: count }, (_, i): Cell => {
    const at = i * width;
    const truths = codes[i * CODES + 2]!;
    return {
      relativeLoss: numbers[at]!,
      loss: numbers[at + 1]!,
      egn: numbers[at + 2]!,
      ess: numbers[at + 3]!,
      shares: Array.from(numbers.subarray(at + NUMBERS.length, at + width)),
      regime: OUTCOMES[codes[i * CODES]!]!,
      detail: DETAILS[codes[i * CODES + 1]!]!,
      lyapunov: truths & NO_LYAPUNOV ? null : numbers[at + 4]!,
      noiseShare: truths & NO_NOISE_SHARE ? null : numbers[at + 5]!,
      collapsed: (truths & COLLAPSED) !== 0,
    };
  });
}
