import type { FigureCells } from '../figure/figure.js';
import type { Scale } from '../figure/scale.js';
import type { RegimeStyle } from '../line/regime-style.js';
import { stateStyle, type ValueRamp, valueStyle } from './cell-style.js';
import type { Plot } from './plot.js';
import { shownLimits } from './shown-limits.js';

/** Place of the nearest of rising numbers, by the scale of their axis. */
function nearest(centres: readonly number[], value: number, { part }: Scale): number {
  let [low, high] = [0, centres.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const border = (part(centres[middle]!) + part(centres[middle + 1]!)) / 2;
    if (part(value) < border) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The cell, or while a diagram is coarse the computed one below and left of it. */
function computedAt<T>(values: readonly (readonly (T | null)[])[], row: number, column: number): T | null {
  for (let stride = 1; stride <= 1024; stride *= 2) {
    const value = values[row - (row % stride)]?.[column - (column % stride)];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

function styleOf(cells: FigureCells, ramp: ValueRamp): (row: number, column: number) => RegimeStyle {
  if (cells.kind === 'states') return (row, column) => stateStyle(computedAt(cells.values, row, column));
  const { limits } = shownLimits(cells);
  return (row, column) => valueStyle(computedAt(cells.values, row, column), limits, ramp);
}

/** The cells of a diagram below everything: half blocks in colour show two rows in one; without colour a mark each. */
export function drawCells(
  { grid, glyphs, x, y }: Plot,
  cells: FigureCells,
  { color, ramp }: { readonly color: boolean; readonly ramp: ValueRamp },
): void {
  if (cells.x.length === 0 || cells.y.length === 0) return;
  const style = styleOf(cells, ramp);
  const halves = color && glyphs.ofBits !== undefined ? 2 : 1;
  const at = (place: number, count: number, scale: Scale, centres: readonly number[]): number =>
    nearest(centres, scale.value((place + 0.5) / count), scale);
  const columns = Array.from({ length: grid.columns }, (_, column) => at(column, grid.columns, x, cells.x));
  const rows = Array.from({ length: halves * grid.rows }, (_, row) =>
    at(halves * grid.rows - 1 - row, halves * grid.rows, y, cells.y),
  );
  for (let row = 0; row < grid.rows; row++) {
    for (const [column, cell] of columns.entries()) {
      const top = style(rows[halves * row]!, cell);
      if (halves === 1) grid.ground(column, row, { text: top.mark, ...(color && { color: top.color }) });
      else {
        const bottom = style(rows[2 * row + 1]!, cell);
        // Where both are the same a blank is enough, and a third of the bytes.
        const text = top.color === bottom.color ? ' ' : '▀';
        grid.ground(column, row, { text, color: top.color, background: bottom.color });
      }
    }
  }
}
