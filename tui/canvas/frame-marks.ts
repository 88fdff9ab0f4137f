import type { FigureMark } from '../figure/figure.js';
import { placeOf } from './grid.js';
import type { Plot } from './plot.js';

/** Verticals of thresholds and of the cursor, where nothing else is; the cursor goes before a threshold in its column. */
export function drawMarks({ grid, glyphs, x }: Plot, marks: readonly FigureMark[]): void {
  const ordered = [...marks].sort((a, b) => Number(b.kind === 'cursor') - Number(a.kind === 'cursor'));
  for (const { kind, x: value } of ordered) {
    const part = x.part(value);
    if (!(part >= 0 && part <= 1)) continue;
    const text = kind === 'cursor' ? glyphs.cursorLine : glyphs.threshold;
    for (let row = 0; row < grid.rows; row++) {
      grid.putBehind(placeOf(part, grid.columns), row, { text, dim: kind === 'threshold' });
    }
  }
}
