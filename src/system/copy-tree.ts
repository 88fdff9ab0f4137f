import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { explainWriting, makeWithParents, writeSettled } from './atomic.js';

/** Copies a file, or a folder with all that is in it; of a link, what it leads to. A file that is there already is replaced. */
export function copyTree(from: string, to: string): void {
  if (statSync(from).isDirectory()) {
    makeWithParents(to);
    for (const name of readdirSync(from)) copyTree(join(from, name), join(to, name));
    return;
  }
  makeWithParents(dirname(to));
  const content = readFileSync(from);
  explainWriting(to, () => writeSettled(to, content));
}
