import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Path of the module `name` beside the one whose `import.meta.url` is given: TypeScript or JavaScript, as that is. */
export const siblingModule = (url: string, name: string): string =>
  fileURLToPath(new URL(`./${name}${extname(fileURLToPath(url))}`, url));
