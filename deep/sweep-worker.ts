/** A process of its own for the runs of a sweep: trains what its parent sends, one run at a time. */
import type { RunConfiguration } from '../src/run/manifest.js';
import { prepareRun, recordRun } from './run.js';
import { STEPS_PER_REPORT, type WorkerReport } from './sweep.js';

export interface WorkerTask {
  readonly configuration: RunConfiguration;
  readonly directory: string;
}

const report = (message: WorkerReport): void => {
  process.send!(message);
};

async function work({ configuration, directory }: WorkerTask): Promise<void> {
  try {
    await recordRun(prepareRun(configuration), directory, ({ step }) => {
      if ((step + 1) % STEPS_PER_REPORT === 0) report({ kind: 'progress', steps: step + 1 });
    });
    report({ kind: 'finished' });
  } catch (error) {
    report({ kind: 'failed', reason: (error as Error).message });
  }
}

process.on('message', (task: WorkerTask) => void work(task));
// An interrupt reaches the whole group of the terminal; the parent decides. If it is gone, so is the reason to work on.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(1));
