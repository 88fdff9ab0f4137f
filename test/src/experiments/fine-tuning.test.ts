import { describe, expect, it } from 'vitest';
import { fineTuningPredictions, gridOf, leastOf, type Pretrained } from '../../../src/experiments/fine-tuning.js';
import { gridTable } from '../../../src/text/experiment/fine-tuning-text.js';

const errors = (testError: number) => ({ testError, trainLoss: 10 * testError });
const pretrained = (elr: number, seed: number, after: number, more: Partial<Pretrained> = {}): Pretrained => ({
  ...{ elr, seed, regime: elr > 2 ? 'chaotic equilibrium' : 'convergence' },
  ...{ end: errors(0.5), average: errors(0.4) },
  tuned: [1, 2].map((at) => ({ elr: at, ...errors(after) })),
  ...more,
});
/** Two ELRs of regime 1 and three of regime 2, two seeds. */
const grid = (first: number, second: number) =>
  [1, 2].flatMap((seed) =>
    [1, 2, 3, 4, 5].map((elr) => pretrained(elr, seed, (elr > 2 ? second : first) + elr / 1000 + seed / 100)),
  );

describe('the grid of pretraining and fine-tuning', () => {
  const runs = [pretrained(1, 1, 0.2), pretrained(1, 2, 0.4), pretrained(3, 1, 0.1, { average: undefined, tuned: [] })];
  const found = gridOf(runs, [1, 2], ({ testError }) => testError);

  it('has means over seeds with the error of their scatter, and nothing where no run is', () => {
    expect(found.map(({ elr }) => elr)).toEqual([1, 3]);
    // Of 0.2 and 0.4 the mean is 0.3, and the standard error |0.4 - 0.2| / 2.
    expect(found[0]!.tuned[1]).toMatchObject({ mean: expect.closeTo(0.3, 12), error: expect.closeTo(0.1, 12) });
    expect(found[0]!.end).toMatchObject({ mean: 0.5, error: 0 });
    expect(found[1]).toMatchObject({ average: undefined, tuned: [undefined, undefined] });
    expect(leastOf(found)).toBeCloseTo(0.3, 12);
    expect(leastOf([])).toBeNaN();
  });

  it('is a table with its best cells marked', () => {
    const options = { tuningElrs: [1, 2], regimes: new Map([[1, 'convergence' as const]]), marked: true };
    const lines = gridTable('test error', found, options).split('\n');
    expect(lines[1]).toMatch(/ELR +at the end +average +then ELR 1 +then ELR 2/);
    expect(lines[2]).toMatch(/^ +1 +o +0\.5 \+- 0 +0\.4 \+- 0 +0\.3 \+- 0\.1 best +0\.3 \+- 0\.1 best$/);
    expect(lines[3]).toMatch(/^ +3 +\? +0\.5$/);
  });
});

describe('claims about leaving regime 2', () => {
  const verdicts = (runs: readonly Pretrained[]) =>
    fineTuningPredictions(runs).map(({ holds, measured }) => [holds, measured]);

  it('hold where errors fall in each of six runs, and are lower after regime 2 in both seeds', () => {
    // Six pairs that all fall: 1 / 2^6. Three below two in both of two seeds: 1 / 10^2.
    expect(verdicts(grid(0.3, 0.1))).toEqual([
      [true, 'order -1, p 0.016'],
      [true, 'order -1, p 0.016'],
      [true, 'order -1, p 0.01'],
    ]);
  });

  it('fail where errors rise, and are untested where no run is in regime 2', () => {
    expect(verdicts(grid(0.3, 0.6)).map(([holds]) => holds)).toEqual([false, true, false]);
    const first = grid(0.3, 0.1).filter(({ elr }) => elr <= 2);
    expect(verdicts(first).map(([holds]) => holds)).toEqual([null, null, null]);
  });
});
