import type { Row } from './cells.js';

/** What has to be written so that a screen that shows some rows shows others. */

const ESCAPE = '\x1b[';
/** Bytes of a jump over some cells of a row: unchanged cells between two changed ones that take no more are written. */
const JUMP = 4;
/** Bytes that erase the rest of a row. */
const ERASED = 3;
/** Blanks from which on they are erased and jumped over, not written; the same of blanks in a colour. */
const LONG_BLANK = 9;
const LONG_COLORED = 11;

/** What a terminal can do besides what all can. */
export interface ChangeOptions {
  /** Whether what is erased takes the background that is on (`bce` of terminfo), so that areas of one colour take a few bytes. */
  readonly erasesInColor?: boolean;
}

/** Characters that every terminal draws one column wide: Latin, punctuation, arrows, boxes, blocks, braille. */
const isNarrow = (char: string): boolean =>
  (char >= ' ' && char < '\u0300') || (char >= '\u2010' && char < '\u2c00' && !/\p{Emoji_Presentation}/u.test(char));

const isSame = (a: Row, b: Row, at: number): boolean => a.chars[at] === b.chars[at] && a.styles[at] === b.styles[at];

const isBlank = ({ chars, styles }: Row, at: number): boolean => chars[at] === ' ' && styles[at] === '';

// A colour of 256 or more is one code, of several parameters.
const codesOf = (style: string): string[] => style.match(/[34]8;5;\d+|[34]8;2;\d+;\d+;\d+|\d+/g) ?? [];

const seen = new Map<string, string>();

/** What of a style shows on a blank: neither weight nor, unless it is inverse, the colour of what is written. */
function seenOf(style: string): string {
  let shown = seen.get(style);
  if (shown === undefined) {
    const codes = codesOf(style);
    const isInverse = codes.includes('7');
    shown = codes.filter((code) => !/^[12]$/.test(code) && (isInverse || !/^(3|9)/.test(code))).join(';');
    seen.set(style, shown);
  }
  return shown;
}

/** Writes cells one after another, with as few changes of style as they take. */
class Pen {
  text = '';
  private style = '';
  private row = -1;
  private column = -1;

  moveTo(row: number, column: number): void {
    if (row === this.row && column === this.column) return;
    if (row === this.row && column > this.column) this.text += `${ESCAPE}${column - this.column}C`;
    // Never at the last row, where it would scroll.
    else if (column === 0 && row > 0 && row === this.row + 1) this.text += '\r\n';
    else this.text += column === 0 ? `${ESCAPE}${row === 0 ? '' : row + 1}H` : `${ESCAPE}${row + 1};${column + 1}H`;
    [this.row, this.column] = [row, column];
  }

  use(style: string): void {
    if (style !== this.style) this.text += `${ESCAPE}${styleChange(this.style, style)}m`;
    this.style = style;
  }

  /** A blank looks the same in any style of the same background. */
  write(char: string, style: string): void {
    if (char !== ' ' || seenOf(this.style) !== style) this.use(style);
    this.text += char;
    this.column += 1;
  }

  erase(count: number | 'rest', style = ''): void {
    if (seenOf(this.style) !== style) this.use(style);
    this.text += count === 'rest' ? `${ESCAPE}K` : `${ESCAPE}${count}X`;
  }
}

/** What ends a style: bold and dim together, each of the others alone. */
const endOf = (code: string): string =>
  /^[12]$/.test(code) ? '22' : code === '4' ? '24' : code === '7' ? '27' : /^(3|9)/.test(code) ? '39' : '49';

/** The parameters that turn one style into another: from none, or by what differs, whichever is shorter. */
function styleChange(from: string, to: string): string {
  const [before, after] = [codesOf(from), codesOf(to)];
  const fromNone = from === '' || to === '' ? to : `0;${to}`;
  const ends = new Set(before.filter((code) => !after.includes(code)).map(endOf));
  const begun = after.filter((code) => !before.includes(code) || ends.has(endOf(code)));
  // A colour that another one follows needs no end.
  const replaced: ReadonlySet<string> = new Set(begun.map(endOf).filter((end) => end === '39' || end === '49'));
  const byDifference = [...[...ends].filter((end) => !replaced.has(end)), ...begun].join(';');
  return from !== '' && byDifference.length < fromNone.length ? byDifference : fromNone;
}

/** How many blanks there are from a cell on. */
function blanksFrom(row: Row, from: number): number {
  let at = from;
  while (at < row.chars.length && isBlank(row, at)) at++;
  return at - from;
}

/** How many blanks there are from a cell on that have its background and nothing else. */
function coloredFrom({ chars, styles }: Row, from: number): number {
  const style = styles[from]!;
  if (!/^(4[0-7]|10[0-7]|48;5;\d+|48;2;\d+;\d+;\d+)$/.test(style)) return 0;
  let at = from;
  while (chars[at] === ' ' && styles[at] === style) at++;
  return at - from;
}

/** Cells from one to before another, long blanks between them erased. */
function writeCells(
  pen: Pen,
  row: Row,
  y: number,
  { part: [from, to], erasesInColor = false }: ChangeOptions & { readonly part: readonly [number, number] },
): void {
  for (let x = from; x < to; ) {
    const blanks = blanksFrom(row, x);
    pen.moveTo(y, x);
    const colored = erasesInColor ? Math.min(coloredFrom(row, x), to - x) : 0;
    if (colored >= LONG_COLORED) {
      pen.erase(x + colored === row.chars.length ? 'rest' : colored, row.styles[x]!);
      x += colored;
      continue;
    }
    if (x + blanks === row.chars.length && to - x > ERASED) {
      pen.erase('rest');
      return;
    }
    if (Math.min(blanks, to - x) >= LONG_BLANK) {
      pen.erase(Math.min(blanks, to - x));
      x += blanks;
      continue;
    }
    pen.write(row.chars[x]!, row.styles[x]!);
    x += 1;
  }
}

/** Whether it is shorter to write the cells from one to before another than to jump over them. */
function isCheap({ chars, styles }: Row, from: number, to: number): boolean {
  if (to - from > JUMP) return false;
  const style = styles[from - 1]!;
  const bytes = chars.slice(from, to).reduce((sum, char) => sum + (char < '\x80' ? 1 : 3), 0);
  const fits = (each: string, i: number): boolean =>
    each === style || (chars[from + i] === ' ' && each === seenOf(style));
  return bytes <= JUMP && styles.slice(from, to).every(fits);
}

/** Where a row differs from the one before, neighbouring changes joined: from a cell to before another. */
function changedParts(row: Row, before: Row): [number, number][] {
  const parts: [number, number][] = [];
  for (let x = 0; x < row.chars.length; x++) {
    if (isSame(row, before, x)) continue;
    const last = parts.at(-1);
    if (last !== undefined && isCheap(row, last[1], x)) last[1] = x + 1;
    else parts.push([x, x + 1]);
  }
  return parts;
}

/**
 * The characters and escape sequences that turn rows on a screen into others of the same width; empty where nothing
 * changes. A row with characters whose width terminals disagree about is written as a whole.
 */
export function changes(rows: readonly Row[], before: readonly Row[], options: ChangeOptions = {}): string {
  const pen = new Pen();
  const none: Row = { chars: [], styles: [] };
  for (let y = 0; y < Math.max(rows.length, before.length); y++) {
    const [row, old] = [rows[y] ?? none, before[y] ?? none];
    const width = row.chars.length;
    if (width === 0) {
      pen.moveTo(y, 0);
      pen.erase('rest');
      continue;
    }
    const parts = changedParts(row, old);
    if (parts.length === 0) continue;
    const isSimple = [...row.chars, ...old.chars].every(isNarrow);
    if (!isSimple) {
      pen.moveTo(y, 0);
      pen.erase('rest');
    }
    for (const part of isSimple ? parts : [[0, width] as const]) writeCells(pen, row, y, { part, ...options });
  }
  pen.use('');
  return pen.text;
}
