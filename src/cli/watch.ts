import { Command } from 'commander';
import type { SweepView } from '../../tui/sweep-view.js';
import type { RunConfiguration } from '../run/manifest.js';
import { SweepReader, type SweepRun } from '../run/sweep-directory.js';
import { type Condition, runsOfSetting } from '../run/sweep-settings.js';
import { networkTitle } from '../text/network-title.js';
import { printLine } from '../text/output.js';
import { variedText } from '../text/setting-text.js';
import { isInteractive, runApp } from './app-session.js';
import { positiveNumbers } from './arguments.js';
import { settingsOnDisk, toleranceOption, whereOption } from './where.js';

interface WatchOptions {
  readonly alpha: readonly number[];
  readonly tolerance: number;
  readonly where?: readonly Condition[];
  readonly once?: true;
}

/** What is trained on what, in one line. */
export const sweepTitle = ({ data, batch, ...network }: RunConfiguration): string =>
  `${networkTitle(network)}, ${data}, batch ${batch}`;

/** How far the `planned` runs are. */
function diskStatus(runs: readonly SweepRun[], planned: number): string {
  const count = (wanted: SweepRun['manifest']['status']): number =>
    runs.filter(({ manifest }) => manifest.status === wanted).length;
  const [finished, running, failed] = [count('finished'), count('running'), count('failed')];
  if (finished === planned) return `${finished} runs, finished`;
  const others = [running > 0 ? `${running} unfinished` : '', failed > 0 ? `${failed} failed` : ''];
  return [`${finished} of ${planned} runs finished`, ...others.filter((text) => text !== '')].join(', ');
}

/** Reads the first of the settings asked for, again and again. */
function settingReader(directory: string, where: readonly Condition[] | undefined) {
  const reader = new SweepReader(directory);
  return () => {
    const settings = settingsOnDisk(directory, where);
    const shown = settings[0]!;
    const runs = runsOfSetting(shown, reader.read());
    return { settings, planned: shown.planned, runs };
  };
}

/** What is shown, and of several settings how to see others. */
function watchTitle({ settings, planned }: ReturnType<ReturnType<typeof settingReader>>, directory: string): string {
  const title = planned[0] === undefined ? directory : sweepTitle(planned[0].configuration);
  if (settings.length === 1) return [title, variedText(settings[0]!.setting)].filter((text) => text !== '').join(', ');
  return `${variedText(settings[0]!.setting)} (1 of ${settings.length} settings; others: --where NAME=VALUE)`;
}

async function watch(directory: string, { alpha, tolerance, where, once }: WatchOptions): Promise<void> {
  const { sweepView } = await import('../../tui/sweep-view.js');
  const read = settingReader(directory, where);
  let state = read();
  const view = (): SweepView => {
    const elrs = state.planned.map(({ configuration }) => configuration.elr!).sort((a, b) => a - b);
    return sweepView(state.runs, { alpha, tolerance, elrs });
  };
  const title = watchTitle(state, directory);
  if (!isInteractive(once)) {
    const { sweepText } = await import('../../tui/plain.js');
    if (variedText(state.settings[0]!.setting) !== '') printLine(`${title}\n`);
    printLine(sweepText(view(), process.stdout.columns));
    return;
  }
  process.exitCode = await runApp({
    title,
    status: () => diskStatus(state.runs, state.planned.length),
    view: () => {
      state = read();
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
    .option(...toleranceOption)
    .option(...whereOption)
    .option('--once', 'plain text even in a terminal')
    .action(watch);
