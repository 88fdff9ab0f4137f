import { expect, it } from 'vitest';
import type { RunState } from '../../../../src/sweep/run-state.js';
import { endedLines, stateCounts } from '../../../../src/text/run/run-state-text.js';

const run = (state: RunState['state'], more: Partial<RunState> = {}): RunState => ({
  ...{ folder: 'elr-1e-2', varied: { elr: 0.01, seed: 2 }, state },
  ...more,
});

it('counts runs by their states, with the machines on which they run, each once', () => {
  const states = [run('queued'), run('running', { node: 'n2' }), run('running', { node: 'n1' }), run('running')];
  expect(stateCounts([...states, run('running', { node: 'n2' }), run('finished')])).toBe(
    '1 finished, 4 running on n1, n2, 1 queued',
  );
  const many = Array.from({ length: 11 }, (_, i) => run('running', { node: `n${i}` }));
  expect(stateCounts(many)).toBe('11 running on n0, n1, n10, n2, n3, n4, n5, n6 and 3 others');
  expect(stateCounts([run('waiting'), run('preempted')])).toBe('1 preempted, 1 not submitted');
});

it('names what ended too early, with what is known of it', () => {
  const details = { word: 'FAILED', node: 'n1', reason: 'loss is not finite', log: 'runs/x/slurm/1_0.log' };
  expect(
    endedLines([run('failed', details), run('failed'), run('preempted', { word: 'PREEMPTED' }), run('queued')]),
  ).toEqual([
    'ELR 0.01, seed 2 failed: FAILED on n1; loss is not finite; runs/x/slurm/1_0.log',
    'ELR 0.01, seed 2 failed',
    'ELR 0.01, seed 2 preempted: PREEMPTED',
  ]);
});

it('names fifty, and counts the others', () => {
  const lines = endedLines(Array.from({ length: 53 }, () => run('failed')));
  expect([lines.length, lines.at(-1)]).toEqual([51, 'and 3 more; --json names all']);
});
