import { Command } from 'commander';
import { configurationOf } from '../../../deep/study/configuration.js';
import { DEFAULT_RUN } from '../../../deep/study/spec.js';
import { reportRun } from '../../archive/run-report.js';
import { configurationFields, type Fields } from '../../archive/setting-differences.js';
import { elrRate } from '../../run/rate.js';
import { printJson, printLine } from '../../text/output.js';
import { runReportText } from '../../text/run/run-report-text.js';

/** What `regimes train` has where nothing is said. */
function defaults(): Fields {
  const surroundings = { trainImages: 1, testImages: undefined, threads: null, engine: DEFAULT_RUN.engine };
  return configurationFields(configurationOf({ rate: elrRate(1) }, surroundings));
}

function show(directory: string, { all, json }: { readonly all?: true; readonly json?: true }): void {
  const report = reportRun(directory);
  if (json) printJson(report);
  else printLine(runReportText(report, all ? undefined : defaults()));
}

/** `regimes runs show`: one run in full. */
export const runsShowCommand = (): Command =>
  new Command('show')
    .description('Show one run: settings that differ from the defaults, origin, regime with evidence, averages, files.')
    .argument('<dir>', 'folder of a run')
    .option('--all', 'all settings')
    .option('--json', 'print JSON only')
    .action(show);
