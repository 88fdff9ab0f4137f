import { basename, dirname, extname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { csvTable, hasNoRow, ROW_KINDS, type RowKind, readTableRun, type TableRun } from '../../archive/csv-table.js';
import { jsonLines } from '../../archive/export-jsonl.js';
import { type FoundRun, runsIn } from '../../archive/find-runs.js';
import { distinctNames, officialName } from '../../archive/official-name.js';
import { readStatus } from '../../archive/stored-run.js';
import type { StoredManifest } from '../../run/recorded-run.js';
import { stepsPerEpoch } from '../../run/run-epochs.js';
import { makeDirectory, together, WriteRefused, writeAtomically } from '../../system/atomic.js';
import { UsageError } from '../../system/usage-error.js';
import { oneOf } from '../../text/grammar/value-grammar.js';
import { log, printLine } from '../../text/output.js';
import { trainingCommand } from '../../text/run/training-command.js';
import { refuseOutFile } from '../options/out-file.js';
import { type LeftOut, leavingOut } from './left-out.js';

const FORMATS = ['csv', 'jsonl', 'npz', 'parquet', 'tensorboard'] as const;

interface ExportOptions {
  readonly format: (typeof FORMATS)[number];
  readonly per?: RowKind;
  readonly out?: string;
  readonly leftOut: LeftOut;
}

/** Does something with every run; one that is damaged is left out, with a line of its own and exit code 1. */
function eachRun<Result>(runs: readonly FoundRun[], leftOut: LeftOut, use: (directory: string) => Result): Result[] {
  const results: Result[] = [];
  for (const { directory, problem } of runs) {
    try {
      if (problem !== undefined) throw new Error(problem);
      results.push(use(directory));
    } catch (error) {
      if (error instanceof UsageError || error instanceof WriteRefused) throw error;
      leftOut.add(directory, error);
    }
  }
  if (results.length === 0) throw new Error('nothing was exported: no run is readable');
  return results;
}

/** The runs as tables of the rows that were asked for. Throws one line where there is no row. */
function tableRuns(directories: readonly string[], { per = 'epoch', out, leftOut }: ExportOptions): TableRun[] {
  if (out !== undefined) refuseOutFile(out, '--out');
  const runs = eachRun(runsIn(directories), leftOut, (directory): TableRun => readTableRun(directory, per));
  if (per === 'measurement' && runs.every(hasNoRow)) {
    throw new Error('these runs have no measurements; --per epoch and --per step export what every step records');
  }
  return runs;
}

async function exportParquet(directories: readonly string[], options: ExportOptions): Promise<void> {
  const { out } = options;
  if (out === undefined) throw new UsageError('--format parquet needs --out, the file to write');
  const { parquetTable } = await import('../../archive/export-parquet.js');
  const runs = tableRuns(directories, options);
  makeDirectory(dirname(out));
  writeAtomically(out, parquetTable(runs));
}

async function exportTensorboard(directories: readonly string[], { per, out, leftOut }: ExportOptions): Promise<void> {
  if (out === undefined) throw new UsageError('--format tensorboard needs --out, the folder that TensorBoard is given');
  const { writeEvents } = await import('../../archive/export-tensorboard.js');
  const found = runsIn(directories);
  const names = distinctNames(found.map(({ directory }) => basename(resolve(directory))));
  const places = new Map(found.map(({ directory }, i) => [directory, join(out, names[i]!)]));
  eachRun(found, leftOut, (directory) => {
    const file = writeEvents(directory, per ?? 'epoch', places.get(directory)!);
    printLine(`${directory} -> ${file}`);
  });
}

/** Writes the lines of a table to its file, or to stdout where none is named. */
function exportLines(
  directories: readonly string[],
  options: ExportOptions,
  linesOf: (runs: readonly TableRun[]) => Iterable<string>,
): void {
  const { out } = options;
  const lines = linesOf(tableRuns(directories, options));
  if (out === undefined) {
    for (const line of lines) process.stdout.write(line);
    return;
  }
  makeDirectory(dirname(out));
  writeAtomically(out, together(lines));
}

async function exportAsNpz(directories: readonly string[], { per, out, leftOut }: ExportOptions): Promise<void> {
  if (per !== undefined) throw new UsageError('--per is not for --format npz, where every element is a measurement');
  if (out === undefined && directories.length > 1) {
    throw new UsageError('--format npz of several folders needs --out, the folder to write to');
  }
  const { exportNpz } = await import('../../archive/export-npz.js');
  const folder = out ?? join(directories[0]!, 'info');
  const found = eachRun(runsIn(directories), leftOut, (directory) => ({
    directory,
    name: officialName(readStatus(directory).manifest),
  }));
  const names = distinctNames(found.map(({ name }) => name));
  const places = new Map(found.map(({ directory }, i) => [directory, join(folder, names[i]!)]));
  eachRun(found, leftOut, (directory) => {
    const run = { directory, manifest: readStatus(directory).manifest };
    const { files, measurements } = exportNpz(run, places.get(directory)!);
    printLine(`${directory} -> ${places.get(directory)}: ${files.join(', ')}`);
    for (const line of curveNotes(run, measurements)) log(line);
  });
}

/** What is missing for a test curve, and the command that would give it. */
function curveNotes({ directory, manifest }: StoredManifest, measurements: number): string[] {
  const { configuration } = manifest;
  if (measurements > 2 || (measurements > 0 && configuration.steps <= stepsPerEpoch(manifest))) return [];
  const what =
    measurements === 0
      ? 'has no measurements: loss, acc and gnorm_m are running means over each epoch, no test files'
      : 'is measured at its start and end alone';
  const out = `${directory.replace(/\/+$/, '')}-measured`;
  const command = trainingCommand(configuration, [
    ['measure', '1e'],
    ['out', out],
  ]);
  return [`${directory} ${what}; for a test curve: ${command}`];
}

/** Endings of tables. */
const ENDINGS: Readonly<Record<string, string>> = { '.csv': 'csv', '.jsonl': 'jsonl', '.parquet': 'parquet' };

/** A table in a file whose name says the other format would be read as what it is not. */
function refuseOtherEnding({ format, out = '' }: Pick<ExportOptions, 'format' | 'out'>): void {
  const named = ENDINGS[extname(out).toLowerCase()];
  if (named !== undefined && named !== format && Object.values(ENDINGS).includes(format))
    throw new UsageError(`--out ${out} is no name for --format ${format}; allowed: --format ${named}, or another name`);
}

async function exportRuns(
  leftOut: LeftOut,
  directories: readonly string[],
  given: Omit<ExportOptions, 'leftOut'>,
): Promise<void> {
  refuseOtherEnding(given);
  const options = { ...given, leftOut };
  if (options.format === 'npz') await exportAsNpz(directories, options);
  else if (options.format === 'parquet') await exportParquet(directories, options);
  else if (options.format === 'tensorboard') await exportTensorboard(directories, options);
  else exportLines(directories, options, options.format === 'jsonl' ? jsonLines : csvTable);
}

/** `regimes runs export`: runs as tables, or as the files that the official notebook reads. */
export const runsExportCommand = (): Command =>
  new Command('export')
    .description(
      'Export runs, or all runs in folders: as one table (CSV, JSON lines, Parquet), as event files of TensorBoard, or as the npz files ' +
        'of the official notebook.',
    )
    .argument('<dir...>', 'folders of runs, or folders that contain runs')
    .option('--format <name>', FORMATS.join(', '), oneOf(FORMATS), 'csv')
    .option(
      '--per <row>',
      'not npz: one row per step, epoch (means over its steps) or measurement (default: epoch)',
      oneOf(ROW_KINDS),
    )
    .option(
      '--out <path>',
      'tables: file (CSV and JSON lines default: stdout); others: folder that receives one folder per run (npz default: info in DIR)',
    )
    .action(leavingOut(exportRuns));
