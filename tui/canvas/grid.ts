import type { Line, Span } from '../line/styled.js';
import { bitOf, type GlyphSet } from './glyphs.js';

/** How something is drawn: its style, and its character where a cell has a single dot. */
export type Ink = Omit<Span, 'text'> & { readonly char: string };

/** A place of an axis of `count` cells or dots, from 0 on: the part from 0 to 1 cut into equal bins. */
export const placeOf = (part: number, count: number): number =>
  // The same slack for any count, so that dots lie in the cell that the same value has.
  Math.min(count - 1, Math.max(0, Math.floor((part + 1e-12) * count)));

const BLANK: Span = { text: ' ' };

/** In front of a cell of a coloured diagram: black on the colour of its upper half, or what has its colour would vanish. */
function onGround(span: Span, ground: Span | undefined): Span {
  if (ground?.background === undefined || ground.color === undefined || ground.color === 'black') return span;
  return { text: span.text, color: 'black', background: ground.color, inverse: span.inverse ?? false };
}

/**
 * Cells of a plot, rows from the top. In each: dots in the ink that came last, over them a character, under both a
 * background. Dots are counted from the left and from the top.
 */
export class Grid {
  private readonly bits: Uint8Array;
  private readonly dotInk: (Ink | undefined)[];
  private readonly chars: (Span | undefined)[];
  private readonly grounds: (Span | undefined)[];

  constructor(
    readonly columns: number,
    readonly rows: number,
    private readonly glyphs: GlyphSet,
  ) {
    const cells = columns * rows;
    this.bits = new Uint8Array(cells);
    this.dotInk = new Array(cells).fill(undefined);
    this.chars = new Array(cells).fill(undefined);
    this.grounds = new Array(cells).fill(undefined);
  }

  get dotColumns(): number {
    return this.columns * this.glyphs.dots[0];
  }

  get dotRows(): number {
    return this.rows * this.glyphs.dots[1];
  }

  /** Beyond the grid nothing is drawn. */
  dot(x: number, y: number, ink: Ink): void {
    const [across, down] = this.glyphs.dots;
    if (x < 0 || y < 0 || x >= this.dotColumns || y >= this.dotRows) return;
    const cell = Math.floor(y / down) * this.columns + Math.floor(x / across);
    this.bits[cell]! |= bitOf(this.glyphs.dots, x % across, y % down);
    this.dotInk[cell] = ink;
  }

  /** A character over the dots of a cell. */
  put(column: number, row: number, span: Span): void {
    if (this.isInside(column, row)) this.chars[row * this.columns + column] = span;
  }

  /** A character in a cell that has nothing yet, grounds aside. */
  putBehind(column: number, row: number, span: Span): void {
    if (!this.isInside(column, row)) return;
    const cell = row * this.columns + column;
    if (this.bits[cell] === 0) this.chars[cell] ??= span;
  }

  /** Whether a number of cells, from one to the right, are empty. */
  isFree(column: number, row: number, count: number): boolean {
    const start = row * this.columns + column;
    return (
      this.isInside(column, row) &&
      this.isInside(column + count - 1, row) &&
      Array.from({ length: count }, (_, i) => start + i).every((i) => this.bits[i] === 0 && this.chars[i] === undefined)
    );
  }

  /** What a cell shows where nothing is drawn. */
  ground(column: number, row: number, span: Span): void {
    if (this.isInside(column, row)) this.grounds[row * this.columns + column] = span;
  }

  /** A text in the middle, over everything. */
  write(text: string): void {
    const start = Math.max(0, Math.floor((this.columns - text.length) / 2));
    for (const [i, char] of [...text].entries()) this.put(start + i, Math.floor(this.rows / 2), { text: char });
  }

  private isInside(column: number, row: number): boolean {
    return column >= 0 && row >= 0 && column < this.columns && row < this.rows;
  }

  private cell(cell: number): Span {
    const ground = this.grounds[cell];
    const char = this.chars[cell];
    if (char !== undefined) return onGround(char, ground);
    const bits = this.bits[cell]!;
    if (bits === 0) return ground ?? BLANK;
    const { char: own, ...style } = this.dotInk[cell]!;
    return onGround({ text: this.glyphs.ofBits?.(bits) ?? own, ...style }, ground);
  }

  /** A row, cell by cell. */
  line(row: number): Line {
    return Array.from({ length: this.columns }, (_, column) => this.cell(row * this.columns + column));
  }
}
