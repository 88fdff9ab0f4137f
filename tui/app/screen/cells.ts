/** A screen as cells: a character and the parameters of its style, as in `ESC[1;36m`; empty for plain text. */
export interface Row {
  readonly chars: readonly string[];
  readonly styles: readonly string[];
}

/** Places of a style, in the order in which they are written; a colour of 256 takes several parameters. */
const SLOTS = ['bold', 'dim', 'underline', 'inverse', 'color', 'background'] as const;
type Slot = (typeof SLOTS)[number];

const ON: Readonly<Record<string, Slot>> = { 1: 'bold', 2: 'dim', 4: 'underline', 7: 'inverse' };
const OFF: Readonly<Record<string, readonly Slot[]>> = {
  0: SLOTS,
  22: ['bold', 'dim'],
  24: ['underline'],
  27: ['inverse'],
  39: ['color'],
  49: ['background'],
};

/** Parameters of a colour of its own: 38;5;n and 38;2;r;g;b, the same with 48. */
const EXTENDED: Readonly<Record<string, number>> = { 5: 3, 2: 5 };

/** The style after `ESC[...m`. */
function styled(before: ReadonlyMap<Slot, string>, parameters: string): Map<Slot, string> {
  const after = new Map(before);
  const codes = (parameters === '' ? '0' : parameters).split(';');
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    const on = ON[code];
    if (on !== undefined) after.set(on, code);
    for (const slot of OFF[code] ?? []) after.delete(slot);
    if (code === '38' || code === '48') {
      const count = EXTENDED[codes[i + 1] ?? ''] ?? 1;
      after.set(code === '38' ? 'color' : 'background', codes.slice(i, i + count).join(';'));
      i += count - 1;
    } else if (/^(3|9)[0-7]$/.test(code)) after.set('color', code);
    else if (/^(4|10)[0-7]$/.test(code)) after.set('background', code);
  }
  return after;
}

const codesOf = (style: ReadonlyMap<Slot, string>): string => SLOTS.flatMap((slot) => style.get(slot) ?? []).join(';');

const SHOWS_BLANKS: readonly Slot[] = ['underline', 'inverse', 'background'];

const FULL = '█';

/** The background that looks as a full block in a colour does; undefined where that has another style besides. */
function groundOf(codes: string): string | undefined {
  if (/^3[0-7]$/.test(codes)) return `4${codes[1]}`;
  if (/^9[0-7]$/.test(codes)) return `10${codes[1]}`;
  return /^38;(5;\d+|2;\d+;\d+;\d+)$/.test(codes) ? `4${codes.slice(1)}` : undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of them
const PIECES = /\x1b\[([\d;]*)m|[^\x1b]/gu;

/** The rows of a text with the terminal's codes for styles, each filled with blanks to `columns` cells or cut there. */
export function rowsOf(text: string, columns: number): Row[] {
  let style: ReadonlyMap<Slot, string> = new Map();
  let codes = '';
  let blankCodes = '';
  return text.split('\n').map((line) => {
    const chars: string[] = [];
    const styles: string[] = [];
    for (const [piece, parameters] of line.matchAll(PIECES)) {
      if (parameters !== undefined) {
        style = styled(style, parameters);
        codes = codesOf(style);
        // A blank shows neither colour nor weight.
        blankCodes = codesOf(new Map([...style].filter(([slot]) => SHOWS_BLANKS.includes(slot))));
      } else if (chars.length < columns) {
        // A blank in the colour looks the same, and is a third of the bytes, or erased with others at once.
        const ground = piece === FULL ? groundOf(codes) : undefined;
        chars.push(ground === undefined ? piece : ' ');
        styles.push(ground ?? (piece === ' ' ? blankCodes : codes));
      }
    }
    while (chars.length < columns) {
      chars.push(' ');
      styles.push('');
    }
    return { chars, styles };
  });
}
