import { dirname } from 'node:path';
import { makeDirectory, writeAtomically } from '../../src/system/atomic.js';
import { UsageError } from '../../src/system/usage-error.js';
import type { Figure } from '../figure/figure.js';
import { figureCsv } from './figure-csv.js';
import type { ImageOptions } from './image-options.js';

const ENDINGS = ['.svg', '.png', '.pdf', '.csv'];

/**
 * Writes a figure as what the name of the file ends in: .svg, .png, .pdf or .csv; folders above it are made. Throws a UsageError at any
 * other name, and where the file cannot be written.
 *
 * @example
 * const figure = toyLossFigure({ alpha: [1, 2, 4], tolerance: DIVERGENCE_TOLERANCE, points: [] });
 * await writeFigure(figure, 'figures/loss.svg', { paper: paperOf('column') });
 */
export async function writeFigure(figure: Figure, file: string, options: ImageOptions = {}): Promise<void> {
  if (!ENDINGS.some((ending) => file.endsWith(ending)))
    throw new UsageError(`a figure cannot be written as ${file}; allowed: names that end in ${ENDINGS.join(', ')}`);
  makeDirectory(dirname(file));
  if (file.endsWith('.csv')) return writeAtomically(file, figureCsv(figure));
  // Loading vega takes a good part of a second: only whoever exports waits for it.
  if (file.endsWith('.pdf')) {
    const { figurePdf } = await import('./figure-pdf.js');
    return writeAtomically(file, await figurePdf(figure, options));
  }
  const { figureSvg } = await import('./figure-svg.js');
  const svg = await figureSvg(figure, options);
  if (!file.endsWith('.png')) return writeAtomically(file, svg);
  const { svgToPng } = await import('./png.js');
  const { paper } = options;
  // Of the renderer an inch has 96 pixels.
  writeAtomically(file, svgToPng(svg, paper === undefined ? undefined : paper.resolution / 96));
}
