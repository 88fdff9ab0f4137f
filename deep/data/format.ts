import { join } from 'node:path';
import { type CifarLayout, checkCifarFile, cifarCount, readCifarFiles } from './cifar.js';
import { findFile } from './data-file.js';
import { findIdxFile, IDX_FILES, idxCount, readIdxImages, readIdxLabels, readIdxPart } from './idx-images.js';
import type { ImageSet } from './image-set.js';

export const PARTS = ['train', 'test'] as const;
export type Part = (typeof PARTS)[number];

/** How the files of a data set are laid out in a folder. Readers throw a UsageError where a file is missing, a DamagedFile where one does not fit. */
export interface Format {
  /** Names of the files; a file of the idx format may have .gz behind its name. */
  readonly files: readonly string[];
  /** The path of a file; undefined where the folder lacks it. */
  find(directory: string, file: string): string | undefined;
  /** The number of images without reading them. */
  count(directory: string, part: Part): number;
  /** The files that hold the images of a part, and how many each. */
  filesOf(directory: string, part: Part): readonly { readonly path: string; readonly images: number }[];
  read(directory: string, part: Part): ImageSet;
  /** Reads one file through. */
  checkFile(path: string, file: string): void;
}

export function cifarFormat(layout: CifarLayout): Format {
  const { trainFiles, testFiles } = layout;
  const filesOf = (part: Part): readonly string[] => (part === 'train' ? trainFiles : testFiles);
  return {
    files: [...trainFiles, ...testFiles],
    find: findFile,
    count: (directory, part) => filesOf(part).reduce((sum, file) => sum + cifarCount(join(directory, file), layout), 0),
    filesOf: (directory, part) =>
      filesOf(part)
        .map((file) => join(directory, file))
        .map((path) => ({ path, images: cifarCount(path, layout) })),
    read: (directory, part) => readCifarFiles(directory, filesOf(part), layout),
    checkFile: (path) => checkCifarFile(path, layout),
  };
}

export function idxFormat(classes: number): Format {
  const idxPart = (part: Part) => (part === 'train' ? 'train' : 't10k');
  return {
    files: IDX_FILES,
    find: findIdxFile,
    count: (directory, part) => idxCount(directory, idxPart(part)),
    filesOf: (directory, part) => [{ path: directory, images: idxCount(directory, idxPart(part)) }],
    read: (directory, part) => readIdxPart(directory, idxPart(part), classes),
    checkFile: (path, file) => {
      if (file.includes('labels')) readIdxLabels(path, classes);
      else readIdxImages(path);
    },
  };
}
