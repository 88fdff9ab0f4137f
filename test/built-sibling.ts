import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * What src/system/sibling-module.ts is to tests (vitest.config.ts puts it there): workers run as built, since a new
 * process or thread of Node 20 does not load TypeScript.
 */
export const siblingModule = (url: string, name: string): string =>
  join(ROOT, 'dist', relative(ROOT, dirname(fileURLToPath(url))), `${name}.js`);
