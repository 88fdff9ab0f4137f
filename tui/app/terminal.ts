import { useStdout } from 'ink';
import { useEffect, useState } from 'react';
import { FrameOutput } from './screen/frame-output.js';

const ENTER = '\x1b[?1049h\x1b[H\x1b[?25l';
const LEAVE = '\x1b[?1049l\x1b[?25h';
/** Terminals whose terminfo has `bce`; of screen and tmux it has not. */
const ERASES_IN_COLOR = /^(xterm|rxvt|linux|konsole|vte|gnome|alacritty|foot|wezterm|mintty|putty|contour)/;
/**
 * Milliseconds that pass where nothing stops the process, or once it goes on: a stopped process runs no timers. The signal
 * that continues it comes before or after them.
 */
const AFTER_STOP = 50;

/** A screen of our own in a terminal that the user gets back as it was. */
export interface OwnScreen {
  readonly output: FrameOutput;
  /** Shows a frame: text with the terminal's codes for styles. */
  draw(frame: string): void;
  /** Draws everything anew. */
  redraw(): void;
  /** Hands a text to the terminal's clipboard (OSC 52), which some terminals allow only if they are set so. */
  copy(text: string): void;
  /** Gives the terminal back and stops the job, as Ctrl-Z does elsewhere; takes it again when the shell continues the job. */
  suspend(): void;
  /** However often it is called, the terminal is given back once. */
  giveBack(): void;
}

/**
 * Switches to a screen of our own; however the process ends, the terminal gets back the one it had. Keys are no longer
 * echoed from here on: Ink would see to that only after its first frame.
 */
export function takeScreen(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream): OwnScreen {
  const output = new FrameOutput(stdout, { erasesInColor: ERASES_IN_COLOR.test(process.env.TERM ?? '') });
  let state: 'taken' | 'left' | 'given back' = 'left';
  const take = (): void => {
    // Shells restore the mode that a job had when it was stopped, behind the back of Node.
    if (state !== 'left') return;
    stdin.setRawMode(false);
    stdin.setRawMode(true);
    stdout.write(ENTER);
    state = 'taken';
    output.resume();
  };
  const leave = (): void => {
    if (state !== 'taken') return;
    state = 'left';
    output.pause();
    stdin.setRawMode(false);
    stdout.write(LEAVE);
  };
  let isSuspended = false;
  // Whoever stopped the process from outside has had the terminal meanwhile; after `suspend` it was given back before.
  const continued = (): void => {
    if (!isSuspended) leave();
    take();
  };
  const giveBack = (): void => {
    process.off('exit', giveBack);
    process.off('SIGCONT', continued);
    leave();
    state = 'given back';
    output.close();
  };
  const suspend = (): void => {
    leave();
    isSuspended = true;
    // The whole job, as the terminal would: `npm start` is two processes more, trainings others.
    process.kill(0, 'SIGTSTP');
    setTimeout(() => {
      take();
      setTimeout(() => {
        isSuspended = false;
      }, AFTER_STOP);
    }, AFTER_STOP);
  };
  process.once('exit', giveBack);
  process.on('SIGCONT', continued);
  take();
  const draw = (frame: string): void => {
    output.write(frame);
  };
  const copy = (text: string): void => {
    stdout.write(`\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`);
  };
  return { output, draw, redraw: output.redraw, copy, suspend, giveBack };
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

/** The size of the terminal, after every resize: Ink alone keeps the size that it started with. */
export function useTerminalSize(): TerminalSize {
  const { stdout } = useStdout();
  const [size, setSize] = useState(() => sizeOf(stdout));
  useEffect(() => {
    const resized = (): void => setSize(sizeOf(stdout));
    stdout.on('resize', resized);
    return () => {
      stdout.off('resize', resized);
    };
  }, [stdout]);
  return size;
}
