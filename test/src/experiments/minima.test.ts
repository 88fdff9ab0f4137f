import { describe, expect, it } from 'vitest';
import {
  type Barrier,
  barrierHeight,
  joinedPairs,
  type Minimum,
  minimaPredictions,
} from '../../../src/experiments/minima.js';

const minimum = (elr: number, seed: number, trace: number, testError = 0.2): Minimum => ({
  ...{ elr, seed, testError, trainLoss: 0.1, largest: 10 },
  ...{ hessian: { mean: trace, error: 1 }, fisher: { mean: trace / 2, error: 1 } },
});
const grid = [1, 2].flatMap((seed) => [1, 2, 4].map((elr) => minimum(elr, seed, 100 / elr + seed)));

describe('paths between minima', () => {
  it('join neighbouring ELRs of a seed, past one that is missing, and all seeds at an ELR', () => {
    const runs = [minimum(4, 1, 1), minimum(1, 1, 1), minimum(1, 3, 1), minimum(1, 2, 1), minimum(2, 3, 1)];
    const words = joinedPairs(runs).map(
      ({ kind, from, to }) => `${kind}: ${from.elr},${from.seed} ${to.elr},${to.seed}`,
    );
    expect(words).toEqual(['ELRs: 1,1 4,1', 'ELRs: 1,3 2,3', 'seeds: 1,1 1,2', 'seeds: 1,1 1,3', 'seeds: 1,2 1,3']);
  });

  it('have the barrier above their higher end, and none where they only fall', () => {
    expect(barrierHeight([0.25, 2, 3, 0.5])).toBe(2.5);
    expect(barrierHeight([0.5, 0.25, 0.125])).toBe(0);
  });
});

describe('claims about minima', () => {
  const barriers = (ofSeed: number, between: number): Barrier[] =>
    joinedPairs(grid).map((pair, i) => ({
      ...pair,
      cosine: 0.5,
      losses: [0, (pair.kind === 'ELRs' ? ofSeed : between) + i / 100, 0],
    }));
  const verdicts = (...given: Parameters<typeof minimaPredictions>) =>
    minimaPredictions(...given).map(({ holds, measured }) => [holds, measured]);

  it('hold where traces fall in every seed and barriers between seeds are the higher ones', () => {
    expect(verdicts(grid, barriers(1, 3))).toEqual([
      [true, 'order -1, p 0.028'],
      [true, 'order -1, p 0.028'],
      // All test errors are the same.
      [null, 'order 0, p 1'],
      [true, 'order 1, p 0.029'],
    ]);
  });

  it('fail where it is the other way round, and are untested without minima', () => {
    const rising = grid.map((each) => minimum(each.elr, each.seed, each.elr, 1 / each.elr));
    expect(verdicts(rising, barriers(3, 1)).map(([holds]) => holds)).toEqual([false, false, true, false]);
    expect(verdicts([], []).map(([holds]) => holds)).toEqual([null, null, null, null]);
  });
});
