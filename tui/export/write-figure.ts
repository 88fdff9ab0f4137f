import { dirname } from 'node:path';
import { makeDirectory, writeAtomically } from '../../src/system/atomic.js';
import type { Figure } from '../figure/figure.js';
import { figureCsv } from './figure-csv.js';
import type { ImageOptions } from './image-options.js';

/** Writes a figure as what the name of the file ends in: .svg, .png, .pdf or .csv. Throws if that cannot be written. */
export async function writeFigure(figure: Figure, file: string, options: ImageOptions = {}): Promise<void> {
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
