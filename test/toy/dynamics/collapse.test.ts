import { describe, expect, it } from 'vitest';
import { collapseReason } from '../../../toy/dynamics/collapse.js';
import { createEnsemble, evaluateGradient } from '../../../toy/dynamics/ensemble.js';
import type { StepOptions } from '../../../toy/dynamics/step.js';
import { sumOfRatios } from '../../../toy/function/toy-function.js';

/** Of the toy at coordinates x1, y1, x2, y2 ..., with its gradient there. */
function reason(alpha: readonly number[], position: readonly number[], options: StepOptions, update?: number[]) {
  const ensemble = createEnsemble(sumOfRatios(alpha), Float64Array.from(position));
  evaluateGradient(ensemble);
  if (update) ensemble.update.set(update);
  return collapseReason(ensemble, 0, options, alpha);
}

describe('a group at rest', () => {
  const MINIMUM = 'group 2 rests exactly at its unstable minimum';
  // Shares 0.64 and 0.36.
  const atMinimum = [0.48, 0.64, 0, 0.6];

  it('on its minimum has collapsed where elr alpha_i / w_i > 1', () => {
    expect(reason([1, 2], atMinimum, { elr: 0.19 })).toBe(MINIMUM);
    expect(reason([1, 2], atMinimum, { elr: 0.17 })).toBeUndefined();
    // The ELR is the learning rate over the squared norm; a fixed one does not mind the norm.
    const tenfold = atMinimum.map((value) => 10 * value);
    expect(reason([1, 2], tenfold, { learningRate: 19 })).toBe(MINIMUM);
    expect(reason([1, 2], tenfold, { learningRate: 17 })).toBeUndefined();
    expect(reason([1, 2], tenfold, { elr: 0.19 })).toBe(MINIMUM);
    expect(reason([1, 2], tenfold, { elr: 0.17 })).toBeUndefined();
  });

  it('has not where it is not exactly there, be the gradient 0 for underflow', () => {
    expect(reason([1], [1.5e-206, 1], { elr: 5 })).toBeUndefined();
    expect(reason([1], [5e-324, 1], { elr: 5 })).toBeUndefined();
    expect(reason([1], [0, 1], { elr: 5 })).toMatch(/group 1 .* minimum/);
  });

  it('has not where momentum or noise move it on', () => {
    expect(reason([1], [0, 1], { elr: 5 }, [1e-9, 0])).toBeUndefined();
    expect(reason([1], [1, 0], { elr: 5 }, [0, 1e-9])).toBeUndefined();
  });

  it('is unstable from 1 + beta on with momentum (T12), from p on with batch noise (T10)', () => {
    expect(reason([1], [0, 1], { elr: 1.4, momentum: 0.5 })).toBeUndefined();
    expect(reason([1], [0, 1], { elr: 1.6, momentum: 0.5 })).toBeDefined();
    expect(reason([1], [0, 1], { elr: 0.4, probability: 0.5 })).toBeUndefined();
    expect(reason([1], [0, 1], { elr: 0.6, probability: 0.5 })).toBeDefined();
    expect(reason([1], [0, 1], { elr: 0.6, probability: 0.5, momentum: 0 })).toBeDefined();
  });

  it('on its maximum has always collapsed', () => {
    for (const elr of [1e-6, 3])
      expect(reason([1], [-1, 0], { elr })).toBe('group 1 rests exactly at its unstable maximum');
    expect(reason([1], [1, 1e-300], { elr: 1 })).toBeUndefined();
  });

  it('means nothing for a function without alphas', () => {
    const ensemble = createEnsemble(sumOfRatios([1]), Float64Array.of(0, 1));
    evaluateGradient(ensemble);
    expect(collapseReason(ensemble, 0, { elr: 5 })).toBeUndefined();
  });

  it('is looked for in one replica, at its own parameters', () => {
    const ensemble = createEnsemble(sumOfRatios([1], 3), Float64Array.of(0.6, 0.8, 0, 1, 0, 1));
    evaluateGradient(ensemble);
    const reasons = [0, 1, 2].map((replica) =>
      collapseReason(ensemble, replica, { elr: Float64Array.of(2, 2, 0.5) }, [1]),
    );
    expect(reasons).toEqual([undefined, 'group 1 rests exactly at its unstable minimum', undefined]);
  });
});

describe('a number that is not finite', () => {
  it('is a collapse: coordinate, norm, gradient or step size', () => {
    for (const position of [
      [Number.NaN, 1],
      [Number.POSITIVE_INFINITY, 1],
      [1e200, 1e200],
    ])
      expect(reason([1], position, { learningRate: 1 })).toBe('a number overflowed');
    expect(reason([1], [0.6, 0.8], { elr: 1 }, [Number.NaN, 0])).toBe('a number overflowed');
    expect(reason([1], [0.6, 0.8], { elr: 1 }, [1e160, 0])).toBe('a number overflowed');
    expect(reason([1], [0.6e-10, 0.8e-10], { learningRate: 1e300 })).toBe('a number overflowed');
    expect(reason([1], [1e-170, 1e-170], { learningRate: 1 })).toBe('the norm of group 1 vanished');
    expect(reason([1], [0.6, 0.8], { elr: 1e300 })).toBeUndefined();
  });
});
