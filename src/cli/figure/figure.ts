import { Command } from 'commander';
import { UsageError } from '../../system/usage-error.js';
import { positiveNumbers } from '../../text/grammar/range-grammar.js';
import { count, fraction, oneOf, part, positiveNumber } from '../../text/grammar/value-grammar.js';
import { formatTable, printJson, printLine } from '../../text/output.js';
import { runsArgument, toleranceOption, whereOption } from '../options/where.js';
import { type LeftOut, leavingOut } from '../run/left-out.js';
import { GLYPHS_WHERE } from '../terminal/usual-glyphs.js';
import { ALL, drawAllFigures, drawFigure, LIST } from './draw-figures.js';
import { FIGURE_KINDS, FIGURE_NAMES } from './figure-names.js';
import { AXES, type FigureOptions, GLYPHS, QUANTITIES } from './figure-options.js';
import { FORMATS, formats } from './formats.js';

const list = (json: true | undefined): void => {
  const all = FIGURE_NAMES.map((name) => {
    const { description, needsSweep } = FIGURE_KINDS[name];
    return { name, description, needsSweep };
  });
  const rows = all.map(({ name, needsSweep, description }) => [name, needsSweep ? 'DIR' : '[DIR]', description]);
  if (json) for (const each of all) printJson(each);
  else printLine(formatTable([{ title: 'figure' }, { title: 'of' }, { title: 'what it shows' }], rows));
};

async function figure(
  leftOut: LeftOut,
  name: string,
  directory: string | undefined,
  options: FigureOptions,
): Promise<void> {
  if (options.last !== undefined && name !== 'trajectory') throw new UsageError('--last goes with trajectory');
  if (name === LIST) list(options.json);
  else if (name === ALL) await drawAllFigures(directory, { ...options, leftOut });
  else await drawFigure(name, directory, { ...options, leftOut });
}

/** `regimes figure`: one figure, in the terminal or as a file. */
export const figureCommand = (): Command =>
  new Command('figure')
    .argument('<name>', `${FIGURE_NAMES.join(', ')}, ${ALL} or ${LIST}`)
    .argument('[dir]', runsArgument[1])
    .option(
      '--out <file>',
      `file ending in ${FORMATS.map((each) => `.${each}`).join(', ')}, or a name without an ending with --format; of all figures the ` +
        'folder (default: text on stdout)',
    )
    .option(
      '--size <name>',
      'on paper: column (89 mm, text of 7.5 points), page (178 mm), slide (16 points), or a width like 86mm or 3.25in; writes the ' +
        'caption beside the figure, as .txt',
    )
    .option('--format <list>', `${FORMATS.join(', ')}, or several separated by commas (all figures: svg)`, formats)
    .option(
      '--title <text>',
      'the title in an image (default: its own with pixels and slide, none with column and page)',
    )
    .option('--no-title', 'an image without a title')
    .option(...whereOption)
    .option('--alpha <list>', 'one positive number per group of the toy', positiveNumbers, [1, 2, 4])
    .option(...toleranceOption)
    .option('--elr <number>', 'trajectory, ess, shares: the run (default: the first in equilibrium)', positiveNumber)
    .option(
      '--quantity <name>',
      'trajectory: loss, error, egn, ess, shares, group-ess; phase: regime, loss, ess, lyapunov, noiseShare',
      oneOf(QUANTITIES),
    )
    .option('--axis <name>', `trajectory: ${AXES.join(', ')}`, oneOf(AXES), 'step')
    .option('--smoothing <weight>', 'trajectory: weight of the past in a moving average; 0: none', part, 0.97)
    .option('--last <fraction>', 'trajectory: only this last part of the run, such as 0.1', fraction)
    .option('--log-x', 'a logarithmic horizontal axis')
    .option('--no-log-x', 'a linear one')
    .option('--log-y', 'a logarithmic vertical axis')
    .option('--no-log-y', 'a linear one')
    .option('--no-theory', 'without the closed form')
    .option('--glyphs <name>', `text: ${GLYPHS.join(', ')} (default: ${GLYPHS_WHERE})`, oneOf(GLYPHS))
    .option('--width <count>', 'columns, or pixels of a file', count)
    .option('--height <count>', 'lines, or pixels of a file', count)
    .option('--json', 'print the figure as JSON only, a line for every setting')
    .action(leavingOut(figure));
