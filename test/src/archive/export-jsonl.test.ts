import { describe, expect, it } from 'vitest';
import { jsonLines } from '../../../src/archive/export-jsonl.js';

describe('jsonLines', () => {
  it('leaves out what a row lacks, and writes numbers that JSON does not know as text', () => {
    const rows = [
      { step: 0, loss: 2, angle: null },
      { step: 1, loss: Number.POSITIVE_INFINITY, angle: Number.NaN },
    ];
    expect([...jsonLines([{ directory: 'runs/a', fields: { elr: 0.01, init: null }, rows }])]).toEqual([
      '{"run":"runs/a","configuration":{"elr":0.01,"init":null}}\n',
      '{"run":"runs/a","step":0,"loss":2}\n',
      '{"run":"runs/a","step":1,"loss":"Infinity","angle":"NaN"}\n',
    ]);
    expect([...jsonLines([])]).toEqual([]);
  });
});
