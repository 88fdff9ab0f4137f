import { expect, it } from 'vitest';
import { localExecutor } from '../../../deep/study/local-executor.js';
import { planSweep } from '../../../deep/study/plan-sweep.js';

it('says of every run whether it is finished or why it failed, also where rates differ in their last digits alone', async () => {
  const elr = [1e-3, 1.0000001e-3, 1e-2];
  const plan = await planSweep({ base: { width: 2, trainImages: 32, batch: 16, steps: 2 }, vary: { elr } });
  const trained: string[] = [];
  const executor = localExecutor({
    directory: 'runs/x',
    train: async ({ runs }, { directory }) => {
      trained.push(...runs.map(({ folder }) => `${directory}/${folder}`));
      return [{ varied: runs[1]!.varied, reason: 'loss is not finite' }];
    },
  });
  expect(await executor.submit(plan)).toEqual([
    { folder: 'elr-1e-3', varied: { elr: 1e-3 }, state: 'finished' },
    { folder: 'elr-1.0000001e-3', varied: { elr: 1.0000001e-3 }, state: 'failed', reason: 'loss is not finite' },
    { folder: 'elr-1e-2', varied: { elr: 1e-2 }, state: 'finished' },
  ]);
  expect(trained).toHaveLength(3);
});
