import { dirname } from 'node:path';
import { Command } from 'commander';
import type { ReportFigure, ReportSetting } from '../../../tui/report/page.js';
import { readAnnealing } from '../../run/annealing-record.js';
import { readBalance } from '../../run/balance-record.js';
import { readCurvature } from '../../run/curvature-record.js';
import type { Condition } from '../../sweep/conditions.js';
import { isSweep } from '../../sweep/found-runs.js';
import { makeDirectory, writeAtomically } from '../../system/atomic.js';
import { UsageError } from '../../system/usage-error.js';
import type { Fact } from '../../text/facts-text.js';
import { positiveNumbers } from '../../text/grammar/range-grammar.js';
import { printLine } from '../../text/output.js';
import { Progress } from '../../text/progress.js';
import { runsWords, settingConditions } from '../../text/shell-words.js';
import { FIGURE_NAMES, type FigureName } from '../figure/figure-names.js';
import type { FigureOptions } from '../figure/figure-options.js';
import { type FigureSource, figureSources } from '../figure/figure-sweep.js';
import { refuseOutFile } from '../options/out-file.js';
import { runsArgument, toleranceOption, whereOption } from '../options/where.js';
import { type LeftOut, leavingOut } from '../run/left-out.js';
import { leftWith } from '../sweep/verify.js';
import { lengthenedComments, sweepCommandOf } from './sweep-command.js';

interface ReportOptions {
  readonly out: string;
  readonly where?: readonly Condition[];
  readonly alpha: readonly number[];
  readonly tolerance: number;
  readonly leftOut: LeftOut;
}

/**
 * A phase diagram is of the toy, not of the runs, and would be larger than all the rest; random walks are those of one experiment, whose
 * runs keep their weights.
 */
const FIGURES = FIGURE_NAMES.filter((name) => name !== 'phase' && name !== 'random-walk');

const OF_FIGURES = { axis: 'step', smoothing: 0.97, theory: true, glyphs: 'braille' } as const;

/** The figures of a setting, and why others cannot be drawn. */
async function figuresOf(
  source: FigureSource,
  { alpha, tolerance }: ReportOptions,
  onFigure: (name: FigureName) => void,
): Promise<Pick<ReportSetting, 'figures' | 'missing'>> {
  const { buildFigure } = await import('../figure/figure-build.js');
  const { nothingToDraw } = await import('../../../tui/figure/drawable.js');
  const { figureSvg } = await import('../../../tui/export/figure-svg.js');
  const { reportFigure } = await import('../../../tui/report/page.js');
  const { paperOf } = await import('../../../tui/export/paper.js');
  const options: FigureOptions = { ...OF_FIGURES, alpha, tolerance };
  const figures: ReportFigure[] = [];
  const missing: string[] = [];
  for (const name of FIGURES) {
    onFigure(name);
    const figure = await buildFigure(name, source, options);
    const reason = nothingToDraw(figure);
    if (reason === undefined) figures.push(reportFigure(figure, await figureSvg(figure, { paper: paperOf('column') })));
    else missing.push(`${name}: ${reason}`);
  }
  return { figures, missing };
}

const listed = (values: readonly string[]): string => [...new Set(values)].join(', ');

/** What the runs were trained with. */
const versionsOf = ({ runs }: FigureSource): Fact[] => [
  ['sphere-regimes', listed(runs.map(({ manifest }) => manifest.version))],
  ['Node', listed(runs.map(({ manifest }) => manifest.node))],
  ['engine', listed(runs.map(({ manifest }) => manifest.configuration.engine))],
  ['data, SHA-256', listed(runs.map(({ manifest }) => manifest.data.sha256))],
];

function commandsOf({ planned, setting }: FigureSource, directory: string): string[] {
  const runs = runsWords(directory, settingConditions(setting));
  return [
    // Runs that were begun one by one stay where they are; a sweep of the same runs needs a folder of its own.
    sweepCommandOf(planned, isSweep(directory) ? directory : `${directory}-again`),
    ...lengthenedComments(planned),
    `npx regimes verify ${runs}`,
    `npx regimes figure all ${runs} --out figures`,
    `npx regimes report ${runs} --out report.html`,
  ];
}

/** A setting, judged as `regimes verify` judges it. */
async function settingOf(
  source: FigureSource,
  directory: string,
  options: ReportOptions,
  onFigure: (name: FigureName) => void,
): Promise<ReportSetting> {
  const { measureSweepRecord } = await import('../../verify/measured-sweep.js');
  const { verifyMeasuredSweep } = await import('../../verify/verify.js');
  const { toyTheory } = await import('../../../toy/theory/equilibrium.js');
  const { runs, sweep, about } = source;
  const begun = runs.filter(({ record }) => record.taken > 0);
  const measured = begun.map((run) => measureSweepRecord(run, options.tolerance));
  const verification = verifyMeasuredSweep(measured, toyTheory, {
    tolerance: options.tolerance,
    curvatures: leftWith(options.leftOut, runs, readCurvature),
    balances: leftWith(options.leftOut, runs, readBalance),
    annealings: leftWith(options.leftOut, runs, readAnnealing),
  });
  return {
    ...{ title: sweep.title, directory, verification },
    ...(await figuresOf(source, options, onFigure)),
    settings: about,
    versions: versionsOf(source),
    commands: commandsOf(source, directory),
  };
}

async function report(
  leftOut: LeftOut,
  first: string,
  second: string | undefined,
  given: Omit<ReportOptions, 'leftOut'>,
): Promise<void> {
  const { out } = given;
  const options = { ...given, leftOut };
  if (!out.endsWith('.html')) throw new UsageError(`--out ${out}; allowed: a file that ends in .html`);
  refuseOutFile(out, '--out');
  const directories = second === undefined ? [first] : [first, second];
  const progress = new Progress();
  progress.update(0, 1, `reading ${listed(directories)}`);
  const sources: { directory: string; settings: FigureSource[] }[] = [];
  for (const directory of directories) sources.push({ directory, settings: await figureSources(directory, options) });
  const total = sources.flatMap(({ settings }) => settings).length * FIGURES.length;
  let done = 0;
  const sweeps: ReportSetting[][] = [];
  for (const { directory, settings } of sources) {
    const written: ReportSetting[] = [];
    for (const source of settings) {
      const onFigure = (name: FigureName): void => progress.update(done++, total, `${directory}: ${name}`);
      written.push(await settingOf(source, directory, options, onFigure));
    }
    sweeps.push(written);
  }
  progress.end();
  const { reportPage } = await import('../../../tui/report/page.js');
  makeDirectory(dirname(out));
  writeAtomically(out, reportPage(sweeps));
  printLine(out);
}

/** `regimes report`: all that a sweep shows, as one page to send. */
export const reportCommand = (): Command =>
  new Command('report')
    .argument(...runsArgument)
    .argument('[dir2]', 'another, to be shown beside it')
    .option('--out <file>', 'file ending in .html', 'report.html')
    .option(...whereOption)
    .option('--alpha <list>', 'one positive number per group of the toy', positiveNumbers, [1, 2, 4])
    .option(...toleranceOption)
    .action(leavingOut(report));
