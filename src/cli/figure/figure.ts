import { Command } from 'commander';
import type { AxisScale, Figure } from '../../../tui/figure/figure.js';
import { NETWORK_TOLERANCE } from '../../regime/analyse.js';
import { UsageError } from '../../system/usage-error.js';
import { formatTable, printJson, printLine } from '../../text/output.js';
import { count, fraction, oneOf, part, positiveNumber, positiveNumbers } from '../../text/value-grammar.js';
import { whereOption } from '../options/where.js';
import { FIGURE_KINDS, FIGURE_NAMES, type FigureName } from './figure-names.js';
import { AXES, type FigureOptions, GLYPHS, QUANTITIES } from './figure-options.js';
import { type FigureSource, figureSources } from './figure-sweep.js';

const EXTENSIONS = ['.svg', '.png', '.csv'] as const;
const LIST = 'list';

/** Smallest sizes at which a figure can be read. */
const SMALLEST = { width: 20, height: 8 };
const TEXT = { width: 100, height: 28, widest: 160, tallest: 40 };
const IMAGE = { width: 960, height: 600 };

function checked(given: string, directory: string | undefined, options: FigureOptions): FigureName {
  const { out, json, width = SMALLEST.width, height = SMALLEST.height } = options;
  const name = FIGURE_NAMES.find((candidate) => candidate === given);
  if (name === undefined) throw new UsageError(`no figure ${given}; allowed: ${[...FIGURE_NAMES, LIST].join(', ')}`);
  if (directory === undefined && FIGURE_KINDS[name].needsSweep)
    throw new UsageError(`${name} needs the folder of a sweep: regimes figure ${name} DIR`);
  if (directory === undefined && options.where !== undefined)
    throw new UsageError('--where selects runs; it needs the folder of a sweep');
  if (out !== undefined && !EXTENSIONS.some((extension) => out.endsWith(extension)))
    throw new UsageError(`--out ${out}; allowed: a file that ends in ${EXTENSIONS.join(', ')}`);
  if (out !== undefined && json) throw new UsageError('--json prints and --out writes a file; give only one');
  if (width < SMALLEST.width || height < SMALLEST.height)
    throw new UsageError(`--width and --height must be at least ${SMALLEST.width} and ${SMALLEST.height}`);
  return name;
}

const scaleOf = (isLogarithmic: boolean | undefined): AxisScale | undefined =>
  isLogarithmic === undefined ? undefined : isLogarithmic ? 'logarithmic' : 'linear';

/** The figure with the axes and the theory that are asked for. */
async function shown(figure: Figure, { logX, logY, theory }: FigureOptions): Promise<Figure> {
  const { withScales, withoutTheory } = await import('../../../tui/figure/figure.js');
  const [x, y] = [scaleOf(logX), scaleOf(logY)];
  if (x && figure.x.categories)
    throw new UsageError(`the horizontal axis of ${figure.name} counts groups; it has no scale`);
  const scaled = withScales(figure, { ...(x && { x }), ...(y && { y }) });
  return theory ? scaled : withoutTheory(scaled);
}

async function print(figure: Figure, { glyphs, width, height }: FigureOptions): Promise<void> {
  const { printFigure } = await import('./print-figure.js');
  const { columns, rows } = process.stdout;
  printFigure(figure, {
    width: width ?? Math.max(SMALLEST.width, Math.min(columns ?? TEXT.width, TEXT.widest)),
    height: height ?? Math.max(SMALLEST.height, Math.min((rows ?? TEXT.height + 2) - 2, TEXT.tallest)),
    glyphs,
  });
}

/** The file of a setting: of several each has its own. */
const fileOf = (out: string, suffix: string): string =>
  suffix === '' ? out : out.replace(/\.\w+$/, (extension) => `_${suffix}${extension}`);

async function draw(given: string, directory: string | undefined, options: FigureOptions): Promise<void> {
  const name = checked(given, directory, options);
  const { buildFigure } = await import('./figure-build.js');
  const sources: Partial<FigureSource>[] = directory === undefined ? [{}] : await figureSources(directory, options);
  for (const [i, { sweep, suffix = '' }] of sources.entries()) {
    const figure = await shown(await buildFigure(name, sweep, options), options);
    const { out, json, width = IMAGE.width, height = IMAGE.height } = options;
    if (json) printJson(figure);
    else if (out === undefined) {
      if (i > 0) printLine();
      await print(figure, options);
    } else {
      const { writeFigure } = await import('../../../tui/export/write-figure.js');
      const file = fileOf(out, suffix);
      await writeFigure(figure, file, { width, height });
      printLine(file);
    }
  }
}

const list = (json: true | undefined): void => {
  const all = FIGURE_NAMES.map((name) => ({ name, ...FIGURE_KINDS[name] }));
  const rows = all.map(({ name, needsSweep, description }) => [name, needsSweep ? 'DIR' : '[DIR]', description]);
  if (json) for (const each of all) printJson(each);
  else printLine(formatTable([{ title: 'figure' }, { title: 'of' }, { title: 'what it shows' }], rows));
};

/** `regimes figure`: one figure, in the terminal or as a file. */
export const figureCommand = (): Command =>
  new Command('figure')
    .argument('<name>', `${FIGURE_NAMES.join(', ')}, or ${LIST}`)
    .argument('[dir]', 'folder written by regimes sweep')
    .option('--out <file>', `file ending in ${EXTENSIONS.join(', ')} (default: text on stdout)`)
    .option(...whereOption)
    .option('--alpha <list>', 'one positive number per group of the toy', positiveNumbers, [1, 2, 4])
    .option(
      '--tolerance <fraction>',
      'divergence: loss within this fraction of that of random points',
      fraction,
      NETWORK_TOLERANCE,
    )
    .option('--elr <number>', 'trajectory, ess, shares: the run (default: the first in equilibrium)', positiveNumber)
    .option(
      '--quantity <name>',
      'trajectory: loss, error, egn, ess, shares, group-ess; phase: regime, loss, ess, lyapunov',
      oneOf(QUANTITIES),
    )
    .option('--axis <name>', `trajectory: ${AXES.join(', ')}`, oneOf(AXES), 'step')
    .option('--smoothing <weight>', 'trajectory: weight of the past in a moving average; 0: none', part, 0.97)
    .option('--log-x', 'a logarithmic horizontal axis')
    .option('--no-log-x', 'a linear one')
    .option('--log-y', 'a logarithmic vertical axis')
    .option('--no-log-y', 'a linear one')
    .option('--no-theory', 'without the closed form')
    .option('--glyphs <name>', `text: ${GLYPHS.join(', ')}`, oneOf(GLYPHS), 'braille')
    .option('--width <count>', 'columns, or pixels of a file', count)
    .option('--height <count>', 'lines, or pixels of a file', count)
    .option('--json', 'print the figure as JSON only, a line for every setting')
    .action(async (name: string, directory: string | undefined, options: FigureOptions) => {
      if (name === LIST) list(options.json);
      else await draw(name, directory, options);
    });
