import { totalmem } from 'node:os';
import { UsageError } from './usage-error.js';

/** Upper bounds, known before anything is written: what could never end well is refused in one line. */

/** Threads or processes side by side. */
export const MOST_THREADS = 1024;
/** Runs whose steps share one graph. */
export const MOST_TOGETHER = 64;
/** Blocks of a network after the first. */
export const MOST_BLOCKS = 100;
/** Groups of a toy: some of what is computed grows as the third power of their number. */
export const MOST_GROUPS = 1000;
/** Cells of a phase diagram. */
export const MOST_CELLS = 1_000_000;

const GIGABYTE = 1e9;

const gigabytes = (bytes: number): string => `${(bytes / GIGABYTE).toPrecision(3)} GB`;

/** Memory of this machine, or what a container leaves of it. */
function memoryThere(): number {
  // Absent before Node 20.12, and beyond all numbers where nothing constrains it.
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** Throws a UsageError where what is asked for needs at least `bytes` of memory, and more than this machine has. */
export function refuseMemory(what: string, bytes: number, there: number = memoryThere()): void {
  if (bytes > there)
    throw new UsageError(`${what} needs at least ${gigabytes(bytes)} of memory; this machine has ${gigabytes(there)}`);
}

/** Throws a UsageError where a number is above its bound. */
export function refuseAbove(name: string, value: number, most: number): void {
  if (value > most) throw new UsageError(`${name} ${value} is too large; allowed: at most ${most}`);
}
