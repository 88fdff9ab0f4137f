import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { StepCollector } from './collect-steps.js';
import { collectStepLine, METRICS_FILE, type StepColumns } from './run-directory.js';

const PIECE = 1 << 20;
const LINE_FEED = 10;

/** Reads the steps of a run that is still being written, only the new lines of a file that has grown. */
export class StepFollower {
  private readonly path: string;
  private collector = new StepCollector();
  private steps = this.collector.steps();
  private bytes = 0;
  private inode = -1;

  constructor(directory: string) {
    this.path = join(directory, METRICS_FILE);
  }

  /**
   * All steps so far; a last line still being written is left out. The same columns as long as nothing is new. A file that
   * has become shorter, or is another one, is read from its start. Throws one line if a line is no step.
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
    this.collector = new StepCollector();
    if (this.steps.length > 0) this.steps = this.collector.steps();
    this.bytes = 0;
    this.inode = inode;
    return this.steps;
  }

  private append(file: number, size: number): void {
    const lines: string[] = [];
    let rest = Buffer.alloc(0);
    for (let at = this.bytes; at < size; ) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE, size - at));
      const count = readSync(file, piece, 0, piece.length, at);
      if (count === 0) break;
      at += count;
      rest = Buffer.concat([rest, piece.subarray(0, count)]);
      const end = rest.lastIndexOf(LINE_FEED);
      if (end < 0) continue;
      lines.push(...rest.subarray(0, end).toString().split('\n'));
      rest = rest.subarray(end + 1);
      this.bytes = at - rest.length;
    }
    if (lines.length === 0) return;
    const before = this.steps.length;
    try {
      lines.forEach((line, i) => {
        collectStepLine(this.collector, line, { path: this.path, place: before + i });
      });
    } catch (error) {
      this.restart(-1);
      throw error;
    }
    this.steps = this.collector.steps();
  }
}
