import { describe, expect, it } from 'vitest';
import { equilibrium } from '../../../toy/theory/equilibrium.js';
import { weightDecayEquilibrium } from '../../../toy/theory/weight-decay.js';
import { answerToy } from '../../../tui/data/toy-answer.js';
import { firstToy, type ToySettings, type ToyTask } from '../../../tui/data/toy-messages.js';
import { closedFormAt } from '../../../tui/data/toy-motion.js';
import { blockMeansOf, blockRangesOf } from '../../../tui/figure/block-means.js';

const ALPHA = [1, 2, 4];
const task = (settings: Partial<ToySettings> = {}, more: Partial<ToyTask> = {}): ToyTask => ({
  settings: { ...firstToy(ALPHA), ...settings },
  tolerance: 0.4,
  elrs: [0.05, 0.2, 2],
  elr: 0.2,
  phase: undefined,
  quick: false,
  ...more,
});

describe('answers of the toy', () => {
  it('are simulations at each ELR, near the closed form next to the threshold', () => {
    const { points, run } = answerToy(task());
    expect(points.map(({ elr, regime }) => [elr, regime])).toEqual([
      [0.05, 'convergence'],
      [0.2, 'chaotic equilibrium'],
      [2, 'divergence'],
    ]);
    // k = 1.4: by the table of theory.md time averages of the loss are within 1% of T4 there.
    const { loss } = equilibrium(ALPHA, 0.2);
    expect(Math.abs(points[1]!.loss / loss - 1)).toBeLessThan(0.02);
    expect(Math.abs(run!.loss / loss - 1)).toBeLessThan(0.03);
    expect(run!.steps).toBe(3000);
    expect(run!.series.step).toHaveLength(run!.series.loss.length);
    expect(run!.groups).toHaveLength(3);
  });

  it('at first take fewer steps', () => {
    expect(answerToy(task({}, { quick: true })).run!.steps).toBe(400);
    expect(answerToy(task({ steps: 7 }, { quick: true })).run!.steps).toBe(7);
  });

  it('with weight decay are in full space, about the equilibrium of T8; none where nothing is left of the norm', () => {
    const { points, run } = answerToy(task({ weightDecay: 0.6, steps: 4000 }));
    const closed = weightDecayEquilibrium(ALPHA, 0.2, 0.6);
    // Neutrally stable (T9): a run swings about it, so its mean is near, not at it.
    expect(run!.loss / closed.loss).toBeGreaterThan(0.5);
    expect(run!.loss / closed.loss).toBeLessThan(2);
    expect(points[2]!.loss).toBeNaN();
    expect(answerToy(task({ weightDecay: 0.6 }, { elr: 2 })).run).toBeUndefined();
  });

  it('with noise settle at the floor of T11', () => {
    const noise = 0.05;
    const { run } = answerToy(task({ noise, steps: 60_000 }, { elr: 0.05 }));
    const form = closedFormAt({ ...firstToy(ALPHA), noise }, 0.05, 0.4);
    if (form.source !== 'T11') throw new Error(`not T11 but ${form.source}`);
    const { loss } = form;
    expect(loss).toBeCloseTo((7 * noise ** 2 * 0.35) / 0.65, 12);
    // The next order of sigma^2 takes away 1.6% at k = 0.35; six seeds of half a run, 30,000 steps, scatter by 0.5%.
    expect(Math.abs(run!.loss / loss - 1)).toBeLessThan(0.035);
  });

  it('with the phase diagram have a cell at every place, in rows by the last alpha', () => {
    const { phase } = answerToy(task({ steps: 200 }, { phase: [0.01, 10], quick: true }));
    expect(phase!.y.name).toBe('alpha3');
    expect(phase!.cells).toHaveLength(phase!.y.values.length);
    // The ELR of row and column is on the right side of 1 / S: from k = 20 on runs diverge, below 1/2 they do not.
    for (const [y, row] of phase!.cells.entries())
      for (const [x, cell] of row.entries()) {
        const k = phase!.x.values[x]! * (3 + phase!.y.values[y]!);
        if (k > 20) expect(cell!.regime).toBe('divergence');
        if (k < 0.5) expect(cell!.regime).not.toBe('divergence');
      }
  });

  it('of one group and one step are answers too', () => {
    const { points, run } = answerToy(task({ alpha: [2], steps: 1 }));
    expect(points).toHaveLength(3);
    expect(run!.regime).toBe('undecided');
  });
});

describe('means of blocks', () => {
  it('are the values themselves where there are few, of equal blocks where there are many', () => {
    const own = (value: number): number => value;
    // Blocks of 2, 2 and 1: their extremes by eye, with a gap where one value is none.
    expect(blockRangesOf([3, 1, 5, 7, 9], own, 3)).toEqual({ low: [1, 5, 9], high: [3, 7, 9] });
    expect(blockRangesOf([1, Number.NaN, 5, 7], own, 2)).toEqual({ low: [Number.NaN, 5], high: [Number.NaN, 7] });
    expect(blockMeansOf([1, 2, 3], own, 3)).toEqual([1, 2, 3]);
    expect(blockMeansOf([1, 3, 5, 7, 9], own, 3)).toEqual([2, 6, 9]);
    expect(blockMeansOf([], own)).toEqual([]);
    expect(blockMeansOf([1, Number.NaN, 5, 7], own, 2)).toEqual([Number.NaN, 6]);
  });
});
