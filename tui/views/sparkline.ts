import type { Glyphs } from '../canvas/glyphs.js';

const LEVELS: Readonly<Record<Glyphs, string>> = { braille: '▁▂▃▄▅▆▇█', block: '▁▂▃▄▅▆▇█', ascii: '_.-=*#' };

/** Means of equal parts of the values, as many as there are columns or, of fewer values, one each. */
function parts(values: readonly number[], columns: number): number[] {
  const count = Math.min(columns, values.length);
  return Array.from({ length: count }, (_, i) => {
    const part = values.slice(Math.floor((i * values.length) / count), Math.floor(((i + 1) * values.length) / count));
    return part.reduce((sum, value) => sum + value / part.length, 0);
  });
}

/** Positive values in the course of time, in a line of at most `columns` characters by their logarithm; a blank where there is none. */
export function sparkline(values: readonly number[], columns: number, glyphs: Glyphs): string {
  const logs = parts(values, columns).map((value) =>
    value > 0 && Number.isFinite(value) ? Math.log(value) : Number.NaN,
  );
  const known = logs.filter((value) => !Number.isNaN(value));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const levels = [...LEVELS[glyphs]];
  return logs
    .map((value) => {
      if (Number.isNaN(value)) return ' ';
      const part = high > low ? (value - low) / (high - low) : 0.5;
      return levels[Math.min(levels.length - 1, Math.floor(part * levels.length))]!;
    })
    .join('');
}
