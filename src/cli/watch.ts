import { Command } from 'commander';
import type { SweepView } from '../../tui/sweep-view.js';
import { NETWORK_TOLERANCE } from '../measure.js';
import type { RunConfiguration } from '../run/manifest.js';
import { readSweep, SweepReader, type SweepRun } from '../run/sweep-directory.js';
import { networkTitle } from '../text/network-title.js';
import { printLine } from '../text/output.js';
import { isInteractive, runApp } from './app-session.js';
import { fraction, positiveNumbers } from './arguments.js';

interface WatchOptions {
  readonly alpha: readonly number[];
  readonly tolerance: number;
  readonly once?: true;
}

/** What is trained on what, in one line. */
export const sweepTitle = ({ data, batch, ...network }: RunConfiguration): string =>
  `${networkTitle(network)}, ${data}, batch ${batch}`;

/** How far the runs on disk are; `planned` ones that have not begun are known only to the process that runs them. */
function diskStatus(runs: readonly SweepRun[]): string {
  const count = (wanted: SweepRun['manifest']['status']): number =>
    runs.filter(({ manifest }) => manifest.status === wanted).length;
  const [finished, running, failed] = [count('finished'), count('running'), count('failed')];
  if (finished === runs.length) return `${finished} runs, finished`;
  const others = [running > 0 ? `${running} unfinished` : '', failed > 0 ? `${failed} failed` : ''];
  return [`${finished} of ${runs.length} runs finished`, ...others.filter((text) => text !== '')].join(', ');
}

async function watch(directory: string, { alpha, tolerance, once }: WatchOptions): Promise<void> {
  const { sweepView } = await import('../../tui/sweep-view.js');
  let runs = readSweep(directory);
  const view = (): SweepView => sweepView(runs, { alpha, tolerance });
  if (!isInteractive(once)) {
    const { sweepText } = await import('../../tui/plain.js');
    printLine(sweepText(view(), process.stdout.columns));
    return;
  }
  const reader = new SweepReader(directory);
  const first = runs[0];
  process.exitCode = await runApp({
    title: first === undefined ? directory : sweepTitle(first.manifest.configuration),
    status: () => diskStatus(runs),
    view: () => {
      runs = reader.read();
      return view();
    },
  });
}

/** `regimes watch`: a sweep on disk beside the toy, live while another process writes it. */
export const watchCommand = (): Command =>
  new Command('watch')
    .description('Show a sweep beside the toy, live in a terminal; as text elsewhere.')
    .argument('<dir>', 'folder written by regimes sweep')
    .option('--alpha <list>', 'positive number of each group of the toy', positiveNumbers, [1, 2, 4])
    .option(
      '--tolerance <fraction>',
      'divergence: loss this near to that of random points',
      fraction,
      NETWORK_TOLERANCE,
    )
    .option('--once', 'plain text even in a terminal')
    .action(watch);
