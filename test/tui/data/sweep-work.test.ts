import { afterAll, describe, expect, it } from 'vitest';
import { planSweep } from '../../../deep/study/plan-sweep.js';
import { isFinished, readSweepPlan } from '../../../src/sweep/directory.js';
import { SweepWork } from '../../../tui/data/sweep-work.js';
import type { WorkState } from '../../../tui/data/work-state.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

describe('the work on a sweep', () => {
  it('adds runs inside the brackets once the plan is finished, and ends', async () => {
    const directory = folder.path('work');
    // As short as can be judged: runs of 60 steps at these ELRs are decided, or the search goes on beyond them.
    const base = { width: 1, trainImages: 32, batch: 8, steps: 60, measure: 'none' } as const;
    const plan = await planSweep({ base, vary: { elr: [3e-3, 1] } }, {});
    const states: WorkState[] = [];
    let ended = (): void => {};
    const work = new SweepWork(directory, () => plan, {
      workers: 2,
      refinement: { factor: 1.5, mostRuns: 1 },
      onChange: (state) => {
        states.push(state);
        if (state.state === 'idle') ended();
      },
    });
    const started = (...refinement: Parameters<SweepWork['start']>): Promise<void> =>
      new Promise((resolve) => {
        ended = resolve;
        work.start(...refinement);
      });
    await started();
    const { runs } = readSweepPlan(directory);
    expect(runs.map(({ refined }) => refined === true)).toEqual([false, false, true]);
    expect(runs.every((run) => isFinished(directory, run))).toBe(true);
    expect(states.at(-1)).toEqual({ state: 'idle', text: '3 runs, finished' });
    // One more when it is asked for: the limit counts all that were ever added.
    await started({ factor: 1.2, mostRuns: 2 });
    expect(readSweepPlan(directory).runs.map(({ refined }) => refined === true)).toEqual([false, false, true, true]);
    expect(states.at(-1)).toEqual({ state: 'idle', text: '4 runs, finished' });
  });
});
