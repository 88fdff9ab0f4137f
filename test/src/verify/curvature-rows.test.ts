import { describe, expect, it } from 'vitest';
import { alphaOfBlocks } from '../../../src/readings/curvature-readings.js';
import type { Curvature } from '../../../src/run/curvature-record.js';
import { verifySweep } from '../../../src/verify/verify.js';
import { toyTheory } from '../../../toy/theory/equilibrium.js';
import { ALPHA, convergingRun, equilibriumRun, SUM } from './toy-sweep.js';

/** The toy at its minimum: F = sum alpha_i sin^2, so each group has eigenvalue 2 alpha_i on its own unit sphere. */
const atMinimum = (largest: number, groups: readonly number[]): Curvature => ({
  step: 64,
  images: 128,
  batch: 16,
  seed: 1,
  loss: 0,
  meanGradientEgn: 0,
  largest: [{ value: largest, bound: 0 }],
  smallest: { value: 0, bound: 0 },
  converged: true,
  groups: groups.map((value, i) => ({
    name: 'abc'[i]!,
    tensors: ['abc'[i]!],
    largest: { value, bound: 0 },
    converged: true,
  })),
  trace: null,
  spectrum: null,
  products: 10,
  seconds: 1,
});

const sweep = [convergingRun(0.5), convergingRun(0.9), equilibriumRun(1.2), equilibriumRun(1.5)];
/** On the joint sphere at shares w_i = alpha_i / S the eigenvalue of every group is 2 alpha_i / w_i = 2 S. */
const sharpest = atMinimum(2 * SUM, [2, 4, 8]);

const rows = (curvatures: readonly [number, Curvature][]) =>
  verifySweep(sweep, toyTheory, {
    curvatures: new Map(curvatures.map(([place, curvature]) => [sweep[place]!.directory, curvature])),
  }).predictions.filter(({ name }) => /lambda|alpha_i of the blocks/.test(name));

describe('what curvature predicts', () => {
  it('is the threshold of the toy, by the edge and by the blocks, from the converged run of largest ELR', () => {
    expect(alphaOfBlocks(sharpest)).toEqual(ALPHA);
    const found = rows([[1, sharpest]]);
    expect(found.map(({ name }) => name)).toEqual([
      `ELR lambda / 2 at most 1, ELR ${0.9 / SUM}`,
      'convergence threshold, 2 / lambda of the flattest minimum',
      'convergence threshold, 1 / sum alpha_i of the blocks',
    ]);
    expect(found[0]).toMatchObject({ predicted: 1, measured: expect.closeTo(0.9, 12), error: 0, holds: true });
    for (const row of found.slice(1))
      expect(row).toMatchObject({ predicted: expect.closeTo(1 / SUM, 12), holds: true });
  });

  it('fails where a converged run sits in a minimum that is too sharp for it', () => {
    const [edge] = rows([[0, atMinimum(4 * 2 * SUM, [])]]);
    // ELR lambda / 2 = 0.5 / 7 * 56 / 2.
    expect(edge).toMatchObject({ measured: expect.closeTo(2, 12), error: expect.closeTo(1, 12), holds: false });
  });

  it('takes the largest ELR of those measured, and says what is missing', () => {
    const found = rows([
      [0, sharpest],
      [1, atMinimum(2 * SUM, [])],
      [2, sharpest],
    ]);
    expect(found.filter(({ name }) => name.startsWith('ELR')).length).toBe(2);
    expect(found.at(-2)!.note).toMatch(`at the end of ELR ${0.9 / SUM}`);
    expect(found.at(-1)).toMatchObject({ holds: null, note: 'regimes curvature --groups measures the blocks' });
  });

  it('is untested without curvatures, and from runs that did not converge', () => {
    const note = 'regimes curvature measures it in runs that converged';
    for (const found of [rows([]), rows([[2, sharpest]])]) {
      expect(found).toHaveLength(3);
      for (const row of found) expect(row).toMatchObject({ holds: null, measured: null, note });
    }
  });

  it('counts no negative block, and does not hold where the eigenvalue is not positive', () => {
    expect(alphaOfBlocks(atMinimum(1, [-3, 2]))).toEqual([0, 1]);
    const found = rows([[1, atMinimum(-1, [-3])]]);
    expect(found[1]!.holds).not.toBe(true);
    expect(found[2]!.holds).toBeNull();
  });
});
