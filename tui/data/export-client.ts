import { join } from 'node:path';
import { Tinypool } from 'tinypool';
import { siblingModule } from '../../src/system/sibling-module.js';
import type { Figure } from '../figure/figure.js';
import type { ExportTask } from './export-worker.js';

/** A figure, and what its files are called. */
export interface NamedFigure {
  readonly name: string;
  readonly figure: Figure;
}

/** Writes figures on a thread of its own, which is made when it is first needed. */
export class ExportClient {
  private pool: Tinypool | undefined;
  private writing: Promise<unknown> = Promise.resolve();

  /** Files go into this folder. */
  constructor(private readonly folder: string) {}

  /** Writes SVG, PNG and CSV of each; what came of it, in a line. Never throws. */
  write(figures: readonly NamedFigure[]): Promise<string> {
    const result = this.writeAll(figures);
    this.writing = Promise.all([this.writing, result]);
    return result;
  }

  private async writeAll(figures: readonly NamedFigure[]): Promise<string> {
    const tasks = figures.map(({ name, figure }): ExportTask => ({ figure, path: join(this.folder, name) }));
    this.pool ??= new Tinypool({
      filename: siblingModule(import.meta.url, 'export-worker'),
      minThreads: 0,
      maxThreads: 1,
    });
    try {
      await this.pool.run(tasks);
      return `written to ${this.folder}: ${figures.map(({ name }) => name).join(', ')} (.svg .png .csv)`;
    } catch (error) {
      return `not written: ${(error as Error).message.split('\n')[0]}`;
    }
  }

  /** Ends the thread once what was begun is written: whoever quits has asked for it before. */
  close = async (): Promise<void> => {
    await this.writing;
    await this.pool?.destroy();
  };
}
