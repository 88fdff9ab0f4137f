import { describe, expect, it } from 'vitest';
import { TimeLeft } from '../../../src/text/time-left.js';

/** What is said at the end of a time through which work went on, told ten times a second. */
function saidAfter(seconds: number, done: (time: number) => number, total: number): number | undefined {
  const left = new TimeLeft();
  let said: number | undefined;
  for (let i = 0; i <= 10 * seconds; i += 1) said = left.seconds(done(i / 10), total, 1000 + i / 10);
  return said;
}

describe('the time left', () => {
  it('at a steady pace is what is left over the pace', () => {
    expect(saidAfter(20, (time) => 2 * time, 100)).toBeCloseTo(30, 9);
    expect(saidAfter(50, (time) => 2 * time, 100)).toBeCloseTo(0, 9);
  });

  it('is not known at first, nor while nothing is done', () => {
    expect(new TimeLeft().seconds(0, 10)).toBeUndefined();
    expect(saidAfter(2.9, (time) => time, 100)).toBeUndefined();
    expect(saidAfter(60, () => 0, 100)).toBeUndefined();
    expect(saidAfter(60, () => 5, 100)).toBeUndefined();
  });

  it('does not count what passed before the first work', () => {
    expect(saidAfter(14, (time) => Math.max(0, 2 * (time - 10)), 100)).toBeCloseTo(46, 9);
  });

  it('forgets a slow part after as long again', () => {
    // One a second for 10 s, then 5 a second.
    const done = (time: number): number => (time < 10 ? 1 + time : 11 + 5 * (time - 10));
    expect(saidAfter(20, done, 100)).toBeCloseTo((100 - 61) / 5, 9);
    // From 6 s on 4 s at the one pace and 2 s at the other.
    expect(saidAfter(12, done, 100)).toBeCloseTo((100 - 21) / (14 / 6), 9);
  });
});
