import { readFileSync } from 'node:fs';
import { explainReading } from '../../src/system/reading-error.js';
import { UsageError } from '../../src/system/usage-error.js';
import type { ImageSet } from './image-set.js';

/** Labels as a text file: the class number of an image a line, which numpy's loadtxt reads and savetxt(fmt='%d') writes. */
export const labelFileText = (labels: Uint8Array): string => `${[...labels].join('\n')}\n`;

function readText(path: string): string {
  try {
    return explainReading(path, () => readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`--labels ${(error as Error).message}; needed: a text file, a class number a line`);
  }
}

/** The labels in a file of `count` lines. Throws a UsageError, one line, where it is not one of class numbers below `classes`. */
export function readLabelFile(path: string, count: number, classes: number): Uint8Array {
  const text = readText(path).trimEnd();
  const lines = text === '' ? [] : text.split(/\r?\n/);
  if (lines.length !== count) {
    const found = `${lines.length} line${lines.length === 1 ? '' : 's'}`;
    throw new UsageError(`--labels ${path}: it has ${found}; needed: one for each of ${count} images`);
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
