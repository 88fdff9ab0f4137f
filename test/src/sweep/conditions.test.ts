import { describe, expect, it } from 'vitest';
import { conditionText, isMet, isSameValue, meetsConditions } from '../../../src/sweep/conditions.js';
import { parseConditions } from '../../../src/text/grammar/condition-grammar.js';

const meets = (has: Readonly<Record<string, number | string>>, text: string): boolean =>
  meetsConditions(parseConditions(text), (condition) => isMet(has[condition.name]!, condition));

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

  it('compare as their sign says, all of them together', () => {
    expect(parseConditions('elr>=1e-3,seed!=2').map(conditionText)).toEqual(['elr>=1e-3', 'seed!=2']);
    const within = (elr: number): boolean => meets({ elr }, 'elr>1e-3,elr<=0.01');
    expect([1e-3, 2e-3, 1e-2, 2e-2].map(within)).toEqual([false, true, true, false]);
    expect(meets({ elr: 1e-3 }, 'elr>=0.001')).toBe(true);
    expect(meets({ elr: 1e-3 }, 'elr<0.001')).toBe(false);
    expect(meets({ seed: 1 }, 'seed!=1')).toBe(false);
    expect(meets({ seed: 3 }, 'seed!=1,seed!=2')).toBe(true);
    // Neither larger nor smaller.
    expect(['x>1', 'x<1'].map((text) => meets({ x: 'convnet' }, text))).toEqual([false, false]);
    expect(meets({ x: Number.NaN }, 'x>0')).toBe(false);
  });

  it('are refused where they could not be met by anything: no number to compare with, or a sign that is none', () => {
    for (const text of ['elr>', 'elr>=abc', 'seed=1,elr<1e'])
      expect(() => parseConditions(text)).toThrow(/^Allowed: a number after elr[<>]=?\.$/);
    for (const text of ['elr=>1e-3', 'elr==1e-3', 'elr=<1', 'elr!==1', 'elr>>1'])
      expect(() => parseConditions(text)).toThrow(/^Allowed: between elr and its value one of >=, <=, !=, =, >, <\.$/);
    expect(parseConditions('init=,init!=')).toHaveLength(2);
  });

  it('compare numbers as numbers and texts as texts', () => {
    expect(isSameValue(0.001, '1e-3')).toBe(true);
    expect(isSameValue('0.001', '1e-3')).toBe(false);
    expect(isSameValue(0, '')).toBe(false);
  });
});
