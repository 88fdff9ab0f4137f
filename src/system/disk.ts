import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

/**
 * The calls by which the program changes a disk, all of them: no other file of it writes by itself. Tests put a disk in the place
 * of the system's that fails at one call, or that remembers all of them.
 */
export interface Disk {
  /** Opens a file for writing: `w` makes or empties it, `a` writes at its end, `wx` makes it where there is none. */
  open(path: string, flags: 'w' | 'a' | 'wx'): number;
  /** Number of bytes that were taken, which may be fewer than there are. */
  write(file: number, bytes: Uint8Array): number;
  /** Returns once the bytes of a file are on the disk. */
  sync(file: number): void;
  close(file: number): void;
  truncate(path: string, bytes: number): void;
  rename(from: string, to: string): void;
  link(from: string, to: string): void;
  /** Removes a file, if it is there. */
  remove(path: string): void;
  makeFolder(path: string): void;
  /** Removes an empty folder. */
  removeFolder(path: string): void;
  /** Removes a folder with all that is in it, if it is there. */
  removeTree(path: string): void;
  /** Returns once the names in a folder are on the disk. */
  syncFolder(path: string): void;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** What systems say that do not know how to settle the names of a folder, such as Windows and some of a network. */
const CANNOT_SYNC_FOLDERS = new Set(['EPERM', 'EACCES', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EBADF']);

/** The disk of the system. */
export const systemDisk: Disk = {
  open: openSync,
  write: (file, bytes) => writeSync(file, bytes),
  sync: fsyncSync,
  close: closeSync,
  truncate: truncateSync,
  rename: renameSync,
  link: linkSync,
  remove(path) {
    try {
      unlinkSync(path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  },
  makeFolder: (path) => mkdirSync(path),
  removeFolder: rmdirSync,
  removeTree: (path) => rmSync(path, { recursive: true, force: true }),
  syncFolder(path) {
    let folder: number | undefined;
    try {
      folder = openSync(path, 'r');
      fsyncSync(folder);
    } catch (error) {
      if (!CANNOT_SYNC_FOLDERS.has(codeOf(error)!)) throw error;
    } finally {
      if (folder !== undefined) closeSync(folder);
    }
  },
};

let current = systemDisk;

/** The disk that the program writes to. */
export const disk = (): Disk => current;

/** Puts another disk in the place of the present one, for tests; returns a function that puts that one back. */
export function replaceDisk(other: Disk): () => void {
  const before = current;
  current = other;
  return () => {
    current = before;
  };
}
