import { describe, expect, it } from 'vitest';
import { isMissing, placeRuns } from '../../../src/cluster/place-runs.js';
import type { Submission } from '../../../src/cluster/submission.js';
import type { QueuedTask } from '../../../src/slurm/task-states.js';

const run = (folder: string, more: object = {}) => ({
  ...{ folder, varied: { elr: 1, seed: folder }, isFinished: false, isLocked: false },
  ...more,
});
const submission = (number: number, runs: string[], job: string | null = `${10 + number}`): Submission => ({
  ...{ number, name: `s${number}`, job, created: '', runs },
});
const queued = (name: string, task: number, state: string, more: object = {}): QueuedTask => ({
  ...{ name, job: name.replace('s', '1'), task, state },
  ...more,
});

const NOTHING = { submissions: [], queue: [], ended: [] };

describe('where runs stand', () => {
  it('of which nobody knows anything: they wait, have failed, or are being trained by another process', () => {
    const runs = [
      run('a'),
      run('b', { failure: 'loss is not finite' }),
      run('c', { isLocked: true }),
      run('d', { isFinished: true }),
    ];
    const states = placeRuns(runs, NOTHING);
    expect(states.map(({ state }) => state)).toEqual(['waiting', 'failed', 'running', 'finished']);
    expect(states[1]).toMatchObject({ reason: 'loss is not finite' });
    expect(states.map(isMissing)).toEqual([true, true, false, false]);
  });

  it('in the queue: queued with the reason, running with the node', () => {
    const queue = [queued('s1', 0, 'PENDING', { reason: 'Priority' }), queued('s1', 1, 'RUNNING', { node: 'n7' })];
    const states = placeRuns([run('a'), run('b')], { ...NOTHING, submissions: [submission(1, ['a', 'b'])], queue });
    expect(states).toMatchObject([
      { state: 'queued', task: '11_0', reason: 'Priority', word: 'PENDING' },
      { state: 'running', task: '11_1', node: 'n7' },
    ]);
    expect(states.some(isMissing)).toBe(false);
  });

  it('that were requeued after a preemption wait in the queue; those that were not are preempted', () => {
    const submissions = [submission(1, ['a', 'b'])];
    const queue = [queued('s1', 0, 'REQUEUED'), queued('s1', 1, 'PREEMPTED', { node: 'n1' })];
    const states = placeRuns([run('a'), run('b')], { ...NOTHING, submissions, queue });
    expect(states.map(({ state }) => state)).toEqual(['queued', 'preempted']);
    expect(states.map(isMissing)).toEqual([false, true]);
  });

  it('whose tasks ended: failed, with the word of Slurm, from the queue or from the accounts', () => {
    const submissions = [submission(1, ['a', 'b', 'c'])];
    const queue = [queued('s1', 0, 'OUT_OF_MEMORY', { node: 'n1' })];
    const ended = [{ job: '11', task: 1, state: 'NODE_FAIL', node: 'n2' }];
    const states = placeRuns([run('a'), run('b'), run('c')], { submissions, queue, ended });
    expect(states).toMatchObject([
      { state: 'failed', word: 'OUT_OF_MEMORY', node: 'n1' },
      { state: 'failed', word: 'NODE_FAIL', node: 'n2' },
      { state: 'waiting' },
    ]);
  });

  it('a task in the queue owns its run, whatever a later one did', () => {
    const submissions = [submission(1, ['a']), submission(2, ['a'])];
    const queue = [queued('s1', 0, 'RUNNING', { node: 'n1' }), queued('s2', 0, 'CANCELLED')];
    expect(placeRuns([run('a')], { ...NOTHING, submissions, queue })).toMatchObject([
      { state: 'running', task: '11_0' },
    ]);
  });

  it('the latest task that ended says how a run stands', () => {
    const submissions = [submission(1, ['a']), submission(2, ['a'])];
    const queue = [queued('s1', 0, 'TIMEOUT'), queued('s2', 0, 'FAILED')];
    expect(placeRuns([run('a')], { ...NOTHING, submissions, queue })).toMatchObject([{ word: 'FAILED', task: '12_0' }]);
  });

  it('a submission whose number was never heard is found by its name', () => {
    const known = { ...NOTHING, submissions: [submission(1, ['a'], null)] };
    expect(placeRuns([run('a')], { ...known, queue: [queued('s1', 0, 'PENDING')] })).toMatchObject([
      { state: 'queued' },
    ]);
    expect(placeRuns([run('a')], known)).toMatchObject([{ state: 'waiting' }]);
  });
});
