import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Screen } from './screen.js';

const SCRIPT = fileURLToPath(new URL('./pseudo_terminal.py', import.meta.url));
const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** What the user, or the world, does; `until` is text that has to appear after it. */
export type Step = { readonly until?: string; readonly settle?: number } & (
  | { readonly do: 'wait' }
  | { readonly do: 'type'; readonly value: string }
  | { readonly do: 'resize'; readonly value: readonly [columns: number, rows: number] }
  | { readonly do: 'signal'; readonly value: 'SIGTERM' | 'SIGHUP' | 'SIGINT' | 'SIGUSR2' }
  | { readonly do: 'write'; readonly value: readonly [path: string, text: string, mode: 'w' | 'a'] }
);

export interface Session {
  /** The screen after each step. */
  readonly screens: readonly string[][];
  /** Whether the text waited for came. */
  readonly found: readonly boolean[];
  /** The screen at the end. */
  readonly last: Screen;
  readonly code: number | null;
  /** Whether the terminal shows what is typed again. */
  readonly echo: boolean;
  /** All that was written to the terminal. */
  readonly output: string;
}

/** Why there is no pseudo-terminal here; undefined where there is one. */
export function missingTerminal(): string | undefined {
  try {
    execFileSync('python3', ['-c', 'import pty; pty.openpty()'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no python3 with the module pty';
  }
}

export interface SessionOptions {
  readonly size?: readonly [columns: number, rows: number];
  readonly env?: Readonly<Record<string, string>>;
}

/** Variables that change what Ink does where the tests run. */
const { CI: _, CONTINUOUS_INTEGRATION: __, NO_COLOR: ___, FORCE_COLOR: ____, VITEST: _____, ...ENV } = process.env;

interface Report {
  readonly steps: readonly { readonly found: boolean; readonly output: string }[];
  readonly code: number | null;
  readonly echo: boolean;
  readonly output: string;
}

function replay(
  { steps: done, output, ...rest }: Report,
  steps: readonly Step[],
  size: readonly [number, number],
): Session {
  const text = (base64: string): string => Buffer.from(base64, 'base64').toString();
  const screen = new Screen(...size);
  let seen = '';
  const advance = (all: string): void => {
    screen.write(all.slice(seen.length));
    seen = all;
  };
  const screens = done.map((step, i) => {
    const given = steps[i]!;
    if (given.do === 'resize') screen.resize(...(given.value as [number, number]));
    advance(text(step.output));
    return screen.text();
  });
  advance(text(output));
  return { ...rest, screens, found: done.map(({ found }) => found), last: screen, output: text(output) };
}

/** `regimes` with these words in a terminal, while the steps are done one after the other. */
export function inTerminal(
  words: readonly string[],
  steps: readonly Step[],
  options: SessionOptions = {},
): Promise<Session> {
  const { size = [80, 24], env = {} } = options;
  const task = {
    command: [process.execPath, MAIN, ...words],
    columns: size[0],
    rows: size[1],
    env: { ...ENV, NODE_ENV: 'production', TERM: 'xterm-256color', ...env },
    steps,
  };
  return new Promise((resolve, reject) => {
    execFile('python3', [SCRIPT, JSON.stringify(task)], { maxBuffer: 1e8 }, (error, out) => {
      if (error !== null) reject(error);
      else resolve(replay(JSON.parse(out) as Report, steps, size));
    });
  });
}
