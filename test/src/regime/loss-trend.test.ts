import { describe, expect, it } from 'vitest';
import { classifyTrajectory } from '../../../src/regime/classifier.js';
import { drifts, levelFromBefore, lossTrend, scattersTooMuch } from '../../../src/regime/loss-trend.js';

const MINIMUM = 0.15;
/** Alternating +-1. */
const sign = (i: number): number => (i % 2 === 0 ? 1 : -1);
/** Blocks of a function of their number. */
const blocks = (from: number, to: number, of: (i: number) => number): number[] =>
  Array.from({ length: to - from }, (_, i) => of(from + i));

describe('the trend of a loss', () => {
  it('is the fall of a straight line, significant where a level would not show it by chance', () => {
    // -i/16 falls by 16/16 over 16 blocks, without scatter.
    expect(lossTrend(blocks(0, 16, (i) => -i / 16))).toMatchObject({
      decline: expect.closeTo(1, 12),
      significant: true,
    });
    expect(lossTrend(blocks(0, 16, sign)).significant).toBe(false);
    expect(drifts(lossTrend(blocks(0, 16, (i) => i / 16)), MINIMUM)).toBe(true);
    expect(drifts(lossTrend(blocks(0, 16, () => 1)), MINIMUM)).toBe(false);
    expect(scattersTooMuch({ decline: 0, error: Number.NaN, significant: false })).toBe(true);
  });
});

describe('a level that only more than the tail shows', () => {
  // An excursion: up by 0.4 over the first four of 16 blocks, and the level before and after it.
  const excursion = (i: number): number => (i >= 0 && i < 4 ? 0.4 : 0) + 0.1 * sign(i);
  const tail = blocks(0, 16, excursion);
  const before = blocks(-16, 0, excursion);

  it('is found in the tail and what came before it', () => {
    expect(drifts(lossTrend(tail), MINIMUM)).toBe(true);
    const level = levelFromBefore(tail, before, MINIMUM);
    expect(level).toBeDefined();
    expect(drifts(level!, MINIMUM)).toBe(false);
  });

  it.each<[string, (i: number) => number]>([
    ['falls steadily', (i) => -0.02 * i + 0.05 * sign(i)],
    ['rises steadily', (i) => 0.02 * i + 0.05 * sign(i)],
    ['falls and then rises steadily', (i) => 0.04 * Math.abs(i) + 0.05 * sign(i)],
    ['has fallen before', (i) => excursion(i) + (i < 0 ? -0.1 * i : 0)],
  ])('is not claimed of a loss that %s', (_, of) => {
    expect(levelFromBefore(blocks(0, 16, of), blocks(-16, 0, of), MINIMUM)).toBeUndefined();
  });

  it('needs enough blocks, in the tail and before it', () => {
    expect(levelFromBefore(tail.slice(-7), tail.slice(0, 9), MINIMUM)).toBeUndefined();
    expect(levelFromBefore(tail, before.slice(-4), MINIMUM)).toBeUndefined();
    expect(levelFromBefore(tail, [], MINIMUM)).toBeUndefined();
    expect(levelFromBefore(tail, before.with(15, Number.NaN), MINIMUM)).toBeUndefined();
  });

  it('makes a run decided, with the numbers of the longer part', () => {
    // 32 blocks of 10 steps; random points have loss 10.
    const loss = [...before, ...tail].flatMap((log) => Array.from({ length: 10 }, () => Math.exp(log)));
    const { regime, evidence } = classifyTrajectory({ loss, ess: new Float64Array(320).fill(0.1) }, 10);
    expect(regime).toBe('chaotic equilibrium');
    expect(evidence.reason).toContain('more than the tail');
    const level = levelFromBefore(tail, before, MINIMUM)!;
    expect(evidence.decline).toBeCloseTo(level.decline, 12);
    expect(evidence.declineError).toBeCloseTo(level.error, 12);
  });
});
