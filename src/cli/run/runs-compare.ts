import { Command } from 'commander';
import { compareRuns } from '../../archive/compare-runs.js';
import { UsageError } from '../../system/usage-error.js';
import { printJson, printLine } from '../../text/output.js';
import { runComparisonText } from '../../text/run/run-comparison-text.js';

function compare(directories: readonly string[], { json }: { readonly json?: true }): void {
  if (directories.length < 2) throw new UsageError('give the folders of two or more runs to compare');
  const comparison = compareRuns(directories);
  if (json) printJson(comparison);
  else printLine(runComparisonText(comparison));
}

/** `regimes runs compare`: several runs side by side. */
export const runsCompareCommand = (): Command =>
  new Command('compare')
    .description(
      'Compare runs side by side: settings that differ, final loss, averages of the tail, checksums of start and data. ' +
        'Seconds per step are correct for runs trained without interruption.',
    )
    .argument('<dir...>', 'folders of two or more runs')
    .option('--json', 'print JSON only')
    .action(compare);
