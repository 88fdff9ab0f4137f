import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatTable, printLine, rightAligned } from '../../src/text/output.js';
import { injectFaults } from './faults.js';
import { fuzz } from './fuzz.js';
import { killMany } from './kills.js';
import { cutPower } from './power-cuts.js';

/** What each part of the fuzzer prints: a table of counts, then what went wrong. Each returns whether nothing did. */

const countOf = (counts: object, name: string): number => (counts as Readonly<Record<string, number>>)[name]!;

/** Counts under their titles, a row a name, and their sums. */
function countsTable(
  first: string,
  titles: Readonly<Record<string, string>>,
  counts: ReadonlyMap<string, object>,
): string {
  const names = Object.keys(titles);
  const sums = names.map((name) => [...counts.values()].reduce((sum, each) => sum + countOf(each, name), 0));
  const rows = [...counts].map(([name, of]) => [name, ...names.map((each) => String(countOf(of, each)))]);
  return formatTable(
    [{ title: first }, ...Object.values(titles).map(rightAligned)],
    counts.size > 1 ? [...rows, ['all', ...sums.map(String)]] : rows,
  );
}

const MOST_LINES = 20;

function printFailures(lines: readonly string[]): boolean {
  for (const line of lines.slice(0, MOST_LINES)) printLine(line);
  if (lines.length > MOST_LINES) printLine(`and ${lines.length - MOST_LINES} more`);
  return lines.length === 0;
}

interface FilesOptions {
  readonly count: number;
  readonly seed: number;
  readonly keep: string | undefined;
}

export async function printFiles(folder: string, { count, seed, keep }: FilesOptions): Promise<boolean> {
  const { counts, failures } = fuzz(folder, { count, seed });
  const titles = {
    ...{ tried: 'tried', refused: 'refused', accepted: 'taken', wronglyAccepted: 'wrongly taken' },
    ...{ wronglyRefused: 'wrongly refused', crashed: 'crashes', hung: 'hangs' },
  };
  printLine(countsTable('file', titles, counts));
  for (const { kind, seed: change, bytes } of keep === undefined ? [] : failures) {
    mkdirSync(keep!, { recursive: true });
    writeFileSync(join(keep!, `${change}-${kind}`), bytes);
  }
  return printFailures(
    failures.map(
      ({ target, kind, seed: change, message }) => `${kind}: ${target}, change ${change}: ${message.split('\n')[0]}`,
    ),
  );
}

export async function printFaults(folder: string, options: { readonly every: number }): Promise<boolean> {
  const { counts, failures } = await injectFaults(folder, options);
  const titles = { calls: 'calls', tried: 'faults', named: 'named', unharmed: 'unharmed' };
  printLine(countsTable('command', titles, counts));
  return printFailures(
    failures.map(
      ({ trial: { scenario, at, call, fault }, problem }) =>
        `${scenario}, call ${at} (${call.name} ${call.path}), ${fault}: ${problem.trim()}`,
    ),
  );
}

export async function printPowerCuts(folder: string, options: { readonly every: number }): Promise<boolean> {
  const { counts, failures } = await cutPower(folder, options);
  const titles = {
    ...{ calls: 'calls', states: 'states', tried: 'tried' },
    ...{ finished: 'finished', resumed: 'done again', named: 'named' },
  };
  printLine(countsTable('command', titles, counts));
  return printFailures(
    failures.map(({ scenario, after, problem }) => `${scenario}, after ${after} calls: ${problem.trim()}`),
  );
}

export async function printKills(
  folder: string,
  options: { readonly count: number; readonly seed: number },
): Promise<boolean> {
  const { counts, failures } = await killMany(folder, options);
  const titles = {
    ...{ kills: 'kills', beforeManifest: 'before the manifest', beforeCheckpoint: 'before a checkpoint' },
    ...{ afterCheckpoint: 'after a checkpoint', afterEnd: 'after the end', tooLate: 'came too late' },
  };
  printLine(countsTable('command', titles, new Map([['train', { ...counts }]])));
  return printFailures(failures);
}
