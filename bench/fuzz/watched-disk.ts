import { type Disk, systemDisk } from '../../src/system/disk.js';

/** Disks for experiments: every call can be seen, counted, and made to fail. */

export type CallName = keyof Disk;

/** A call by which the program changes a disk. */
export interface Call {
  readonly name: CallName;
  /** What it was called with; for calls with the number of an open file, the path of that file comes first. */
  readonly path: string;
  readonly arguments: readonly unknown[];
}

const BY_NUMBER: ReadonlySet<CallName> = new Set(['write', 'sync', 'close']);

/** The disk of the system; `around` is told of each call, and does it or something else. */
export function watchedDisk(around: (call: Call, go: () => unknown) => unknown): Disk {
  const paths = new Map<number, string>();
  const watched = (name: CallName) => {
    const call = systemDisk[name] as (...given: unknown[]) => unknown;
    return (...given: unknown[]): unknown => {
      const path = BY_NUMBER.has(name) ? paths.get(given[0] as number)! : (given[0] as string);
      const result = around({ name, path, arguments: given }, () => call(...given));
      if (name === 'open') paths.set(result as number, path);
      return result;
    };
  };
  const names = Object.keys(systemDisk) as CallName[];
  return Object.fromEntries(names.map((name) => [name, watched(name)])) as unknown as Disk;
}

const TEXTS = { ENOSPC: 'no space left on device', EIO: 'i/o error' } as const;

/** An error as Node makes one of what the system says. */
function systemError(code: keyof typeof TEXTS, { name, path }: Call): NodeJS.ErrnoException {
  const syscall = { sync: 'fsync', syncFolder: 'fsync', remove: 'unlink', makeFolder: 'mkdir' }[name as string] ?? name;
  const isByPath = !BY_NUMBER.has(name);
  const error = new Error(`${code}: ${TEXTS[code]}, ${syscall}${isByPath ? ` '${path}'` : ''}`);
  return Object.assign(error, { code, syscall, ...(isByPath && { path }) });
}

/**
 * How a call fails: with an error; `short`: half of the bytes are taken; `torn`: the same, and what follows finds the disk full;
 * `full`: the disk is full from then on.
 */
export type Fault = 'ENOSPC' | 'EIO' | 'short' | 'torn' | 'full';

/** How each call can fail. */
export const FAULTS: Readonly<Record<CallName, readonly Fault[]>> = {
  open: ['ENOSPC', 'EIO', 'full'],
  write: ['ENOSPC', 'EIO', 'short', 'torn', 'full'],
  sync: ['ENOSPC', 'EIO'],
  close: ['EIO'],
  truncate: ['EIO'],
  rename: ['ENOSPC', 'EIO'],
  link: ['ENOSPC', 'EIO'],
  remove: ['EIO'],
  makeFolder: ['ENOSPC', 'EIO', 'full'],
  removeFolder: ['EIO'],
  removeTree: ['EIO'],
  syncFolder: ['EIO'],
};

const NEEDS_SPACE: ReadonlySet<CallName> = new Set(['open', 'write', 'makeFolder']);

/** A disk at which one call fails, by its place among all calls, and the calls so far. */
export function faultyDisk({ at, fault }: { readonly at: number; readonly fault: Fault }) {
  const calls: Call[] = [];
  let isFull = false;
  const disk = watchedDisk((call, go) => {
    const isMeant = calls.length === at;
    calls.push(call);
    if (isFull && NEEDS_SPACE.has(call.name)) {
      isFull = fault === 'full';
      throw systemError('ENOSPC', call);
    }
    if (!isMeant) return go();
    if (fault === 'short' || fault === 'torn') {
      const [file, bytes] = call.arguments as [number, Uint8Array];
      isFull = fault === 'torn';
      return systemDisk.write(file, bytes.subarray(0, Math.max(1, bytes.length >> 1)));
    }
    isFull = fault === 'full';
    // What cannot be closed is closed all the same.
    if (call.name === 'close') go();
    throw systemError(fault === 'full' ? 'ENOSPC' : fault, call);
  });
  return { disk, calls };
}
