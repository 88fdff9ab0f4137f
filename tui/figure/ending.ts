import type { MeasuredRun } from '../../src/regime/analyse.js';
import type { RunEnding } from './figure.js';

/** How a run ended, as a point or a line of a figure has it: nothing where it is finished. */
export interface Ended {
  readonly ending?: RunEnding;
  readonly unfinished?: boolean;
}

/** The fields of an ending. */
export function endingFields(ending: RunEnding | undefined): Ended {
  if (ending === undefined) return {};
  return ending === 'unfinished' ? { ending, unfinished: true } : { ending };
}

/** The fields of how a run ended. */
export function endingOf(run: Pick<MeasuredRun, 'status'> | undefined): Ended {
  if (run === undefined || run.status === 'finished') return {};
  return endingFields(run.status === 'running' ? 'unfinished' : 'failed');
}
