import { readFileSync } from 'node:fs';
import { UsageError } from '../../src/system/usage-error.js';
import type { ImageSet } from './image-set.js';

/** Labels as a text file: the class number of an image a line, which numpy's loadtxt reads and savetxt(fmt='%d') writes. */
export const labelFileText = (labels: Uint8Array): string => `${[...labels].join('\n')}\n`;

/** The labels in a file of `count` lines. Throws a UsageError, one line, where it is not one of class numbers below `classes`. */
export function readLabelFile(path: string, count: number, classes: number): Uint8Array {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new UsageError(`--labels ${path}: no file can be read there`);
  }
  const lines = text.trimEnd().split(/\r?\n/);
  if (lines.length !== count) {
    throw new UsageError(`--labels ${path}: it has ${lines.length} lines; needed: one for each of ${count} images`);
  }
  return Uint8Array.from(lines, (line, i) => {
    const label = /^\s*\d{1,3}\s*$/.test(line) ? Number(line) : Number.NaN;
    if (!(label < classes)) {
      const found = JSON.stringify(line.slice(0, 20));
      throw new UsageError(
        `--labels ${path}, line ${i + 1}: ${found}; allowed: a class number from 0 to ${classes - 1}`,
      );
    }
    return label;
  });
}

/** The same images with the labels of a file. */
export const withLabels = (set: ImageSet, path: string, classes: number): ImageSet => ({
  ...set,
  labels: readLabelFile(path, set.count, classes),
});
