/** A character as it is shown: with the parameters of its style that are on, sorted. */
export interface Shown {
  readonly char: string;
  readonly style: string;
}

const BLANK: Shown = { char: ' ', style: '' };
/** Parameters that end others. */
const ENDS: Readonly<Record<string, RegExp>> = {
  22: /^[12]$/,
  24: /^4$/,
  27: /^7$/,
  39: /^(3.|9.|38;.*)$/,
  49: /^(4.|10.|48;.*)$/,
};

/** As much of a terminal as the application writes for: what is on the screen after a stream of characters and escape sequences. */
export class Screen {
  private lines: Shown[][];
  private other: Shown[][] | undefined;
  private otherPlace: readonly [number, number] = [0, 0];
  private row = 0;
  private column = 0;
  private style: string[] = [];
  /** Whether what the user sees by scrolling back has been thrown away. */
  scrollbackCleared = false;
  cursorShown = true;
  alternate = false;
  /** Frames that scrolled, which none should on the alternate screen. */
  scrolled = 0;

  constructor(
    private columns: number,
    private rows: number,
  ) {
    this.lines = this.blank();
  }

  private blank(): Shown[][] {
    return Array.from({ length: this.rows }, () => Array<Shown>(this.columns).fill(BLANK));
  }

  resize(columns: number, rows: number): void {
    [this.columns, this.rows] = [columns, rows];
    const old = this.lines;
    this.lines = this.blank().map((line, y) => line.map((_, x) => old[y]?.[x] ?? BLANK));
    this.row = Math.min(this.row, rows - 1);
    this.column = Math.min(this.column, columns - 1);
  }

  text(): string[] {
    return this.lines.map((line) =>
      line
        .map(({ char }) => char)
        .join('')
        .trimEnd(),
    );
  }

  /** Every cell of the screen. */
  cells(): readonly (readonly Shown[])[] {
    return this.lines;
  }

  write(data: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of them
    for (const [piece, parameters, final] of data.matchAll(/\x1b\[([?\d;]*)([A-Za-z])|./gsu))
      if (final !== undefined) this.control(parameters!, final);
      else this.put(piece);
  }

  private lineFeed(): void {
    if (this.row < this.rows - 1) this.row += 1;
    else {
      this.lines = [...this.lines.slice(1), Array<Shown>(this.columns).fill(BLANK)];
      if (this.alternate) this.scrolled += 1;
    }
  }

  private put(char: string): void {
    if (char === '\n') this.lineFeed();
    else if (char === '\r') this.column = 0;
    else {
      if (this.column === this.columns) {
        this.column = 0;
        this.lineFeed();
      }
      this.lines[this.row]![this.column] = { char, style: [...this.style].sort().join(';') };
      this.column += 1;
    }
  }

  private control(parameters: string, final: string): void {
    const count = Number(parameters) || 1;
    if (final === 'h' || final === 'l') this.mode(parameters, final === 'h');
    else if (final === 'H') this.moveTo(parameters);
    else if (final === 'C') this.column = Math.min(this.columns - 1, this.column + count);
    else if (final === 'J') this.clear(parameters);
    else if (final === 'K') this.erase(this.columns);
    else if (final === 'X') this.erase(count);
    else if (final === 'm') this.setStyle(parameters);
    else throw new Error(`the screen does not know ESC[${parameters}${final}`);
  }

  private moveTo(parameters: string): void {
    const [row = 1, column = 1] = parameters.split(';').map((text) => Number(text) || 1);
    [this.row, this.column] = [Math.min(row, this.rows) - 1, Math.min(column, this.columns) - 1];
  }

  private clear(parameters: string): void {
    if (parameters === '3') this.scrollbackCleared = true;
    else this.lines = this.blank();
  }

  /** With the background that is on: here always plain. */
  private erase(count: number): void {
    const end = Math.min(this.columns, this.column + count);
    const style = this.style.filter((code) => /^(4[0-8]|10.)/.test(code)).join(';');
    for (let at = this.column; at < end; at += 1) this.lines[this.row]![at] = { char: ' ', style };
  }

  private setStyle(parameters: string): void {
    for (const [code] of (parameters || '0').matchAll(/[34]8;5;\d+|[34]8;2;\d+;\d+;\d+|\d+/g)) {
      const ends = ENDS[code] ?? (code === '0' ? /./ : undefined);
      const replaced = /^(3.|9.)/.test(code) ? ENDS[39]! : /^(4.|10.)/.test(code) ? ENDS[49]! : undefined;
      this.style = this.style.filter((on) => !(ends ?? replaced)?.test(on) && on !== code);
      if (ends === undefined) this.style.push(code);
    }
  }

  private mode(parameters: string, on: boolean): void {
    if (parameters === '?25') this.cursorShown = on;
    if (parameters !== '?1049' || on === this.alternate) return;
    this.alternate = on;
    // The cursor goes back to where it was, too.
    if (on) {
      this.other = this.lines;
      this.otherPlace = [this.row, this.column];
    } else [this.row, this.column] = this.otherPlace;
    this.lines = on ? this.blank() : (this.other ?? this.blank());
  }
}
