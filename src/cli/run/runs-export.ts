import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { csvTable, ROW_KINDS, type RowKind, type TableRun, tableRun } from '../../archive/csv-table.js';
import { type FoundRun, isFolder, runsIn } from '../../archive/find-runs.js';
import { distinctNames, officialName } from '../../archive/official-name.js';
import { readRun, readStatus } from '../../archive/stored-run.js';
import { makeDirectory, writeAtomically } from '../../system/atomic.js';
import { UsageError } from '../../system/usage-error.js';
import { log, printLine } from '../../text/output.js';
import { oneOf } from '../../text/value-grammar.js';
import { leaveOut } from './left-out.js';

const FORMATS = ['csv', 'npz'] as const;

interface ExportOptions {
  readonly format: (typeof FORMATS)[number];
  readonly per?: RowKind;
  readonly out?: string;
}

/** Does something with every run; one that is damaged is left out, with a line of its own and exit code 1. */
function eachRun<Result>(runs: readonly FoundRun[], use: (directory: string) => Result): Result[] {
  const results: Result[] = [];
  for (const { directory, problem } of runs) {
    try {
      if (problem !== undefined) throw new Error(problem);
      results.push(use(directory));
    } catch (error) {
      if (error instanceof UsageError) throw error;
      leaveOut(directory, error);
    }
  }
  if (results.length === 0) throw new Error('nothing was exported: no run is readable');
  return results;
}

function exportCsv(directories: readonly string[], { per = 'epoch', out }: ExportOptions): void {
  if (out !== undefined && isFolder(out)) throw new UsageError(`--out ${out} is a folder; allowed: a file to write`);
  const runs = eachRun(runsIn(directories), (directory): TableRun => tableRun(readRun(directory), per));
  if (per === 'measurement' && runs.every(({ rows }) => rows.length === 0)) {
    throw new Error('these runs have no measurements; --per epoch and --per step export what every step records');
  }
  if (out === undefined) {
    for (const line of csvTable(runs)) process.stdout.write(line);
    return;
  }
  makeDirectory(dirname(out));
  writeAtomically(out, [...csvTable(runs)].join(''));
}

async function exportAsNpz(directories: readonly string[], { per, out }: ExportOptions): Promise<void> {
  if (per !== undefined) throw new UsageError('--per requires --format csv; in npz every element is a measurement');
  if (out === undefined && directories.length > 1) {
    throw new UsageError('--format npz of several folders needs --out, the folder to write to');
  }
  const { exportNpz } = await import('../../archive/export-npz.js');
  const folder = out ?? join(directories[0]!, 'info');
  const found = eachRun(runsIn(directories), (directory) => ({
    directory,
    name: officialName(readStatus(directory).manifest),
  }));
  const names = distinctNames(found.map(({ name }) => name));
  const places = new Map(found.map(({ directory }, i) => [directory, join(folder, names[i]!)]));
  eachRun(found, (directory) => {
    const { files, measured } = exportNpz(readRun(directory), places.get(directory)!);
    printLine(`${directory} -> ${places.get(directory)}: ${files.join(', ')}`);
    if (!measured) {
      log(`${directory} has no measurements: loss, acc and gnorm_m are running means over each epoch, no test files`);
    }
  });
}

async function exportRuns(directories: readonly string[], options: ExportOptions): Promise<void> {
  if (options.format === 'npz') await exportAsNpz(directories, options);
  else exportCsv(directories, options);
}

/** `regimes runs export`: runs as tables, or as the files that the official notebook reads. */
export const runsExportCommand = (): Command =>
  new Command('export')
    .description('Export runs, or all runs in folders, as one CSV table or as the npz files of the official notebook.')
    .argument('<dir...>', 'folders of runs, or folders that contain runs')
    .option('--format <name>', FORMATS.join(' or '), oneOf(FORMATS), 'csv')
    .option(
      '--per <row>',
      'CSV: one row per step, epoch (means over its steps) or measurement (default: epoch)',
      oneOf(ROW_KINDS),
    )
    .option(
      '--out <path>',
      'CSV: file (default: stdout); npz: folder that receives one folder per run (default: info in DIR)',
    )
    .action(exportRuns);
