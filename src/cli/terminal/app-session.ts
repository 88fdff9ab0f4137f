import type { Command } from 'commander';
import type { LiveSourceOptions } from '../../../tui/app/live-source.js';
import { GLYPHS, type Glyphs } from '../../../tui/canvas/glyphs.js';
import type { SweepSnapshot } from '../../../tui/data/sweep-snapshot.js';
import { listenToReading } from '../../system/reading.js';
import { oneOf, positiveNumber } from '../../text/grammar/value-grammar.js';
import { log, logFirst, printJson, printLine } from '../../text/output.js';
import { GLYPHS_WHERE } from './usual-glyphs.js';

/** Options of the commands that show the application. */
export interface ScreenOptions {
  readonly glyphs?: Glyphs;
  readonly interval?: number;
  /** False with --no-color. */
  readonly color: boolean;
  readonly once?: true;
  readonly json?: true;
}

export const withScreenOptions = (command: Command): Command =>
  command
    .option('--glyphs <name>', `characters for plots: ${GLYPHS.join(', ')} (default: ${GLYPHS_WHERE})`, oneOf(GLYPHS))
    .option('--interval <seconds>', 'interval between reads of the disk (default: 1)', positiveNumber)
    .option('--no-color', 'no colours; so does NO_COLOR')
    .option('--once', 'print text once, even in a terminal')
    .option('--json', 'print JSON only');

/** Whether there is a terminal to draw in and a keyboard to read. One called dumb can only print. */
export const isInteractive = ({ once, json }: Pick<ScreenOptions, 'once' | 'json'>): boolean =>
  process.stdin.isTTY === true && process.stdout.isTTY === true && process.env.TERM !== 'dumb' && !once && !json;

/** What chalk calls the colours of a terminal: none, 16, 256 or millions, by their bits. */
const COLOR_LEVEL: Readonly<Record<number, string>> = { 1: '0', 4: '1', 8: '2', 24: '3' };

/** The bits of a colour in this terminal, 1 without colours. A build server that gives us a terminal has that terminal's colours. */
function colorBits(isColored: boolean): number {
  const { CI: _, CONTINUOUS_INTEGRATION: __, ...env } = process.env;
  return isColored ? process.stdout.getColorDepth(env) : 1;
}

export type SessionOptions = Omit<LiveSourceOptions, 'interval'>;

/** Runs the application and returns the exit code. Training failures are reported after the screen is restored. */
export async function runApp(options: SessionOptions, given: ScreenOptions): Promise<number> {
  const { terminalSettings } = await import('./terminal-settings.js');
  const settings = terminalSettings(given);
  // Read when React and Ink are first imported: the development build of React leaks, and Ink knows no NO_COLOR.
  process.env.NODE_ENV ??= 'production';
  const bits = colorBits(settings.color);
  process.env.FORCE_COLOR = COLOR_LEVEL[bits] ?? '1';
  const { showApp } = await import('../../../tui/app/app.js');
  const { EXIT_CODE } = await import('../../../tui/app/guard.js');
  const { LiveSource } = await import('../../../tui/app/live-source.js');
  const source = new LiveSource({ ...options, interval: 1000 * settings.interval });
  // The screen belongs to the application.
  listenToReading(undefined);
  const code = EXIT_CODE[await showApp(source, { ...settings, color: bits > 1, colorBits: bits })];
  await source.close();
  const failures = source.failures();
  for (const line of source.exported()) log(line);
  logFirst(failures, 'regimes runs list shows all');
  return code === 0 && failures.length > 0 ? 1 : code;
}

export interface PrintedSweep {
  readonly alpha: readonly number[];
  readonly tolerance: number;
  /** Whether what was found has been printed already. */
  readonly isIntroduced?: boolean;
}

/** What the application shows, on stdout: as text, or as JSON. */
export async function printSweep(sweep: SweepSnapshot, toy: PrintedSweep, given: ScreenOptions): Promise<void> {
  if (given.json) {
    const { sweepJson } = await import('../../../tui/views/json.js');
    printJson(sweepJson(sweep, toy));
    return;
  }
  const { sweepText } = await import('../../../tui/views/plain.js');
  const { terminalSettings } = await import('./terminal-settings.js');
  const { glyphs } = terminalSettings(given);
  printLine(sweepText(sweep, { ...toy, glyphs, color: false, columns: process.stdout.columns }));
}
