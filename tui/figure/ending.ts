import type { MeasuredRun } from '../../src/regime/analyse.js';
import type { RunEnding } from './figure.js';

/** How a run ended, as a point or a line of a figure has it: nothing where it is finished. */
export function endingOf(run: Pick<MeasuredRun, 'status'> | undefined): { readonly ending?: RunEnding } {
  if (run === undefined || run.status === 'finished') return {};
  return { ending: run.status === 'running' ? 'unfinished' : 'failed' };
}
