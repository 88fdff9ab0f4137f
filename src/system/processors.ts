import { availableParallelism, constants, setPriority } from 'node:os';
import { isMainThread } from 'node:worker_threads';

/** How many processes or threads this machine runs side by side. */
export const cores = (): number => availableParallelism();

/**
 * Lets other threads go first where there are too few cores for all: for threads whose results nobody waits for with a key pressed. Does
 * something on Linux alone, where a priority is that of the thread that asks for it; elsewhere it would be that of the whole process.
 */
export function lowerPriority(): void {
  if (isMainThread || process.platform !== 'linux') return;
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Where it is not allowed, threads are as they were.
  }
}
