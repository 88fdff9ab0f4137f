import { EventEmitter } from 'node:events';
import { type Row, rowsOf } from './cells.js';
import { type ChangeOptions, changes } from './changes.js';

const CLEAR = '\x1b[2J';
/** Terminals that know it show what is between the two at once; others ignore it. */
const AT_ONCE = { begin: '\x1b[?2026h', end: '\x1b[?2026l' };

/** Of the terminal, what is needed. */
export type Terminal = Pick<NodeJS.WriteStream, 'columns' | 'rows' | 'write' | 'on' | 'off'>;

const USUAL = { columns: 80, rows: 24 };

/**
 * The output that Ink gets in place of the terminal. Each write is a whole frame, without escape sequences but styles; empty ones,
 * as Ink writes for an application that draws itself, are nothing. Of frames that come together the last one counts. Only cells that have changed go
 * to the terminal, by absolute places, so that nothing scrolls and nothing but the screen itself is ever cleared.
 */
export class FrameOutput extends EventEmitter {
  private frame = '';
  /** What the terminal shows; undefined where that is not known. */
  private shown: readonly Row[] | undefined;
  private pending: NodeJS.Immediate | undefined;
  private isOpen = true;

  constructor(
    private readonly terminal: Terminal,
    private readonly options: ChangeOptions = {},
  ) {
    super();
    terminal.on('resize', this.resized);
  }

  get columns(): number {
    return this.terminal.columns || USUAL.columns;
  }

  get rows(): number {
    return this.terminal.rows || USUAL.rows;
  }

  write(frame: string): boolean {
    // Ink ends with an empty line where it takes the terminal for that of a build server.
    if (frame.trim() !== '') {
      this.frame = frame;
      this.pending ??= setImmediate(this.flush);
    }
    return true;
  }

  /** Draws the last frame anew on a cleared screen: after a resize, or when something else has written on it. */
  redraw = (): void => {
    this.shown = undefined;
    this.pending ??= setImmediate(this.flush);
  };

  /** Writes nothing until it is opened again; what came last is drawn then. */
  pause(): void {
    this.isOpen = false;
  }

  resume(): void {
    this.isOpen = true;
    this.redraw();
  }

  close(): void {
    this.pause();
    this.terminal.off('resize', this.resized);
  }

  private resized = (): void => {
    this.redraw();
    this.emit('resize');
  };

  private flush = (): void => {
    this.pending = undefined;
    if (!this.isOpen || this.frame === '') return;
    const rows = rowsOf(this.frame, this.columns).slice(0, this.rows);
    const blank = rowsOf('', this.columns)[0]!;
    const text = this.shown
      ? changes(rows, this.shown, this.options)
      : `${CLEAR}${changes(
          rows,
          rows.map(() => blank),
          this.options,
        )}`;
    this.shown = rows;
    if (text !== '') this.terminal.write(`${AT_ONCE.begin}${text}${AT_ONCE.end}`);
  };
}
