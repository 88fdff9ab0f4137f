import { StepCollector } from './collect-steps.js';
import { DamagedRun } from './damaged-run.js';
import type { StepColumns } from './step-columns.js';
import { hasFiniteLoss, parseStepLine } from './step-line.js';

/** The lines of a metrics file, checked one after another as they are read: what its reader and its follower share. */
export class StepLines {
  private readonly collector = new StepCollector();
  private lines = 0;
  private isOver = false;

  constructor(private readonly path: string) {}

  /** Throws one line that names file and line where it is not the next step of the run. */
  push(line: string): void {
    try {
      if (this.isOver) throw new Error('it follows a step whose loss or gradient is not finite');
      const step = parseStepLine(line, this.lines);
      this.collector.push(step);
      this.isOver = !hasFiniteLoss(step);
    } catch (error) {
      throw new DamagedRun(
        `${this.path}, line ${this.lines + 1}, is not a metrics line of this version: ${(error as Error).message}`,
      );
    }
    this.lines += 1;
  }

  /** All steps so far. What is added later does not change them. */
  steps(): StepColumns {
    return this.collector.steps();
  }
}
