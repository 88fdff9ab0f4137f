import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { type FoundRun, findRuns } from '../../archive/find-runs.js';
import { type RunSummary, STATUSES, selectRuns, sortRuns, summarise } from '../../archive/run-summary.js';
import { REDO } from '../../run/damaged-run.js';
import type { Condition } from '../../sweep/conditions.js';
import { oneOf } from '../../text/grammar/value-grammar.js';
import { log, printJson, printLine } from '../../text/output.js';
import { runListText } from '../../text/run/run-list-text.js';
import { addedConditions } from '../options/where.js';
import { tellSlurmStates } from '../sweep/tell-slurm-states.js';

const DEFAULT_FOLDER = 'runs';

interface ListOptions {
  readonly sort?: string;
  readonly reverse?: true;
  readonly where?: readonly Condition[];
  readonly status?: RunSummary['status'];
  readonly json?: true;
}

/** What to do where there is nothing to list. */
const nothing = (directory: string, all: number): string =>
  all === 0
    ? `no runs in ${directory} or below; regimes train --out ${directory}/NAME or regimes sweep --out ${directory}/NAME makes some`
    : `${all === 1 ? `the one run in ${directory} and below does not match` : `none of the ${all} runs in ${directory} and below matches`}; try other --where or --status`;

/** Folders that may be sweeps of these runs. */
const foldersOf = (directory: string, found: readonly FoundRun[]): Set<string> =>
  new Set([directory, ...found.map((run) => dirname(run.directory))]);

function list(directory: string, { sort, reverse, where, status, json }: ListOptions): void {
  sortRuns([], sort);
  const found = directory === DEFAULT_FOLDER && !existsSync(directory) ? [] : findRuns(directory);
  const asked = { ...(where && { where }), ...(status && { status }) };
  const sorted = sortRuns(selectRuns(found.map(summarise), asked), sort);
  const runs = reverse ? sorted.reverse() : sorted;
  if (runs.length === 0) (json ? log : printLine)(nothing(directory, found.length));
  else if (json) runs.forEach(printJson);
  else printLine(runListText(runs));
  if (!json) for (const sweep of foldersOf(directory, found)) tellSlurmStates(sweep);
  if (runs.some((run) => run.status === 'damaged')) {
    if (!json) log(`for a damaged run, ${REDO}; regimes runs check says more`);
    // Who asks for damaged runs has found what was looked for.
    if (status !== 'damaged') process.exitCode = 1;
  }
}

/** `regimes runs list`: all runs in a folder and below. */
export const runsListCommand = (): Command =>
  new Command('list')
    .description(
      'List all runs in a folder and its subfolders; loss is the mean of the last epoch, test the test accuracy.',
    )
    .argument('[dir]', 'folder to search', DEFAULT_FOLDER)
    .option(
      '--sort <field>',
      'path, status, taken, loss, accuracy, test, regime, created, or a setting such as width or elr',
    )
    .option('--reverse', 'reverse the order')
    .option(
      '--where <conditions>',
      'only runs with these settings, such as model=convnet,momentum=0.9',
      addedConditions,
    )
    .option('--status <name>', STATUSES.join(', '), oneOf(STATUSES))
    .option('--json', 'print JSON lines only')
    .action(list);
