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

/** Steps of all cells of a phase diagram, or of all runs of a toy sweep, together: hours, on a machine of today. */
export const MOST_CELL_STEPS = 1e12;
/** Steps over which an engine is measured. */
export const MOST_MEASURED_STEPS = 100_000;
/** Steps over which a Lyapunov exponent is measured: minutes. */
export const MOST_TANGENT_STEPS = 1e9;
/** Samples of a toy, each with angles of its own. */
export const MOST_SAMPLES = 10_000_000;
/** Random vectors, random starts, or pairs of batches over which something is averaged: the error falls as one over the root of their number. */
export const MOST_PROBES = 100_000;
/** Eigenvalues that are computed one by one. */
export const MOST_EIGENVALUES = 1000;
/** Points on a line between weights, each of which is evaluated on all images. */
export const MOST_PATH_POINTS = 10_000;
/** Pixels of a side of a figure, and its columns or lines as text. */
export const MOST_PIXELS = 10_000;
export const MOST_COLUMNS = 2000;

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
