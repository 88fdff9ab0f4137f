import { Command } from 'commander';
import { reportRun } from '../../archive/run-report.js';
import { configurationFields, type Fields } from '../../archive/setting-differences.js';
import { printJson, printLine } from '../../text/output.js';
import { runReportText } from '../../text/run-report-text.js';
import { type RunOptions, runConfiguration, withRunOptions } from '../options/run-options.js';

/** What `regimes train` has where nothing is said. */
function defaults(): Fields {
  const options = withRunOptions(new Command()).opts() as RunOptions;
  const resolved = { trainCount: 1, testCount: undefined, threads: null, engine: 'cpu' } as const;
  return configurationFields(runConfiguration(options, { elr: 1, lr: null }, resolved));
}

function show(directory: string, { all, json }: { readonly all?: true; readonly json?: true }): void {
  const report = reportRun(directory);
  if (json) printJson(report);
  else printLine(runReportText(report, all ? undefined : defaults()));
}

/** `regimes runs show`: one run in full. */
export const runsShowCommand = (): Command =>
  new Command('show')
    .description('One run: settings that differ from the defaults, origin, regime with evidence, averages, files.')
    .argument('<dir>', 'folder of a run')
    .option('--all', 'all settings')
    .option('--json', 'print JSON only')
    .action(show);
