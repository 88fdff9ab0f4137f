/** A process of its own for the runs of a sweep: trains what its parent sends; runs that it is sent meanwhile step together. */
import { DamagedRun, REDO } from '../../src/run/damaged-run.js';
import { openShared } from '../data/open.js';
import { Companions } from '../engine/companions.js';
import { prepareRun } from '../run/prepare.js';
import { recordRun } from '../run/record.js';
import type { TrainingStep } from '../training/train.js';
import { STEPS_PER_REPORT, type WorkerReport, type WorkerTask } from './worker-messages.js';

const report = (message: WorkerReport): void => {
  process.send!(message);
};

/** A worker of a sweep that was killed a moment ago may not have noticed yet. */
const PATIENCE = 5000;

const companions = new Companions();
let runs = 0;
let open = openShared();

/** Images are shared by runs at the same time: those of the next sweep may have changed on disk. */
function endRun(): void {
  runs -= 1;
  if (runs === 0) open = openShared();
}

async function work({ configuration, directory, ...options }: WorkerTask): Promise<void> {
  runs += 1;
  const companion = companions.join();
  try {
    let before: number | undefined;
    const onStep = ({ step }: TrainingStep): void => {
      before ??= step;
      if ((step + 1) % STEPS_PER_REPORT === 0) report({ directory, kind: 'progress', steps: step + 1, before });
    };
    await recordRun(prepareRun(configuration, { open }), directory, {
      ...{ ...options, resume: true, patience: PATIENCE, onStep },
      stepEngine: companion.engineOn,
    });
    report({ directory, kind: 'finished' });
  } catch (error) {
    const { message } = error as Error;
    report({ directory, kind: 'failed', reason: error instanceof DamagedRun ? `${message}; ${REDO}` : message });
  } finally {
    companion.leave();
    endRun();
  }
}

process.on('message', (task: WorkerTask) => void work(task));
// An interrupt reaches the whole group of the terminal; the parent decides. If it is gone, so is the reason to work on.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(1));
