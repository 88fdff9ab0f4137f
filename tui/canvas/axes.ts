import type { FigureAxis, FigureMark } from '../figure/figure.js';
import type { Scale } from '../figure/scale.js';
import { type Tick, ticks } from '../figure/ticks.js';
import type { Line } from '../line/styled.js';
import { categoryNames } from './category-names.js';
import type { GlyphSet } from './glyphs.js';
import { placeOf } from './grid.js';

/** Rows of a plot for each tick of its vertical axis, columns for each of its horizontal one. */
const ROOM = { rows: 3, columns: 10 };

export const verticalTicks = (scale: Scale, rows: number): Tick[] =>
  ticks(scale, Math.max(2, Math.ceil(rows / ROOM.rows)));

/** Labels and frame left of every row of a plot, all `width` + 1 columns wide. */
export function verticalAxis(scale: Scale, rows: number, width: number, { frame }: GlyphSet): Line[] {
  const labels = new Map<number, string>();
  for (const { value, label } of verticalTicks(scale, rows)) {
    const row = rows - 1 - placeOf(scale.part(value), rows);
    if (!labels.has(row)) labels.set(row, label);
  }
  return Array.from({ length: rows }, (_, row) => {
    const label = labels.get(row);
    const text = `${(label ?? '').slice(0, width).padStart(width)}${label === undefined ? frame.vertical : frame.tickY}`;
    return [{ text, dim: true }];
  });
}

/** Ticks whose labels do not touch, with the column at which each label begins. */
function placedTicks(all: readonly Tick[], scale: Scale, columns: number) {
  const placed: { column: number; start: number; label: string }[] = [];
  let free = 0;
  for (const { value, label } of all) {
    const column = placeOf(scale.part(value), columns);
    const start = Math.max(0, Math.min(column - Math.floor(label.length / 2), columns - label.length));
    if (start < free || label.length > columns) continue;
    placed.push({ column, start, label });
    free = start + label.length + 1;
  }
  return placed;
}

/** Names of categories, as short as the room of each asks for. */
function categoryTicks(categories: readonly string[], columns: number): Tick[] {
  const room = Math.max(1, Math.floor(columns / Math.max(1, categories.length)) - 1);
  return categoryNames(categories, room).map((label, value) => ({ value, label }));
}

/** Frame and tick labels below a plot, without the margin to the left: two texts of `columns` characters. */
export function horizontalAxis(
  axis: FigureAxis,
  scale: Scale,
  columns: number,
  { glyphs, marks }: { readonly glyphs: GlyphSet; readonly marks: readonly FigureMark[] },
): { readonly rule: string; readonly labels: string } {
  const { frame } = glyphs;
  const rule = Array.from({ length: columns }, () => frame.horizontal);
  const labels = Array.from({ length: columns }, () => ' ');
  const wanted = axis.categories
    ? categoryTicks(axis.categories, columns)
    : ticks(scale, Math.max(2, Math.floor(columns / ROOM.columns)));
  for (const { column, start, label } of placedTicks(wanted, scale, columns)) {
    if (axis.categories === undefined) rule[column] = frame.tickX;
    labels.splice(start, label.length, ...label);
  }
  for (const { kind, x } of marks) {
    const part = scale.part(x);
    if (kind === 'cursor' && part >= 0 && part <= 1) rule[placeOf(part, columns)] = frame.cursor;
  }
  return { rule: rule.join(''), labels: labels.join('') };
}
