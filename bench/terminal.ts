/**
 * The application beside a sweep that another process writes, in a pseudo-terminal: time from a key to its frame, bytes
 * written for it, memory and share of a core while nothing is typed.
 */
import { execFile, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { formatNumber, formatTable } from '../src/text/output.js';
import { pythonWith, source } from './peers.js';

const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
const WRITER = fileURLToPath(new URL('./terminal-writer.js', import.meta.url));
const SECONDS_TO_BEGIN = 3;
/** Two a minute are written; one more than that so that there is always one to come. */
const runsFor = (minutes: number): number => 2 * Math.ceil(minutes) + 4;

type KeyCost = readonly [clock: number, processor: number, bytes: number];

interface Used {
  /** Share of a core, a value a minute. */
  readonly idle: readonly number[];
  /** Milliseconds of each key, of the clock and of the processor on the thread that answers keys, and bytes that are written before the next. */
  readonly views: readonly KeyCost[];
  readonly diagram: readonly KeyCost[];
  /** MiB, two values a minute. */
  readonly memory: readonly number[];
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;
}

function table({ idle, views, diagram, memory }: Used): string {
  const times = (values: readonly number[]): string[] =>
    [0.5, 0.9, 0.99, 1].map((part) => formatNumber(quantile(values, part), 3));
  const columns = ['', 'keys', 'median', '90%', '99%', 'largest'].map((title, i) =>
    i === 0 ? { title } : { title, align: 'right' as const },
  );
  const rows = [
    { name: 'views', keys: views },
    { name: 'with a phase diagram under way', keys: diagram },
  ].flatMap(({ name, keys }) =>
    [name, '  of them of the processor', '  bytes until the next key'].map((title, i) => [
      title,
      String(keys.length),
      ...times(keys.map((key) => key[i]!)),
    ]),
  );
  const list = (values: readonly number[], digits: number): string =>
    values.map((value) => value.toFixed(digits)).join(' ');
  return [
    `Milliseconds from a key to its frame, and bytes until the next key, 120x40:\n\n${formatTable(columns, rows)}`,
    `Share of a core while nothing is typed, a value a minute: ${list(idle, 3)}`,
    `Memory in MiB, two values a minute: ${list(memory, 0)}`,
  ].join('\n\n');
}

/** Resources used by the application beside a live sweep, over a number of minutes. */
export async function benchTerminal(minutes: number): Promise<string> {
  const python = pythonWith('pty');
  if (python === undefined) return 'no python3 with the module pty';
  const folder = mkdtempSync(join(tmpdir(), 'regimes-bench-'));
  const writer = fork(WRITER, [folder, String(runsFor(minutes))], { stdio: 'inherit' });
  try {
    await new Promise((resolve) => setTimeout(resolve, 1000 * SECONDS_TO_BEGIN));
    const words = [source('terminal.py'), String(minutes), process.execPath, MAIN, 'watch', folder];
    const { stdout } = await promisify(execFile)(python, words, { maxBuffer: 1e8 });
    return table(JSON.parse(stdout) as Used);
  } finally {
    writer.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
