import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { StringDecoder } from 'node:string_decoder';
import { fileURLToPath } from 'node:url';
import { Screen } from './screen.js';

const SCRIPT = fileURLToPath(new URL('./pseudo_terminal.py', import.meta.url));
export const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** What the user, or the world, does; `until` is text that has to be on the screen once something has been written after it. */
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

/** What the script tells, a line each. */
type Told =
  | { readonly output: string }
  | { readonly done: true }
  | { readonly code: number | null; readonly echo: boolean };

const SECONDS = 120;
/** The rest of a frame, and the one drawn again after a resize. */
const SETTLE = 0.15;

/** The screen of a terminal, to which output comes in pieces of any length. */
class LiveScreen {
  readonly screen: Screen;
  output = '';
  private readonly decoder = new StringDecoder();
  private rest = '';

  constructor(size: readonly [number, number]) {
    this.screen = new Screen(...size);
  }

  write(bytes: Buffer): void {
    const text = this.decoder.write(bytes);
    this.output += text;
    const all = this.rest + text;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the beginning of an escape sequence
    const end = all.search(/\x1b(\[[?\d;]*)?$/);
    this.rest = end < 0 ? '' : all.slice(end);
    this.screen.write(end < 0 ? all : all.slice(0, end));
  }
}

/** The script that holds the terminal, as it is told and tells. */
class Holder {
  private readonly child: ChildProcess;
  private readonly lines: Interface;
  private heard: (() => void)[] = [];
  done = 0;
  end: { readonly code: number | null; readonly echo: boolean } | undefined;

  constructor(task: object, screen: LiveScreen) {
    this.child = spawn('python3', [SCRIPT, JSON.stringify(task)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.child.stdout! });
    this.lines.on('line', (line) => {
      const told = JSON.parse(line) as Told;
      if ('output' in told) screen.write(Buffer.from(told.output, 'base64'));
      else if ('done' in told) this.done += 1;
      else this.end = told;
      for (const wake of this.heard.splice(0)) wake();
    });
  }

  order(step: Step): void {
    this.child.stdin!.write(`${JSON.stringify(step)}\n`);
  }

  finish(): void {
    this.child.stdin!.end();
  }

  /** Whether something has come true within so many seconds. */
  async until(isTrue: () => boolean, seconds: number): Promise<boolean> {
    const end = performance.now() + 1000 * seconds;
    while (!isTrue()) {
      const left = end - performance.now();
      if (left <= 0) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.heard.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return true;
  }
}

/** A command in a terminal, while the steps are done one after the other. */
export async function commandInTerminal(
  command: readonly string[],
  steps: readonly Step[],
  { size = [80, 24], env = {} }: SessionOptions = {},
): Promise<Session> {
  const live = new LiveScreen(size);
  const all = { ...ENV, NODE_ENV: 'production', TERM: 'xterm-256color', ...env };
  const holder = new Holder({ command, columns: size[0], rows: size[1], env: all }, live);
  const screens: string[][] = [];
  const found: boolean[] = [];
  for (const [i, step] of steps.entries()) {
    if (step.do === 'resize') live.screen.resize(...step.value);
    const before = live.output.length;
    if (step.do !== 'wait') holder.order(step);
    await holder.until(
      () => step.do === 'wait' || holder.done > steps.slice(0, i).filter((each) => each.do !== 'wait').length,
      SECONDS,
    );
    const { until } = step;
    const hasCome = (): boolean =>
      (step.do === 'wait' || live.output.length > before) && live.screen.text().join('\n').includes(until!);
    found.push(
      until === undefined || ((await holder.until(() => holder.end !== undefined || hasCome(), SECONDS)) && hasCome()),
    );
    await holder.until(() => holder.end !== undefined, step.settle ?? SETTLE);
    screens.push(live.screen.text());
  }
  holder.finish();
  await holder.until(() => holder.end !== undefined, SECONDS);
  return { screens, found, last: live.screen, code: null, echo: false, ...holder.end, output: live.output };
}

/** `regimes` with these words in a terminal. */
export const inTerminal = (
  words: readonly string[],
  steps: readonly Step[],
  options: SessionOptions = {},
): Promise<Session> => commandInTerminal([process.execPath, MAIN, ...words], steps, options);
