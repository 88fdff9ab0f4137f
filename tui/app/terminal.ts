import { useStdout } from 'ink';
import { useEffect, useState } from 'react';

const ENTER_ALTERNATE_SCREEN = '\x1b[?1049h\x1b[H';
const LEAVE_ALTERNATE_SCREEN = '\x1b[?1049l\x1b[?25h';
const CLEAR = '\x1b[2J\x1b[H';
/** Longer than Ink waits before it draws, at 60 frames a second. */
const REDRAW_AFTER = 80;

/**
 * Switches to a screen of our own; however the process ends, the terminal gets back the one it had. Keys are no longer
 * echoed from here on: Ink would see to that only after its first frame.
 */
export function takeScreen(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream): () => void {
  let taken = true;
  const giveBack = (): void => {
    if (!taken) return;
    taken = false;
    process.off('exit', giveBack);
    stdin.setRawMode(false);
    stdout.write(LEAVE_ALTERNATE_SCREEN);
  };
  process.once('exit', giveBack);
  stdin.setRawMode(true);
  stdout.write(ENTER_ALTERNATE_SCREEN);
  return giveBack;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

const USUAL: TerminalSize = { columns: 80, rows: 24 };

const sizeOf = ({ columns, rows }: NodeJS.WriteStream): TerminalSize => ({
  columns: columns || USUAL.columns,
  rows: rows || USUAL.rows,
});

/**
 * The size of the terminal, after every resize. Ink alone keeps the size it started with, and erases as many lines as it
 * wrote, not as many as these take once the terminal has wrapped them: so the screen is cleared at once, and again with
 * the last frame on it as soon as that has the new size.
 */
export function useTerminalSize(): TerminalSize {
  const { stdout, write } = useStdout();
  const [size, setSize] = useState(() => sizeOf(stdout));
  useEffect(() => {
    let timer: NodeJS.Timeout | undefined;
    const resized = (): void => {
      stdout.write(CLEAR);
      setSize(sizeOf(stdout));
      clearTimeout(timer);
      timer = setTimeout(() => write(CLEAR), REDRAW_AFTER);
    };
    stdout.on('resize', resized);
    return () => {
      clearTimeout(timer);
      stdout.off('resize', resized);
    };
  }, [stdout, write]);
  return size;
}
