import type { Drawable } from '../figure/drawable.js';
import type { Scale } from '../figure/scale.js';
import { REGIME_STYLE } from '../line/regime-style.js';
import type { Span } from '../line/styled.js';
import { placeOf } from './grid.js';

/** Labels right of a plot, by row, and the columns that they take with the blank before them. */
export interface EndLabels {
  readonly width: number;
  readonly rows: ReadonlyMap<number, Span>;
}

/** Labels of lines at the height of their last point: of several that end in one row, the first that is selected, or the first. */
export function endLabels({ series }: Drawable, y: Scale, rows: number): EndLabels {
  const placed = new Map<number, Span>();
  let width = 0;
  const selectedFirst = [...series].sort((a, b) => Number(b.selected ?? false) - Number(a.selected ?? false));
  for (const { kind, label, pieces, regime, selected = false } of selectedFirst) {
    const end = pieces.at(-1)?.at(-1);
    if (kind === 'path' || label === undefined || end === undefined) continue;
    const row = rows - 1 - placeOf(y.part(end.y), rows);
    if (placed.has(row)) continue;
    const color = regime && REGIME_STYLE[regime].color;
    placed.set(row, { text: label, bold: selected, ...(color && { color }) });
    width = Math.max(width, label.length + 1);
  }
  return { width, rows: placed };
}
