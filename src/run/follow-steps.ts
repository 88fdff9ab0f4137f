import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { eachWholeLineOf } from '../system/line-file.js';
import { METRICS_FILE } from './run-directory.js';
import type { StepColumns } from './step-columns.js';
import { KeptStepLines } from './step-lines.js';

const PIECE = 1 << 20;

/** Reads the steps of a run that is still being written, only the new lines of a file that has grown. */
export class StepFollower {
  private readonly path: string;
  private lines: KeptStepLines;
  private steps: StepColumns;
  private bytes = 0;
  private inode = -1;

  /** `capacity` is the number of steps to expect. */
  constructor(
    directory: string,
    private readonly capacity?: number,
  ) {
    this.path = join(directory, METRICS_FILE);
    this.lines = new KeptStepLines(this.path, capacity);
    this.steps = this.lines.steps();
  }

  /**
   * All steps so far; a last line still being written is left out. The same columns as long as nothing is new. A file that
   * has become shorter, or is another one, is read from its start. Throws one line if a line is not the next step.
   */
  read(): StepColumns {
    let file: number;
    try {
      file = openSync(this.path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return this.restart(-1);
    }
    try {
      const { size, ino } = fstatSync(file);
      if (ino !== this.inode || size < this.bytes) this.restart(ino);
      if (size > this.bytes) this.append(file, size);
      return this.steps;
    } finally {
      closeSync(file);
    }
  }

  private restart(inode: number): StepColumns {
    this.lines = new KeptStepLines(this.path, this.capacity);
    if (this.steps.length > 0) this.steps = this.lines.steps();
    this.bytes = 0;
    this.inode = inode;
    return this.steps;
  }

  private append(file: number, size: number): void {
    try {
      const range = { from: this.bytes, to: size, piece: Math.min(PIECE, size - this.bytes) };
      const end = eachWholeLineOf(file, (line) => this.lines.push(line), range);
      if (end === this.bytes) return;
      this.bytes = end;
    } catch (error) {
      this.restart(-1);
      throw error;
    }
    this.steps = this.lines.steps();
  }
}
