import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isJobAtWork, ownJob, type SlurmJob } from '../slurm/job-at-work.js';
import { explainWriting, tryTo, writeFully } from './atomic.js';
import { disk } from './disk.js';
import { UsageError } from './usage-error.js';

/** A run directory belongs to one process at a time: the one that its lock file names. */

export const LOCK_FILE = 'lock';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as the system counts; tells it from a later one of the same number. */
  readonly started: string;
  /** The job of Slurm that the process belongs to. */
  readonly slurm?: SlurmJob;
}

/** Whether there is a process of that number. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user's may not be sent signals, but is there.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** When the process of that number began; undefined where there is none, empty where the system does not say. */
function startOf(pid: number): string | undefined {
  if (!isRunning(pid)) return undefined;
  try {
    // The name, in parentheses, may hold anything; of what follows, the first is the state, the twentieth the start.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return /[ZX]/.test(fields[0]!) ? undefined : fields[19]!;
  } catch {
    return '';
  }
}

function ownHolder(): Holder {
  const slurm = ownJob();
  return { pid: process.pid, host: hostname(), started: startOf(process.pid) ?? '', ...(slurm && { slurm }) };
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, host, started, slurm } = JSON.parse(text) as Holder;
    if (!Number.isSafeInteger(pid) || pid <= 0 || typeof host !== 'string') return undefined;
    return { pid, host, started, ...(typeof slurm?.job === 'string' && { slurm }) };
  } catch {
    return undefined;
  }
}

/** Whether a process of another machine may still be at work: Slurm knows that of its jobs; of others nothing is known. */
function isHeldElsewhere({ slurm }: Holder): boolean {
  if (slurm === undefined) return true;
  const own = ownJob();
  // Slurm starts a job again only once it has given up its processes.
  if (own?.job === slurm.job) return own.restart <= slurm.restart;
  return isJobAtWork(slurm.job) ?? true;
}

/** Whether whoever wrote the lock may still be at work. */
function isHeld(holder: Holder): boolean {
  if (holder.host !== hostname()) return isHeldElsewhere(holder);
  const started = startOf(holder.pid);
  return started !== undefined && (started === '' || started === holder.started);
}

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** Writes a file that need not outlive the process. */
function writeWhole(path: string, content: Uint8Array, flags: 'w' | 'wx'): void {
  const file = disk().open(path, flags);
  try {
    writeFully(file, content);
  } finally {
    disk().close(file);
  }
}

/** Puts `mine` in the place of `path` unless something is there; appears there complete or not at all. */
function linkUnlessThere(mine: string, path: string): boolean {
  try {
    disk().link(mine, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
  }
  // File systems without links.
  try {
    writeWhole(path, readFileSync(mine), 'wx');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes away the lock that says `text`; one that another process has put there meanwhile is put back. */
function removeStale(path: string, text: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    disk().rename(path, aside);
  } catch {
    return;
  }
  if (readText(aside) !== text) linkUnlessThere(aside, path);
  tryTo(() => disk().remove(aside));
}

/** Whether a process that may still be at work holds the lock of a directory. */
export function isLocked(directory: string): boolean {
  const text = readText(join(directory, LOCK_FILE));
  const holder = text === undefined ? undefined : parseHolder(text);
  return holder !== undefined && isHeld(holder);
}

/** What is known of a holder elsewhere, and the way out where that is wrong. */
function whereabouts({ host, slurm }: Holder, path: string): string {
  if (host === hostname()) return '';
  const wayOut = `; if that has ended, remove ${path}`;
  if (slurm === undefined) return ` of ${host}${wayOut}`;
  const { job } = slurm;
  if (isJobAtWork(job) === true) return ` of ${host}, in job ${job} of Slurm, which is running; scancel ${job} ends it`;
  return ` of ${host}, in job ${job} of Slurm, which cannot be asked${wayOut}`;
}

const ATTEMPTS = 10;

/**
 * Takes the lock of a directory and returns a function that releases it. The lock of a process that has ended is taken over.
 * Throws a UsageError where another process holds it.
 */
export function lockDirectory(directory: string): () => void {
  const path = join(directory, LOCK_FILE);
  const text = `${JSON.stringify(ownHolder())}\n`;
  const mine = `${path}.${process.pid}.tmp`;
  try {
    explainWriting(directory, () => writeWhole(mine, Buffer.from(text), 'w'));
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (explainWriting(directory, () => linkUnlessThere(mine, path))) return () => disk().remove(path);
      const found = readText(path);
      if (found === undefined) continue;
      const holder = parseHolder(found);
      if (holder !== undefined && isHeld(holder)) {
        throw new UsageError(`${directory} is in use by process ${holder.pid}${whereabouts(holder, path)}`);
      }
      removeStale(path, found);
    }
    throw new UsageError(`${directory} is in use by other processes`);
  } finally {
    tryTo(() => disk().remove(mine));
  }
}
