import type { ReadingListener } from '../system/reading.js';
import { printable } from './printable.js';
import { Progress } from './progress.js';

/** Smaller files are read before anyone wonders. */
const LARGE = 2 ** 25;
const SECONDS_UNSHOWN = 1;

interface ShowReadingOptions {
  readonly stream?: NodeJS.WriteStream;
  /** Bytes from which on the reading of a file is shown. */
  readonly large?: number;
  /** Seconds that a file may take without being shown. */
  readonly patience?: number;
}

/** Shows on stderr how far the reading of a large file has come, once it has taken a second. */
export function showReading({
  stream = process.stderr,
  large = LARGE,
  patience = SECONDS_UNSHOWN,
}: ShowReadingOptions = {}): ReadingListener {
  let current: { readonly path: string; readonly begin: number; progress?: Progress } | undefined;
  return (path, bytes, size) => {
    if (size < large) return;
    if (current?.path !== path) {
      current?.progress?.end();
      current = { path, begin: performance.now() };
    }
    if (bytes >= size) {
      current.progress?.end();
      current = undefined;
    } else if (performance.now() - current.begin >= 1000 * patience) {
      current.progress ??= new Progress(stream, { firstLineAfter: 0 });
      current.progress.update(bytes, size, `reading ${printable(path)}, ${Math.round(size / 1e6)} MB`);
    }
  };
}
