import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jointStepResidual, shareUpdateResidual } from '../../../src/sphere/identities.js';
import { type InvariantGroup, jointQuantities, stepInGroups } from '../../../src/sphere/invariant-groups.js';
import { type GroupSquares, type StepQuantities, sphereQuantities, stepAngle } from '../../../src/sphere/quantities.js';

type Vector = readonly number[];
const inner = (a: Vector, b: Vector): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** Parameters and gradient of some tensors. */
interface Point {
  readonly x: Vector;
  readonly gradient: Vector;
}

const squares = (name: string, { x, gradient }: Point): GroupSquares => ({
  name,
  squaredNorm: inner(x, x),
  squaredGradient: inner(gradient, gradient),
  inner: inner(x, gradient),
});

const together = (points: readonly Point[]): Point => ({
  x: points.flatMap(({ x }) => x),
  gradient: points.flatMap(({ gradient }) => gradient),
});

const stepAt = (groups: readonly GroupSquares[], learningRate: number, step = 0): StepQuantities => ({
  step,
  loss: 1,
  ...sphereQuantities(groups, learningRate),
});

const names = (points: readonly unknown[], start = 0): string[] => points.map((_, i) => `t${start + i}`);

/** Tensors 0 to n - 1 and groups of them, in an order of its own. */
const entry = fc.double({ min: -3, max: 3, noNaN: true }).map((value) => (Math.abs(value) < 0.01 ? 0.5 : value));
const vector = fc.array(entry, { minLength: 3, maxLength: 3 });
const point = fc.record({ x: vector, gradient: vector });
const streams = fc.array(fc.array(point, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });
const rates = fc.double({ min: 1e-3, max: 3, noNaN: true });

/** The step as recorded, tensor by tensor, its groups, and the same step of the concatenated tensors. */
function example(parts: readonly (readonly Point[])[], learningRate: number) {
  let count = 0;
  const groups = parts.map((points, i): InvariantGroup => {
    const tensors = names(points, count);
    count += points.length;
    return { name: `g${i}`, tensors };
  });
  const all = parts.flat();
  const recorded = stepAt(
    all.map((each, i) => squares(`t${i}`, each)),
    learningRate,
  );
  const expected = stepAt(
    parts.map((points, i) => squares(`g${i}`, together(points))),
    learningRate,
  );
  return { groups, recorded, expected, found: stepInGroups(recorded, groups) };
}

/** The point after the step, in the units of the point before it. */
const moved = ({ x, gradient }: Point, learningRate: number): Point => ({
  x: x.map((value, i) => value - learningRate * gradient[i]!),
  gradient,
});

describe('groups of tensors', () => {
  it('by hand: two tensors of norms 3 and 4 with gradients 2 and 0.5, one with a third beside them', () => {
    const given: GroupSquares[] = [
      { name: 'a', squaredNorm: 9, squaredGradient: 4, inner: 3 },
      { name: 'b', squaredNorm: 75, squaredGradient: 1, inner: 0 },
      { name: 'c', squaredNorm: 16, squaredGradient: 0.25, inner: -1 },
    ];
    const step = stepInGroups(stepAt(given, 2), [
      { name: 's', tensors: ['a', 'c'] },
      { name: 'b', tensors: ['b'] },
    ]);
    // w = 25 / 100, g = 5 sqrt(4.25), ess = 2 / 25 g, cosine = (3 - 1) / g.
    const egn = 5 * Math.sqrt(4.25);
    expect(step.groups[0]).toEqual({
      name: 's',
      share: 0.25,
      egn: expect.closeTo(egn, 13),
      ess: expect.closeTo((2 / 25) * egn, 13),
      radial: expect.closeTo(2 / egn, 14),
    });
    expect(step.groups[1]!.name).toBe('b');
  });

  it('have the quantities of their tensors concatenated', () => {
    fc.assert(
      fc.property(streams, rates, (parts, learningRate) => {
        const { found, expected } = example(parts, learningRate);
        for (const [i, group] of expected.groups.entries()) {
          const { share, egn, ess, radial } = found.groups[i]!;
          // Float64, sums of at most twelve terms and their square roots.
          expect(Math.abs(share / group.share - 1)).toBeLessThan(1e-14);
          expect(Math.abs(egn / group.egn - 1)).toBeLessThan(1e-14);
          expect(Math.abs(ess / group.ess - 1)).toBeLessThan(1e-14);
          expect(Math.abs(radial! - group.radial!)).toBeLessThan(1e-14);
        }
        const { groups: _, ...joint } = found;
        const { groups: __, ...before } = expected;
        // Of all parameters nothing changes but the order of the sums.
        for (const [name, value] of Object.entries(before))
          expect(Math.abs(joint[name as keyof typeof joint]! - value)).toBeLessThan(1e-13 * Math.max(1, value));
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it("obey K1', K2 and K3' in a step along any gradient", () => {
    fc.assert(
      fc.property(streams, rates, (parts, learningRate) => {
        const { found, groups } = example(parts, learningRate);
        expect(jointStepResidual(found)).toBeLessThan(1e-13);
        const after = parts.map((points) => points.map((each) => moved(each, learningRate)));
        const next = stepInGroups(
          stepAt(
            after.flat().map((each, i) => squares(`t${i}`, each)),
            learningRate,
            1,
          ),
          groups,
        );
        const [{ x: from }, { x: to }] = [together(parts.flat()), together(after.flat())];
        const cosine = inner(from, to) / Math.sqrt(inner(from, from) * inner(to, to));
        // A step may lead to near the origin, where the cosine and the shares lose digits.
        fc.pre(inner(to, to) > 1e-4 * inner(from, from));
        expect(Math.abs(Math.cos(stepAngle(found)) - cosine)).toBeLessThan(1e-10);
        expect(shareUpdateResidual(found, next)).toBeLessThan(1e-10);
      }),
      { seed: 12, numRuns: 300 },
    );
  });

  it('without gradient have no step and no cosine', () => {
    const still = ['a', 'b'].map((name) => ({ name, squaredNorm: 4, squaredGradient: 0, inner: 0 }));
    const { groups } = stepInGroups(stepAt(still, 1), [{ name: 's', tensors: ['a', 'b'] }]);
    expect(groups).toEqual([{ name: 's', share: 1, egn: 0, ess: 0, radial: 0 }]);
  });

  it('have a cosine where all their tensors have one', () => {
    const [with_, without] = [
      { name: 'a', share: 0.5, egn: 1, ess: 2, radial: 0.1 },
      { name: 'b', share: 0.5, egn: 1, ess: 2 },
    ];
    expect(jointQuantities('s', [with_!, without!], 1)).not.toHaveProperty('radial');
  });

  it('never hide a NaN', () => {
    const tensors = [
      { name: 'a', share: 0.5, egn: Number.NaN, ess: 2, radial: 0.1 },
      { name: 'b', share: 0.5, egn: 1, ess: 2, radial: 0 },
    ];
    expect(jointQuantities('s', tensors, 1)).toEqual({
      name: 's',
      share: 1,
      egn: Number.NaN,
      ess: Number.NaN,
      radial: Number.NaN,
    });
  });

  it('of one tensor each are the step itself, to the last digit; without groups it is the same object', () => {
    const step = stepAt(
      [0.1, 0.7, 0.3].map((value, i) => ({
        name: `t${i}`,
        squaredNorm: value,
        squaredGradient: 1 / value,
        inner: 0.01,
      })),
      0.3,
    );
    const alone = step.groups.map(({ name }) => ({ name, tensors: [name] }));
    expect(stepInGroups(step, alone)).toStrictEqual(step);
    expect(stepInGroups(step)).toBe(step);
  });

  it('fail where a step lacks one of their tensors', () => {
    const step = stepAt([{ name: 'a', squaredNorm: 1, squaredGradient: 1 }], 1, 7);
    expect(() => stepInGroups(step, [{ name: 's', tensors: ['a', 'b'] }])).toThrow('step 7 says nothing of b');
  });
});
