import { describe, expect, it } from 'vitest';
import { parseAccounts, parseQueue } from '../../../src/slurm/task-states.js';

// As Slurm 22.05 prints them; 24.05 has the same columns.
const QUEUE = `regimes-a|12|2|PENDING||JobArrayTaskLimit
regimes-a|12|0|RUNNING|n1|None
regimes-a|12|1|NODE_FAIL|n2|None
other|13|N/A|RUNNING|n1|None
regimes-a|12|3|PENDING||Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions
`;

describe('the queue', () => {
  it('is read line by line; jobs that are no arrays are left out', () => {
    expect(parseQueue(QUEUE)).toEqual([
      { name: 'regimes-a', job: '12', task: 2, state: 'PENDING', reason: 'JobArrayTaskLimit' },
      { name: 'regimes-a', job: '12', task: 0, state: 'RUNNING', node: 'n1' },
      { name: 'regimes-a', job: '12', task: 1, state: 'NODE_FAIL', node: 'n2' },
      {
        name: 'regimes-a',
        job: '12',
        task: 3,
        state: 'PENDING',
        reason: expect.stringMatching(/^Nodes .* partitions$/),
      },
    ]);
    expect(parseQueue('')).toEqual([]);
  });
});

describe('the accounts', () => {
  it('say how tasks ended, and nothing of those that have not', () => {
    const text =
      '12_0|COMPLETED|n1\n12_1|CANCELLED by 1000|None assigned\n12_2|RUNNING|n1\n12_[3-9]|PENDING|\n14|FAILED|n1\n';
    expect(parseAccounts(text)).toEqual([
      { job: '12', task: 0, state: 'COMPLETED', node: 'n1' },
      { job: '12', task: 1, state: 'CANCELLED' },
    ]);
  });
});
