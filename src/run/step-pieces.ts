import { StepCollector } from './collect-steps.js';
import type { RecordedStep, StepColumns } from './step-columns.js';

/** How steps are divided. */
export interface StepPiecesOptions {
  /** Steps of a piece; the last has fewer where they do not fill it. */
  readonly size: number;
  /** 1: each piece has the step that follows it too, where there is one; default: 0. */
  readonly following?: 0 | 1;
}

/** Steps in consecutive pieces, of which one is in memory at a time. */
export function* stepPieces(
  steps: Iterable<RecordedStep>,
  { size, following = 0 }: StepPiecesOptions,
): Generator<StepColumns> {
  const begun = (): StepCollector => new StepCollector(size + following);
  let [collector, kept] = [begun(), 0];
  for (const step of steps) {
    collector.push(step);
    kept += 1;
    if (kept < size + following) continue;
    yield collector.steps();
    [collector, kept] = [begun(), following];
    // The step that follows a piece is the first of the next.
    if (following === 1) collector.push(step);
  }
  if (kept > 0) yield collector.steps();
}
