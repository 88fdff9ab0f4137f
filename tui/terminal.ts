import { useStdout } from 'ink';
import { useEffect, useState } from 'react';

const ENTER_ALTERNATE_SCREEN = '\x1b[?1049h\x1b[H';
const LEAVE_ALTERNATE_SCREEN = '\x1b[?1049l\x1b[?25h';
const CLEAR = '\x1b[2J\x1b[H';

/** Switches to a screen of our own; however the process ends, the terminal gets back the one it had. */
export function takeScreen(stdout: NodeJS.WriteStream): () => void {
  let taken = true;
  const giveBack = (): void => {
    if (!taken) return;
    taken = false;
    stdout.write(LEAVE_ALTERNATE_SCREEN);
  };
  process.once('exit', giveBack);
  stdout.write(ENTER_ALTERNATE_SCREEN);
  return giveBack;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

const SMALLEST: TerminalSize = { columns: 80, rows: 24 };

/** The size of the terminal, after every resize. Ink alone keeps the size it started with. */
export function useTerminalSize(): TerminalSize {
  const { stdout } = useStdout();
  const read = (): TerminalSize => ({
    columns: stdout.columns || SMALLEST.columns,
    rows: stdout.rows || SMALLEST.rows,
  });
  const [size, setSize] = useState(read);
  useEffect(() => {
    const resized = (): void => {
      stdout.write(CLEAR);
      setSize(read());
    };
    stdout.on('resize', resized);
    return () => {
      stdout.off('resize', resized);
    };
  });
  return size;
}
