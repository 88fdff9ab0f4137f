import { groupNames, refuseOtherGroups, StepCollector } from './collect-steps.js';
import { DamagedRun } from './damaged-run.js';
import type { RecordedStep, StepColumns } from './step-columns.js';
import { hasFiniteLoss, parseStepLine } from './step-line.js';

/** What a run is judged by as a whole, whatever is kept of its steps. */
export interface SeenSteps {
  readonly length: number;
  /** Names of the groups; none where there is no step. */
  readonly groups: readonly string[];
  readonly last: RecordedStep | undefined;
}

/** The same of steps that are kept. */
export const seenOf = (steps: StepColumns): SeenSteps => ({
  length: steps.length,
  groups: steps.columns.groups.map(({ name }) => name),
  last: steps.at(-1),
});

/** The lines of a metrics file, checked one after another as they are read: what its readers and its follower share. */
export class StepLines implements SeenSteps {
  length = 0;
  groups: readonly string[] = [];
  last: RecordedStep | undefined;

  /** `keep` is given each step that is right. */
  constructor(
    private readonly path: string,
    private readonly keep: (step: RecordedStep) => void,
  ) {}

  /** Throws one line that names file and line where it is not the next step of the run. */
  push(line: string): void {
    try {
      if (this.last !== undefined && !hasFiniteLoss(this.last))
        throw new Error('it follows a step whose loss or gradient is not finite');
      const step = parseStepLine(line, this.length);
      if (this.last === undefined) this.groups = groupNames(step);
      else refuseOtherGroups(step, this.groups);
      this.keep(step);
      this.last = step;
    } catch (error) {
      throw new DamagedRun(
        `${this.path}, line ${this.length + 1}, is not a metrics line of this version: ${(error as Error).message}`,
      );
    }
    this.length += 1;
  }
}

/** The lines of a metrics file of which every step is kept. */
export class KeptStepLines {
  private readonly collector: StepCollector;
  private readonly lines: StepLines;

  constructor(path: string, capacity?: number) {
    this.collector = new StepCollector(capacity);
    this.lines = new StepLines(path, (step) => this.collector.push(step));
  }

  /** As `StepLines.push`. */
  push(line: string): void {
    this.lines.push(line);
  }

  /** All steps so far. What is added later does not change them. */
  steps(): StepColumns {
    return this.collector.steps();
  }
}
