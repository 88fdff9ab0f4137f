import { describe, expect, it } from 'vitest';
import { orderedPrediction, strataBySeed } from '../../../src/experiments/ordered-claim.js';

const run = (seed: number, elr: number, value: number) => ({ seed, elr, value });
const claim = (runs: readonly ReturnType<typeof run>[], direction: 'rises' | 'falls' = 'falls') =>
  orderedPrediction({ name: 'it falls', direction, strata: strataBySeed(runs, ({ value }) => value) });
const falling = [run(1, 1, 9), run(1, 2, 5), run(1, 3, 1), run(2, 1, 8), run(2, 2, 3), run(2, 3, 2)];

describe('a claim about an order', () => {
  it('holds where chance would seldom show as much, and fails where the opposite is as rare', () => {
    expect(claim(falling)).toMatchObject({ holds: true, predicted: 'falls', measured: 'order -1, p 0.028' });
    expect(claim(falling, 'rises')).toMatchObject({ holds: false, predicted: 'rises', measured: 'order -1, p 0.028' });
  });

  it('is untested where chance shows as much, and where no order would be rare', () => {
    const mixed = falling.map((each) => (each.seed === 2 ? { ...each, value: -each.value } : each));
    // The seeds cancel: 3 of 6 pairs or more, whose chance is that of at most as many by symmetry, and more than half.
    expect(claim(mixed)).toMatchObject({ holds: null, note: expect.stringMatching(/^chance alone.*probability 0\.6/) });
    const few = falling.filter(({ seed }) => seed === 1);
    expect(claim(few)).toMatchObject({ holds: null, note: expect.stringContaining('once in 6 at best') });
    expect(claim([])).toMatchObject({ holds: null, measured: null, note: 'nothing to compare' });
  });
});
