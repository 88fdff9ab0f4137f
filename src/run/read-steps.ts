import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eachWholeLine, wholeLines } from '../system/line-file.js';
import { JointStepCollector } from './collect-steps.js';
import { METRICS_FILE } from './run-directory.js';
import type { RecordedStep, StepColumns } from './step-columns.js';
import { KeptStepLines, type SeenSteps, StepLines } from './step-lines.js';

/** The steps of a run on disk. */

/** A line of one group has about so many bytes; no run has more steps than its file has such lines. */
const SHORTEST_LINE = 100;

/**
 * Calls `use` with each whole line of the metrics of a run, or of their first `bytes`; `steps` is about how many there are, as the
 * first line and the length of the file tell.
 */
function eachMetricsLine(
  path: string,
  use: (line: string, steps: number) => void,
  bytes = Number.POSITIVE_INFINITY,
): void {
  const size = Math.min(bytes, statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  if (existsSync(path))
    eachWholeLine(path, (line) => use(line, Math.ceil(size / Math.max(SHORTEST_LINE, line.length))), { to: bytes });
}

/**
 * All steps recorded so far, or in the first `bytes` of the file, read once; a last line still being written is left out. Throws
 * one line if a line is not the next step.
 */
export function readSteps(directory: string, bytes?: number): StepColumns {
  const path = join(directory, METRICS_FILE);
  let lines: KeptStepLines | undefined;
  const use = (line: string, steps: number): void => {
    lines ??= new KeptStepLines(path, steps);
    lines.push(line);
  };
  eachMetricsLine(path, use, bytes);
  return (lines ?? new KeptStepLines(path)).steps();
}

/**
 * The same steps one after another, as a loop asks for them. No more than a piece of the file is in memory, whatever its length; lines that
 * are added meanwhile are left for the next time. A damaged line throws when it is reached. Returns what the run is judged by as a whole.
 *
 * @example
 * let small = 0;
 * for (const { ess } of streamSteps('runs/one')) if (ess < 1) small += 1;
 * console.log(small === readSteps('runs/one').columns.ess.filter((ess) => ess < 1).length); // true
 */
export function* streamSteps(directory: string, bytes?: number): Generator<RecordedStep, SeenSteps> {
  const path = join(directory, METRICS_FILE);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let step: RecordedStep | undefined;
  const seen = new StepLines(path, (next) => {
    step = next;
  });
  if (size === 0) return seen;
  for (const line of wholeLines(path, { to: Math.min(size, bytes ?? size) })) {
    seen.push(line);
    yield step!;
  }
  return seen;
}

/** Steps of a run of which only some is kept. */
export interface PartlyReadSteps {
  /** What they say of all groups together: no groups and no cosines. */
  readonly joint: StepColumns;
  readonly seen: SeenSteps;
}

/** The same steps, checked alike, of which at most nine numbers each are kept. Throws as `readSteps`. */
export function readJointSteps(directory: string): PartlyReadSteps {
  const path = join(directory, METRICS_FILE);
  let collector = new JointStepCollector();
  const seen = new StepLines(path, (step) => collector.push(step));
  eachMetricsLine(path, (line, steps) => {
    if (seen.length === 0) collector = new JointStepCollector(steps);
    seen.push(line);
  });
  return { joint: collector.steps(), seen };
}

/** What is looked at while steps are checked. */
export interface CheckStepsOptions {
  /** So many bytes of the file; default: all. */
  readonly bytes?: number;
  /** Sees each line that is right. */
  readonly also?: (line: string) => void;
  /** Sees each step. */
  readonly each?: (step: RecordedStep) => void;
}

/** Checks the steps recorded so far, or in the first `bytes` of the file, and keeps none. Throws as `readSteps`. */
export function checkSteps(
  directory: string,
  { bytes, also = () => {}, each = () => {} }: CheckStepsOptions = {},
): SeenSteps {
  const path = join(directory, METRICS_FILE);
  const seen = new StepLines(path, each);
  const use = (line: string): void => {
    seen.push(line);
    also(line);
  };
  eachMetricsLine(path, use, bytes);
  return seen;
}

/** The step at a place, counted from 0, or the last one; undefined where there is none. All are checked, and no other is kept. */
export function readStepAt(directory: string, place?: number): RecordedStep | undefined {
  let found: RecordedStep | undefined;
  const each = (step: RecordedStep): void => {
    if (place === undefined || step.step === place) found = step;
  };
  checkSteps(directory, { each });
  return found;
}
