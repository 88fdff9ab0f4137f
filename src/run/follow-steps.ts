import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { METRICS_FILE, type RecordedStep, readStepLine } from './run-directory.js';

const PIECE = 1 << 20;
const LINE_FEED = 10;

/** Reads the steps of a run that is still being written: of a file that has grown only what is new. */
export class StepFollower {
  private readonly path: string;
  private steps: RecordedStep[] = [];
  private bytes = 0;
  private inode = -1;

  constructor(directory: string) {
    this.path = join(directory, METRICS_FILE);
  }

  /**
   * All steps so far; a last line still being written is left out. The same array as long as nothing is new. A file that
   * has become shorter, or is another one, is read from its start. Throws one line where a line is no step.
   */
  read(): readonly RecordedStep[] {
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

  private restart(inode: number): readonly RecordedStep[] {
    if (this.steps.length > 0) this.steps = [];
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
    this.steps = [...this.steps, ...lines.map((line, i) => readStepLine(line, this.path, before + i))];
  }
}
