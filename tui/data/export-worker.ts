import { writeFigure } from '../export/write-figure.js';
import type { Figure } from '../figure/figure.js';

export interface ExportTask {
  readonly figure: Figure;
  /** Path without its ending. */
  readonly path: string;
}

const EXPORT_ENDINGS = ['svg', 'png', 'csv'] as const;

/** What a thread that exports does: every format of every figure. */
export default async function writeAll(tasks: readonly ExportTask[]): Promise<void> {
  for (const { figure, path } of tasks) {
    for (const ending of EXPORT_ENDINGS) await writeFigure(figure, `${path}.${ending}`);
  }
}
