import { Command } from 'commander';
import { compareRuns } from '../../archive/compare-runs.js';
import { UsageError } from '../../system/usage-error.js';
import { printJson, printLine } from '../../text/output.js';
import { runComparisonText } from '../../text/run-comparison-text.js';

function compare(directories: readonly string[], { json }: { readonly json?: true }): void {
  if (directories.length < 2) throw new UsageError('one run is nothing to compare; give two or more folders of runs');
  const comparison = compareRuns(directories);
  if (json) printJson(comparison);
  else printLine(runComparisonText(comparison));
}

/** `regimes runs compare`: several runs side by side. */
export const runsCompareCommand = (): Command =>
  new Command('compare')
    .description(
      'Runs side by side: settings that differ, final loss, averages of the tail, start and data by checksum. ' +
        'Seconds a step are right where a run was trained without interruption.',
    )
    .argument('<dir...>', 'folders of runs, two or more')
    .option('--json', 'print JSON only')
    .action(compare);
