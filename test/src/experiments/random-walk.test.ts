import { describe, expect, it } from 'vitest';
import { type Walk, type WalkAtElr, walkCosines, walkPredictions } from '../../../src/experiments/random-walk.js';

/** Points at angles on a circle, kept after every step. */
const onCircle = (angles: readonly number[]): Walk => ({
  kept: angles.map((_, i) => i),
  cosine: (a, b) => Math.cos(angles[a]! - angles[b]!),
  logCosines: angles.slice(1).map((angle, i) => Math.log(Math.cos(angle - angles[i]!))),
});
const turns = (count: number, angle: (i: number) => number): Walk =>
  onCircle(Array.from({ length: count }, (_, i) => angle(i)));

const combined = (mean: number, error = 0.01) => ({ mean, error, between: error, within: error, runs: 2 });
const at = (
  elr: number,
  regime: WalkAtElr['regime'],
  cosines: readonly (readonly [number, number, number])[],
): WalkAtElr => ({
  elr,
  regime,
  cosines: cosines.map(([lag, measured, walk]) => ({ lag, measured: combined(measured), walk })),
});

describe('cosines of a way', () => {
  it('are those of its points, beside the product of the cosines of its steps', () => {
    // Straight on: after n steps of 0.1 the angle is n / 10, where a walk has cos(0.1)^n.
    for (const { lag, measured, walk } of walkCosines([turns(33, (i) => i / 10)])) {
      expect(measured.mean).toBeCloseTo(Math.cos(lag / 10), 12);
      expect(walk).toBeCloseTo(Math.cos(0.1) ** lag, 12);
    }
    expect(walkCosines([turns(33, (i) => i / 10)]).map(({ lag }) => lag)).toEqual([1, 2, 4, 8]);
  });

  it('are means over the runs, and none where nothing was kept', () => {
    const [there, back] = [turns(9, (i) => i / 2), turns(9, (i) => (i % 2) / 2)];
    const [, two] = walkCosines([there, back, onCircle([0])]);
    expect(two!.measured).toMatchObject({ mean: (Math.cos(1) + 1) / 2, runs: 2 });
    expect(two!.walk).toBeCloseTo(Math.cos(0.5) ** 2, 12);
    expect(walkCosines([onCircle([0])])).toEqual([]);
  });
});

describe('rows', () => {
  const verdicts = (runs: readonly WalkAtElr[]) => walkPredictions(runs).map(({ holds, note }) => [holds, note]);

  it('hold for a walk in divergence and for less than one in equilibrium, at the lag that tells most', () => {
    const walk = at(0.06, 'divergence', [
      [1, 0.7, 0.7],
      [2, 0.52, 0.49],
      [4, 0.3, 0.24],
    ]);
    const valley = at(0.008, 'chaotic equilibrium', [
      [8, 0.93, 0.89],
      [16, 0.9, 0.6],
    ]);
    expect(verdicts([valley, walk])).toEqual([
      [true, 'cosine after 16 steps'],
      [true, 'cosine after 2 steps'],
    ]);
  });

  it('fail for weights that come back in divergence, and for those that go away in equilibrium', () => {
    const back = at(0.06, 'divergence', [
      [1, 0.1, 0.1],
      [2, 0.6, 0.01],
    ]);
    const away = at(0.008, 'chaotic equilibrium', [[16, 0.3, 0.6]]);
    expect(verdicts([away, back])).toEqual([
      [false, 'cosine after 16 steps'],
      [false, 'cosine after 2 steps'],
    ]);
  });

  it('are untested without a lag that tells, at one step alone, and without divergence', () => {
    const still = at(0.002, 'chaotic equilibrium', [[16, 0.99, 0.98]]);
    const one = at(0.06, 'divergence', [[1, 0.3, 0.3]]);
    expect(verdicts([still, one]).map(([holds]) => holds)).toEqual([null, null]);
    expect(verdicts([still, at(1e-4, 'convergence', [[16, 1, 1]])])).toEqual([
      [null, expect.stringContaining('at no lag')],
      [null, 'no run diverges'],
    ]);
  });
});
