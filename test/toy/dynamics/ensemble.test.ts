import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import { createEnsemble, evaluateGradient, randomPositions } from '../../../toy/dynamics/ensemble.js';
import { runEnsemble } from '../../../toy/dynamics/run.js';
import { composeStep } from '../../../toy/dynamics/step.js';
import { sumOfRatios, sumOfRatiosEach } from '../../../toy/function/toy-function.js';
import { angleBetween, onUnitSphere, type ToyState, toyGradient, toyLoss, toyStep } from '../theory/reference.js';

const positive = fc.double({ min: 0.05, max: 20, noNaN: true });
const alphas = fc.array(positive, { minLength: 1, maxLength: 5 });
const seeds = fc.nat(1000);

/** The coordinates of one replica in the form of the reference. */
const stateOf = (position: Float64Array): ToyState => ({
  x: position.filter((_, i) => i % 2 === 0),
  y: position.filter((_, i) => i % 2 === 1),
});

const at = (alpha: readonly number[], seed: number) => {
  const fn = sumOfRatios(alpha);
  return createEnsemble(fn, randomPositions(fn, [randomSource(seed)]));
};

describe('sum of ratios', () => {
  it('has the loss and gradient of the reference', () => {
    fc.assert(
      fc.property(alphas, seeds, (alpha, seed) => {
        const ensemble = at(alpha, seed);
        evaluateGradient(ensemble);
        const state = stateOf(ensemble.position);
        const total = alpha.reduce((sum, value) => sum + value, 0);
        expect(Math.abs(ensemble.loss[0]! - toyLoss(alpha, state))).toBeLessThan(1e-14 * total);
        const { x, y } = toyGradient(alpha, state);
        const gradient = stateOf(ensemble.update);
        // Both forms divide by the norm of a group once or twice: relative to the largest entry of its gradient.
        for (const i of alpha.keys()) {
          const scale = Math.hypot(x[i]!, y[i]!);
          expect(Math.abs(gradient.x[i]! - x[i]!)).toBeLessThanOrEqual(1e-14 * scale);
          expect(Math.abs(gradient.y[i]! - y[i]!)).toBeLessThanOrEqual(1e-14 * scale);
        }
      }),
    );
  });

  it('has the Hessian that differences of its gradient have', () => {
    const alpha = [1, 2.5, 0.3];
    const { fn, position } = at(alpha, 3);
    const random = randomSource(9);
    const vector = Float64Array.from(position, () => random.gaussian());
    const product = new Float64Array(position.length);
    fn.hessianVector(position, vector, product);
    const h = 1e-5;
    const gradientAt = (by: number): Float64Array => {
      const gradient = new Float64Array(position.length);
      fn.evaluate(
        position.map((value, i) => value + by * vector[i]!),
        gradient,
        new Float64Array(1),
      );
      return gradient;
    };
    const [plus, minus] = [gradientAt(h), gradientAt(-h)];
    // Central differences: error h^2 times fifth derivatives, about 1e-10 times a few hundred here.
    product.forEach((value, i) => {
      expect(Math.abs(value - (plus[i]! - minus[i]!) / (2 * h))).toBeLessThan(1e-6);
    });
  });

  it('annihilates the position of each group: the derivative of scale invariance', () => {
    // grad F is homogeneous of degree -1 in each group, so H x_i = -grad_i F on group i and 0 on others.
    const { fn, position } = at([2, 3], 5);
    const gradient = new Float64Array(4);
    fn.evaluate(position, gradient, new Float64Array(1));
    const onlyFirst = position.map((value, i) => (i < 2 ? value : 0));
    const product = new Float64Array(4);
    fn.hessianVector(position, onlyFirst, product);
    for (const i of [0, 1]) expect(product[i]! + gradient[i]!).toBeCloseTo(0, 12);
    for (const i of [2, 3]) expect(Math.abs(product[i]!)).toBe(0);
  });

  it('rests where a group is at its minimum, its maximum, or has vanished', () => {
    const fn = sumOfRatios([1, 1, 1]);
    const gradient = new Float64Array(6);
    const loss = new Float64Array(1);
    fn.evaluate(Float64Array.of(0, 2, 3, 0, 0, 0), gradient, loss);
    expect(Array.from(gradient, Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(loss[0]).toBe(1);
  });
});

describe('replicas', () => {
  it('step as they would alone, each with its own alpha and ELR', () => {
    const choices = [
      { alpha: [1, 2, 4], elr: 0.1 },
      { alpha: [3, 1, 0.5], elr: 0.4 },
      { alpha: [1, 1, 1], elr: 2 },
    ];
    const fn = sumOfRatiosEach(choices.map(({ alpha }) => alpha));
    const sources = choices.map((_, i) => randomSource(i));
    const ensemble = createEnsemble(fn, randomPositions(fn, sources));
    const elr = Float64Array.from(choices, (choice) => choice.elr);
    const start = ensemble.position.slice();
    runEnsemble(ensemble, composeStep(ensemble, { elr }, randomSource(0)), 50);
    choices.forEach((choice, i) => {
      const alone = createEnsemble(sumOfRatios(choice.alpha), start.slice(6 * i, 6 * i + 6));
      runEnsemble(alone, composeStep(alone, { elr: choice.elr }, randomSource(0)), 50);
      expect(ensemble.position.slice(6 * i, 6 * i + 6)).toEqual(alone.position);
    });
  });

  it('step as the reference does', () => {
    fc.assert(
      fc.property(alphas, seeds, fc.double({ min: 0.05, max: 10, noNaN: true }), (alpha, seed, k) => {
        const ensemble = at(alpha, seed);
        const elr = k / alpha.reduce((sum, value) => sum + value, 0);
        const expected = toyStep(alpha, elr, onUnitSphere(stateOf(ensemble.position)));
        runEnsemble(ensemble, composeStep(ensemble, { elr }, randomSource(0)), 1);
        // Rounding, magnified by the gradient of a group of small norm.
        expect(angleBetween(stateOf(ensemble.position), expected)).toBeLessThan(1e-13 * (1 + k));
      }),
    );
  });

  it('tell their observers every step before it', () => {
    const ensemble = at([1], 1);
    const seen: number[] = [];
    const step = composeStep(ensemble, { elr: 0.5 }, randomSource(0));
    runEnsemble(ensemble, step, 4, [(_, i) => seen.push(i)]);
    expect(seen).toEqual([0, 1, 2, 3]);
  });
});
