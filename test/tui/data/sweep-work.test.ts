import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { planSweep } from '../../../deep/study/plan-sweep.js';
import { runStudy } from '../../../deep/study/run-study.js';
import { readAnnealing } from '../../../src/run/annealing-record.js';
import { isFinished, readSweepPlan } from '../../../src/sweep/directory.js';
import { annealingName } from '../../../src/verify/annealing-rows.js';
import { SweepFollower } from '../../../tui/data/sweep-follower.js';
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

  it('lengthens and anneals runs, says how far it is, and why it cannot; what comes of it is seen on the disk', async () => {
    const directory = folder.path('acts');
    const base = { width: 1, trainImages: 32, batch: 8, steps: 20, measure: 'none' } as const;
    const plan = await planSweep({ base, vary: { elr: [3e-3, 1] } }, {});
    await runStudy(plan, { directory, workers: 1 });
    const texts: string[] = [];
    let ended = (): void => {};
    const work = new SweepWork(directory, () => plan, {
      workers: 1,
      onChange: ({ state, text }) => {
        texts.push(text);
        if (state === 'idle') ended();
      },
    });
    const done = (begin: () => string | undefined): Promise<void> =>
      new Promise((resolve) => {
        ended = resolve;
        expect(begin()).toBeUndefined();
      });
    const [first] = plan.runs;
    const follower = new SweepFollower(directory);
    expect(follower.look().runs.map(({ step }) => step)).toEqual([20, 20]);
    await done(() => work.lengthen([first!.folder], 2));
    expect(texts).toContain('lengthening 0 of 1 runs');
    expect(texts.at(-1)).toBe('2 runs, finished');
    expect(follower.look().runs.map(({ step, state }) => [step, state])).toEqual([
      [40, 'finished'],
      [20, 'finished'],
    ]);
    await done(() => work.anneal([first!.folder]));
    expect(texts).toContain('annealing 0 of 1 runs');
    const rows = follower.look().verification.predictions.filter(({ name }) => name === annealingName('ELR 0.003'));
    expect(rows).toHaveLength(1);
    expect(rows[0]!.measured).toBe(readAnnealing(join(directory, first!.folder))!.lost.value);
    expect(work.lengthen(['elr-7'], 2)).toMatch(/has no run elr-7/);
    expect(work.isBusy).toBe(false);
  });
});
