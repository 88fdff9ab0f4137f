import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin } from 'vitest/config';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ROOMS = ['src', 'toy', 'deep', 'tui', 'bench'];

/**
 * Lets tests import the program as built (test/build.ts) wherever they name its sources: that is what users run, Node
 * loads it without a transformation, and loops do not pay for imports that are looked up anew at each use.
 */
export const builtModules = (): Plugin => ({
  name: 'built-modules',
  enforce: 'pre',
  resolveId(source, importer) {
    if (!source.startsWith('.') || importer === undefined) return undefined;
    const path = relative(ROOT, resolve(dirname(importer), source));
    const built = join(ROOT, 'dist', path);
    if (!ROOMS.includes(path.split(sep)[0]!) || !existsSync(built)) return undefined;
    return { id: pathToFileURL(built).href, external: true };
  },
});
