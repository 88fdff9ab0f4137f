import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Executor } from '../../../deep/study/executor.js';
import { planSweep } from '../../../deep/study/plan-sweep.js';
import { runStudy } from '../../../deep/study/run-study.js';
import { trainerOn } from '../../../deep/study/trainer-on.js';
import { slurmStates } from '../../../src/cluster/sweep-states.js';
import { RunsAway } from '../../../src/sweep/run-state.js';

const folder = mkdtempSync(join(tmpdir(), 'regimes-trainer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An executor that says how runs stand on disk, and keeps what it was asked to train. */
function watching() {
  const asked: string[][] = [];
  const executorOf = (directory: string): Executor => ({
    submit: async (plan) => {
      asked.push(plan.runs.map((run) => run.folder));
      return slurmStates(directory, plan);
    },
  });
  return { asked, train: trainerOn(executorOf) };
}

describe('a trainer that asks an executor', () => {
  const plan = planSweep({
    base: { width: 2, trainImages: 32, batch: 16, steps: 3, measure: 'none' },
    vary: { lr: [0.01, 1e30] },
  });

  it('ends with the runs that have not ended, each time until they have', async () => {
    const { asked, train } = watching();
    const directory = join(folder, 'away');
    const ended = await train(await plan, { directory }).catch((error: unknown) => error);
    expect(ended).toBeInstanceOf(RunsAway);
    expect((ended as RunsAway).states.map((each) => each.folder)).toEqual(['lr-1e-2', 'lr-1e+30']);
    expect((ended as Error).message).toBe(`${directory}: 2 runs have not ended yet`);
    expect(asked).toEqual([['lr-1e-2', 'lr-1e+30']]);
  });

  it('does not ask again for runs whose numbers stopped being finite, and returns them as failed', async () => {
    const { asked, train } = watching();
    const directory = join(folder, 'ended');
    const local = await runStudy(await plan, { directory, workers: 1 });
    expect(local).toMatchObject([{ varied: { lr: 1e30 }, reason: expect.stringContaining('not finite') }]);
    expect(await train(await plan, { directory })).toEqual(local);
    expect(asked).toEqual([['lr-1e-2']]);
  });
});
