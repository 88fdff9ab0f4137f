import { statSync } from 'node:fs';
import { writeFully } from '../../../src/system/atomic.js';
import { disk } from '../../../src/system/disk.js';
import type { Archive } from '../catalogue.js';
import { sha256OfFile } from './hash.js';

/** Tries that may end without a single new byte, one after another, before a download is given up. */
const IDLE_TRIES = 3;
const STALLED_AFTER = 60_000;
const PAUSE = 1000;

export interface DownloadOptions {
  /** Called with the number of bytes received. */
  readonly onProgress?: (bytes: number) => void;
  /** Milliseconds between two tries. */
  readonly pause?: number;
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** A server's refusal, which another try would not change. */
class Refused extends Error {}

/** The byte of the file at which an answer starts. Throws where it is not an answer with bytes of the file. */
function startOf({ status, headers }: Response, from: number, { url, bytes }: Archive): number {
  if (status >= 500) throw new Error(`${url}: the server responded with status ${status}`);
  const [, first, whole] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  const start = status === 206 ? Number(first) : 0;
  if (status !== 200 && !(status === 206 && start === from))
    throw new Refused(`${url}: the server responded with status ${status}`);
  const length = status === 206 ? whole : headers.get('content-length');
  if (length && Number(length) !== bytes) throw new Refused(`${url} has ${length} bytes; the known file has ${bytes}`);
  return start;
}

async function writeBody(file: number, response: Response, from: number, heard: (bytes: number) => void) {
  let bytes = from;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    writeFully(file, chunk);
    bytes += chunk.length;
    heard(bytes);
  }
}

/** Asks once for what a partial file lacks and appends what comes. */
async function goOn(archive: Archive, path: string, onProgress: (bytes: number) => void): Promise<void> {
  const { url, bytes: size } = archive;
  const from = sizeOf(path);
  const abort = new AbortController();
  const stalled = () => abort.abort(new Error(`no data received for ${STALLED_AFTER / 1000} s`));
  let timer = setTimeout(stalled, STALLED_AFTER);
  const heard = (bytes: number): void => {
    clearTimeout(timer);
    timer = setTimeout(stalled, STALLED_AFTER);
    onProgress(bytes);
    if (bytes > size) throw new Refused(`${url}: the server sends more than the file's ${size} bytes`);
  };
  try {
    // Compressed on the way, bytes would not be those of the file, and ranges not its ranges.
    const headers = { 'accept-encoding': 'identity', ...(from > 0 ? { range: `bytes=${from}-` } : {}) };
    const response = await fetch(url, { headers, signal: abort.signal });
    const start = startOf(response, from, archive);
    const file = disk().open(path, start > 0 ? 'a' : 'w');
    try {
      await writeBody(file, response, start, heard);
    } finally {
      disk().close(file);
    }
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

/** What lies behind an error of fetch, whose own message says only that it failed. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  const inner = cause as (Error & { code?: string }) | undefined;
  return inner?.message || inner?.code || message;
}

async function toTheEnd(archive: Archive, path: string, { onProgress, pause }: Required<DownloadOptions>) {
  for (let idle = 0; sizeOf(path) < archive.bytes; ) {
    const before = sizeOf(path);
    try {
      await goOn(archive, path, onProgress);
      if (sizeOf(path) >= archive.bytes) return;
      throw new Error('the connection was closed too early');
    } catch (error) {
      if (error instanceof Refused) throw error;
      idle = sizeOf(path) > before ? 0 : idle + 1;
      if ((error as NodeJS.ErrnoException).syscall === 'write' || idle >= IDLE_TRIES) {
        const kept = sizeOf(path);
        const rest =
          kept > 0 ? `; ${kept} of ${archive.bytes} bytes are kept, and the same command resumes from there` : '';
        throw new Error(`${archive.url} cannot be fetched (${reasonOf(error)})${rest}`);
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/**
 * Brings a file to `path`, going on from a part of it that is there already. Throws one line where it cannot be had or
 * is not the file with the known SHA-256; then nothing of it is kept.
 */
export async function download(
  archive: Archive,
  path: string,
  { onProgress = () => {}, pause = PAUSE }: DownloadOptions = {},
): Promise<void> {
  const options = { onProgress, pause };
  const resumed = sizeOf(path) > 0;
  if (sizeOf(path) > archive.bytes) disk().truncate(path, 0);
  await toTheEnd(archive, path, options);
  let found = await sha256OfFile(path);
  if (found !== archive.sha256 && resumed) {
    // The part may have been of something else: once more from the start.
    disk().truncate(path, 0);
    await toTheEnd(archive, path, options);
    found = await sha256OfFile(path);
  }
  if (found === archive.sha256) return;
  disk().remove(path);
  throw new Error(`${archive.url} has SHA-256 ${found}, not ${archive.sha256}; the download was deleted`);
}
