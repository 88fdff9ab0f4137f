/** What points and lines are drawn with. */
export const GLYPHS = ['braille', 'block', 'ascii'] as const;
export type Glyphs = (typeof GLYPHS)[number];

/** Dots of a character, and the characters of frames, verticals and bars. */
export interface GlyphSet {
  /** Dots of a cell, across and down. */
  readonly dots: readonly [number, number];
  /** Character of a cell by its bits; undefined where a cell has one dot, whose series says how it looks. */
  readonly ofBits: ((bits: number) => string) | undefined;
  readonly frame: Readonly<Record<'vertical' | 'horizontal' | 'corner' | 'tickY' | 'tickX' | 'cursor', string>>;
  readonly threshold: string;
  readonly cursorLine: string;
  readonly theory: string;
  readonly line: string;
  /** From the thinnest to the full part of a bar. */
  readonly bar: readonly string[];
  readonly predictedBar: string;
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

export const GLYPH_SETS: Readonly<Record<Glyphs, GlyphSet>> = {
  braille: { ...DRAWN, dots: [2, 4], ofBits: (bits) => String.fromCharCode(0x2800 + bits) },
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
