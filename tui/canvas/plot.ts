import type { Scale } from '../figure/scale.js';
import type { GlyphSet } from './glyphs.js';
import type { Grid } from './grid.js';

/** Where and with what is drawn. */
export interface Plot {
  readonly grid: Grid;
  readonly glyphs: GlyphSet;
  readonly x: Scale;
  readonly y: Scale;
  /** Whether marks of points would look like the cells below them, and so get brackets. */
  readonly hasMarkedCells?: boolean;
}
