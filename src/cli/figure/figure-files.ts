import { extname, join } from 'node:path';
import { figureFileName } from '../../../tui/export/file-name.js';
import { type Paper, paperOf } from '../../../tui/export/paper.js';
import type { Figure } from '../../../tui/figure/figure.js';
import { makeDirectory, writeAtomically } from '../../system/atomic.js';
import { UsageError } from '../../system/usage-error.js';
import type { Fact } from '../../text/facts-text.js';
import { refuseOutFile } from '../options/out-file.js';
import type { FigureName } from './figure-names.js';
import type { FigureOptions } from './figure-options.js';
import { FORMATS, type Format } from './formats.js';

/** Figures as files: which there are, and what is written beside them. */

const PIXELS = { width: 960, height: 600 };

/** Whether the name of a file says what is in it. */
const formatOf = (file: string): Format | undefined => FORMATS.find((format) => file.endsWith(`.${format}`));

/** What --out, --format and --size come to for one figure; undefined where it is printed. Throws a UsageError where they contradict. */
export function filesOf({ out, format, size, width, height, title, json }: FigureOptions): FigureFiles | undefined {
  if (out === undefined) {
    const needing = Object.entries({ format, size, title }).find(([, value]) => value !== undefined);
    if (needing) throw new UsageError(`--${needing[0]} is about files; it needs --out`);
    return undefined;
  }
  if (json) throw new UsageError('--json prints and --out writes a file; give only one');
  if (size !== undefined && (width ?? height) !== undefined)
    throw new UsageError('--size is on paper and --width and --height are in pixels; give only one');
  const ending = formatOf(out);
  if (ending === undefined && format === undefined)
    throw new UsageError(
      `--out ${out}; allowed: a file that ends in ${FORMATS.map((each) => `.${each}`).join(', ')}, or --format`,
    );
  if (ending !== undefined && format !== undefined)
    throw new UsageError(`--out ${out} says the format already; give --format with a name without an ending`);
  for (const file of ending === undefined ? format!.map((each) => `${out}.${each}`) : [out])
    refuseOutFile(file, '--out');
  return {
    base: ending === undefined ? out : out.slice(0, -extname(out).length),
    formats: ending === undefined ? format! : [ending],
    paper: size === undefined ? undefined : paperOf(size),
  };
}

export interface FigureFiles {
  /** Path without an ending. */
  readonly base: string;
  readonly formats: readonly Format[];
  readonly paper: Paper | undefined;
}

/** The same for all figures of a sweep: files in the folder --out, for a column unless said otherwise. Throws a UsageError without one. */
export function filesOfAll(options: FigureOptions): FigureFiles {
  const { out, format = ['svg'], size = 'column', json, elr, quantity, width, height } = options;
  if (out === undefined || json) throw new UsageError('all figures are files: regimes figure all DIR --out FOLDER');
  if (formatOf(out) !== undefined)
    throw new UsageError(`--out ${out}; allowed: a folder, and --format for what is written`);
  if ((width ?? height) !== undefined)
    throw new UsageError('all figures are on paper: --size, not --width and --height');
  if (quantity !== undefined)
    throw new UsageError('--quantity is that of one figure: regimes figure phase, trajectory');
  if (elr !== undefined) throw new UsageError('--elr is that of one figure: regimes figure trajectory, ess, shares');
  makeDirectory(out);
  return { base: out, formats: format, paper: paperOf(size) };
}

/** The path of a figure among all of a folder, by its name on the command line: toy and network have one of the same name. */
export const withFigureName = (files: FigureFiles, name: FigureName, { variant }: Figure): FigureFiles => ({
  ...files,
  base: join(files.base, figureFileName({ name, ...(variant && { variant }) })),
});

/** The path of a setting: of several each has its own. */
export const withSuffix = (files: FigureFiles, suffix: string): FigureFiles =>
  suffix === '' ? files : { ...files, base: `${files.base}_${suffix}` };

export interface FigureTexts {
  readonly title: string | false | undefined;
  /** What is trained on what, of the caption. */
  readonly about: readonly Fact[];
}

/** Writes a figure in every format, with its caption beside it where it is on paper; returns the files. */
export async function writeFigureFiles(
  figure: Figure,
  { base, formats, paper }: FigureFiles,
  { title, about, width = PIXELS.width, height = PIXELS.height }: FigureTexts & Pick<FigureOptions, 'width' | 'height'>,
): Promise<string[]> {
  const { writeFigure } = await import('../../../tui/export/write-figure.js');
  const named = title === undefined ? {} : { title: title === false ? null : title };
  const files = formats.map((format) => `${base}.${format}`);
  for (const file of files) await writeFigure(figure, file, { ...(paper ? { paper } : { width, height }), ...named });
  if (paper === undefined) return files;
  const { figureCaption } = await import('../../../tui/export/caption.js');
  writeAtomically(`${base}.txt`, figureCaption(figure, about));
  return [...files, `${base}.txt`];
}
