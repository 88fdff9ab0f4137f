/** What points and lines are drawn with. */
export const GLYPHS = ['braille', 'block', 'ascii'] as const;
/** One of `GLYPHS`. */
export type Glyphs = (typeof GLYPHS)[number];
/** `box`: functions of x as box-drawing characters, as asciichart draws them. */
export type GlyphSetName = Glyphs | 'box';

/** The characters of asciichart: two of its axis, two of gaps, a level, then the corners and the vertical of a curve. */
export type BoxSymbols = [string, string, string, string, string, string, string, string, string, string];

/** Dots of a character, and the characters of frames, verticals and bars. */
export interface GlyphSet {
  /** Dots of a cell, across and down. */
  readonly dots: readonly [number, number];
  /** Character of a cell by its bits; undefined if a cell has one dot, whose series says how it looks. */
  readonly ofBits: ((bits: number) => string) | undefined;
  readonly frame: Readonly<Record<'vertical' | 'horizontal' | 'corner' | 'tickY' | 'tickX' | 'cursor', string>>;
  readonly threshold: string;
  readonly cursorLine: string;
  readonly theory: string;
  readonly line: string;
  /** From the thinnest to the full part of a bar. */
  readonly bar: readonly string[];
  readonly predictedBar: string;
  /** Characters of curves in place of dots; a dotted theory is told apart without colour. */
  readonly boxes?: Readonly<Record<'line' | 'theory', BoxSymbols>>;
}

/** Bits of the braille dots, by column and row. */
const BRAILLE = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const QUADRANTS = [...' ▘▖▌▝▀▞▛▗▚▄▙▐▜▟█'];

const DRAWN = {
  frame: { vertical: '│', horizontal: '─', corner: '└', tickY: '┤', tickX: '┬', cursor: '▲' },
  threshold: '┊',
  cursorLine: '│',
  theory: '─',
  line: '─',
  bar: [...'▁▂▃▄▅▆▇█'],
  predictedBar: '▒',
} as const;

const BRAILLE_SET: GlyphSet = { ...DRAWN, dots: [2, 4], ofBits: (bits) => String.fromCharCode(0x2800 + bits) };

export const GLYPH_SETS: Readonly<Record<GlyphSetName, GlyphSet>> = {
  braille: BRAILLE_SET,
  box: {
    ...BRAILLE_SET,
    theory: '┄',
    boxes: {
      line: ['┼', '┤', '╶', '╴', '─', '╰', '╭', '╮', '╯', '│'],
      theory: ['┼', '┤', '╶', '╴', '┄', '╰', '╭', '╮', '╯', '┆'],
    },
  },
  block: { ...DRAWN, dots: [2, 2], ofBits: (bits) => QUADRANTS[bits]! },
  ascii: {
    dots: [1, 1],
    ofBits: undefined,
    frame: { vertical: '|', horizontal: '-', corner: '+', tickY: '+', tickX: '+', cursor: '^' },
    threshold: ':',
    cursorLine: '|',
    theory: '-',
    line: '.',
    bar: ['#'],
    predictedBar: ':',
  },
};

/** Bit of the dot in column and row of a cell. */
export const bitOf = ([, down]: GlyphSet['dots'], column: number, row: number): number =>
  down === 4 ? BRAILLE[column]![row]! : 1 << (column * down + row);
