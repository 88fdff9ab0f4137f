/** As much of a terminal as Ink writes for: what is on the screen after a stream of characters and escape sequences. */
export class Screen {
  private lines: string[][];
  private other: string[][] | undefined;
  private row = 0;
  private column = 0;
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

  private blank(): string[][] {
    return Array.from({ length: this.rows }, () => Array<string>(this.columns).fill(' '));
  }

  resize(columns: number, rows: number): void {
    [this.columns, this.rows] = [columns, rows];
    const old = this.lines;
    this.lines = this.blank().map((line, y) => line.map((_, x) => old[y]?.[x] ?? ' '));
    this.row = Math.min(this.row, rows - 1);
    this.column = Math.min(this.column, columns - 1);
  }

  text(): string[] {
    return this.lines.map((line) => line.join('').trimEnd());
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
      this.lines = [...this.lines.slice(1), Array<string>(this.columns).fill(' ')];
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
      this.lines[this.row]![this.column] = char;
      this.column += 1;
    }
  }

  private control(parameters: string, final: string): void {
    const count = Number(parameters) || 1;
    if (final === 'h' || final === 'l') this.mode(parameters, final === 'h');
    else if (final === 'A') this.row = Math.max(0, this.row - count);
    else if (final === 'B') this.row = Math.min(this.rows - 1, this.row + count);
    else if (final === 'G') this.column = count - 1;
    else if (final === 'H') [this.row, this.column] = [0, 0];
    else if (final === 'J') this.lines = this.blank();
    else if (final === 'K') this.lines[this.row] = Array<string>(this.columns).fill(' ');
    else if (final !== 'm') throw new Error(`the screen does not know ESC[${parameters}${final}`);
  }

  private mode(parameters: string, on: boolean): void {
    if (parameters === '?25') this.cursorShown = on;
    if (parameters !== '?1049' || on === this.alternate) return;
    this.alternate = on;
    if (on) this.other = this.lines;
    this.lines = on ? this.blank() : (this.other ?? this.blank());
  }
}
