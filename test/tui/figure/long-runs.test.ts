import { describe, expect, it } from 'vitest';
import { measureRun } from '../../../src/regime/analyse.js';
import { sweepData } from '../../../tui/figure/sweep-runs.js';
import { ALPHA, recordedRun, TOLERANCE } from '../recorded.js';

/** A run whose loss rises by 1 a step, from 1 on; its shares are 1. */
const rising = (steps: number) =>
  recordedRun({ elr: 1e-3, groups: 1, ess: 0.2, losses: Array.from({ length: steps }, (_, i) => i + 1) });
const drawn = (run: ReturnType<typeof rising>) =>
  sweepData([run], { title: '', alpha: ALPHA, tolerance: TOLERANCE }).runs[0]!;

describe('runs in figures', () => {
  it('are drawn step by step up to 65,536 steps', () => {
    const { series, groups } = drawn(rising(65_536));
    expect(series.within).toBeUndefined();
    expect([series.step.length, series.loss.at(-1), groups![0]!.share.length]).toEqual([65_536, 65_536, 65_536]);
  });

  it('are drawn as blocks of which there are at most 32,768 where they are longer, and judged by all steps', () => {
    // 65,537 = 21,845 x 3 + 2.
    const run = rising(65_537);
    const { series, groups, measured, stepsTaken } = drawn(run);
    const lengths = [series.step, series.loss, series.error, series.egn, series.ess, series.floor!];
    expect([...lengths, groups![0]!.share, groups![0]!.ess].map(({ length }) => length)).toEqual(Array(8).fill(21_846));
    expect(series.loss.slice(0, 2)).toEqual([2, 5]);
    expect(series.step.slice(0, 2)).toEqual([1, 4]);
    expect([series.loss.at(-1), series.step.at(-1)]).toEqual([65_536.5, 65_535.5]);
    const { window, loss } = series.within!;
    expect([window, loss.low[1], loss.high[1], loss.high.at(-1)]).toEqual([3, 4, 6, 65_537]);
    expect([groups![0]!.share[7], groups![0]!.ess[7]]).toEqual([1, expect.closeTo(0.2, 14)]);
    expect(stepsTaken).toBe(65_537);
    expect(measured).toEqual(measureRun(run, TOLERANCE));
  });
});
