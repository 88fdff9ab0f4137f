import { describe, expect, it } from 'vitest';
import { isSameValue, meetsConditions, parseConditions } from '../../../src/text/conditions.js';

const meets = (has: Readonly<Record<string, number | string>>, text: string): boolean =>
  meetsConditions(parseConditions(text), ({ name, value }) => isSameValue(has[name]!, value));

describe('conditions of --where', () => {
  it('are pairs separated by commas; a comma behind a backslash belongs to the value', () => {
    expect(parseConditions('seed = 2,milestones=1\\,2')).toEqual([
      { name: 'seed', value: '2' },
      { name: 'milestones', value: '1,2' },
    ]);
    for (const text of ['seed', '=2', 'seed=1,', ''])
      expect(() => parseConditions(text)).toThrow(/^Allowed: NAME=VALUE/);
  });

  it('hold all together, but of several values of one setting any', () => {
    expect(meets({ seed: 1, batch: 64 }, 'seed=1,seed=2')).toBe(true);
    expect(meets({ seed: 3, batch: 64 }, 'seed=1,seed=2')).toBe(false);
    expect(meets({ seed: 2, batch: 64 }, 'seed=1,seed=2,batch=64')).toBe(true);
    expect(meets({ seed: 2, batch: 16 }, 'seed=1,seed=2,batch=64')).toBe(false);
  });

  it('compare numbers as numbers and texts as texts', () => {
    expect(isSameValue(0.001, '1e-3')).toBe(true);
    expect(isSameValue('0.001', '1e-3')).toBe(false);
    expect(isSameValue(0, '')).toBe(false);
  });
});
