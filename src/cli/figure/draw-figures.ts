import type { AxisScale, Figure } from '../../../tui/figure/figure.js';
import { MOST_COLUMNS, MOST_PIXELS } from '../../system/bounds.js';
import { UsageError } from '../../system/usage-error.js';
import type { Fact } from '../../text/facts-text.js';
import { formatNumber, log, printJson, printLine } from '../../text/output.js';
import { Progress } from '../../text/progress.js';
import type { LeftOut } from '../run/left-out.js';
import { usualGlyphs } from '../terminal/usual-glyphs.js';
import type { DrawnSweep } from './figure-build.js';
import { filesOf, filesOfAll, withFigureName, withSuffix, writeFigureFiles } from './figure-files.js';
import { FIGURE_KINDS, FIGURE_NAMES, type FigureName, joinedOptions, TOY_FIGURE_STEPS } from './figure-names.js';
import type { FigureOptions } from './figure-options.js';
import { type FigureSource, figureSources } from './figure-sweep.js';

/** The word for all figures, in the place of the name of one. */
export const ALL = 'all';
/** The word for a list of them. */
export const LIST = 'list';

/** Smallest sizes at which a figure can be read. */
const SMALLEST = { width: 20, height: 8 };
const LARGEST = { columns: MOST_COLUMNS, pixels: MOST_PIXELS };
const TEXT = { width: 100, height: 28, widest: 160, tallest: 40 };

function checked(given: string, directory: string | undefined, options: FigureOptions): FigureName {
  const { width = SMALLEST.width, height = SMALLEST.height } = options;
  const name = FIGURE_NAMES.find((candidate) => candidate === given);
  if (name === undefined)
    throw new UsageError(`no figure ${given}; allowed: ${[...FIGURE_NAMES, ALL, LIST].join(', ')}`);
  if (directory === undefined && FIGURE_KINDS[name].needsSweep)
    throw new UsageError(`${name} needs the folder of a sweep: regimes figure ${name} DIR`);
  if (directory === undefined && options.where !== undefined)
    throw new UsageError('--where selects runs; it needs the folder of a sweep');
  if (width < SMALLEST.width || height < SMALLEST.height)
    throw new UsageError(`--width and --height must be at least ${SMALLEST.width} and ${SMALLEST.height}`);
  const unit = options.out === undefined ? 'columns' : 'pixels';
  if (Math.max(width, height) > LARGEST[unit])
    throw new UsageError(
      `--width and --height must be at most ${LARGEST[unit]} ${unit === 'pixels' ? unit : 'columns and lines'}`,
    );
  return name;
}

const scaleOf = (isLogarithmic: boolean | undefined): AxisScale | undefined =>
  isLogarithmic === undefined ? undefined : isLogarithmic ? 'logarithmic' : 'linear';

/** The figure with the axes and the theory that are asked for. */
async function shown(whole: Figure, { logX, logY, theory, last = 1 }: FigureOptions): Promise<Figure> {
  const { withScales, withoutTheory } = await import('../../../tui/figure/figure.js');
  const { withLastPart } = await import('../../../tui/figure/last-part.js');
  const figure = withLastPart(whole, last);
  const [x, y] = [scaleOf(logX), scaleOf(logY)];
  if (x && figure.x.categories)
    throw new UsageError(`the horizontal axis of ${figure.name} counts groups; it has no scale`);
  const scaled = withScales(figure, { ...(x && { x }), ...(y && { y }) });
  return theory ? scaled : withoutTheory(scaled);
}

async function print(figure: Figure, { glyphs = usualGlyphs('braille'), width, height }: FigureOptions): Promise<void> {
  const { printFigure } = await import('./print-figure.js');
  const { columns, rows } = process.stdout;
  printFigure(figure, {
    width: width ?? Math.max(SMALLEST.width, Math.min(columns ?? TEXT.width, TEXT.widest)),
    height: height ?? Math.max(SMALLEST.height, Math.min((rows ?? TEXT.height + 2) - 2, TEXT.tallest)),
    glyphs,
  });
}

/** The figure of a setting with its axes. Throws (Error) where there is nothing to see in it, unless its data are asked for. */
async function built(name: FigureName, source: DrawnSweep, options: FigureOptions): Promise<Figure> {
  const { buildFigure } = await import('./figure-build.js');
  const { nothingToDraw } = await import('../../../tui/figure/drawable.js');
  const figure = await shown(await buildFigure(name, source, options), options);
  const missing = options.json ? undefined : nothingToDraw(figure);
  if (missing !== undefined) throw new Error(`${name}: nothing to draw: ${missing}`);
  return figure;
}

/** What a caption says of the runs of a sweep, or of the toy. */
const aboutOf = (name: FigureName, { alpha, tolerance }: FigureOptions, ofSweep: readonly Fact[]): readonly Fact[] =>
  FIGURE_KINDS[name].needsSweep
    ? ofSweep
    : [
        ['toy', `alpha ${alpha.join(',')}, ${TOY_FIGURE_STEPS[name === 'phase' ? 'phase' : 'toy-loss']} steps`],
        ['divergence', `loss within ${formatNumber(100 * tolerance)}% of that of random points`],
      ];

/** The options, and where runs are counted that cannot be read. */
type DrawOptions = FigureOptions & { readonly leftOut: LeftOut };

/** One figure, printed or written, of every setting. */
export async function drawFigure(given: string, directory: string | undefined, options: DrawOptions): Promise<void> {
  const name = checked(given, directory, options);
  const files = filesOf(options);
  const sources: Partial<FigureSource>[] =
    directory === undefined ? [{}] : await figureSources(directory, { ...options, joined: joinedOptions(name) });
  for (const [i, source] of sources.entries()) {
    const { suffix = '', about = [] } = source;
    const figure = await built(name, source, options);
    if (options.json) printJson(figure);
    else if (files !== undefined) {
      const texts = { ...options, title: options.title, about: aboutOf(name, options, about) };
      for (const file of await writeFigureFiles(figure, withSuffix(files, suffix), texts)) printLine(file);
    } else {
      if (i > 0) printLine();
      await print(figure, options);
    }
  }
}

/** Every figure of every setting as files of a folder; those with nothing to see are named on stderr. */
export async function drawAllFigures(directory: string | undefined, options: DrawOptions): Promise<void> {
  if (directory === undefined) throw new UsageError('all figures are of a sweep: regimes figure all DIR --out FOLDER');
  const files = filesOfAll(options);
  const progress = new Progress();
  const sources = await figureSources(directory, options);
  const wanted = sources.flatMap((source) => FIGURE_NAMES.map((name) => ({ name, ...source })));
  let count = 0;
  for (const [i, { name, suffix, about, ...source }] of wanted.entries()) {
    progress.update(i, wanted.length, name);
    const figure = await built(name, source, options).catch((error: Error) => error);
    progress.end();
    if (figure instanceof Error) {
      log(`not drawn: ${figure.message}`);
      continue;
    }
    const own = withSuffix(withFigureName(files, name, figure), suffix);
    const texts = { ...options, title: options.title, about: aboutOf(name, options, about) };
    for (const file of await writeFigureFiles(figure, own, texts)) printLine(file);
    count += 1;
  }
  if (count === 0) throw new Error(`no figure of ${directory} can be drawn`);
}
