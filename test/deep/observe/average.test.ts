import { describe, expect, it } from 'vitest';
import type { Weights } from '../../../deep/observe/batch-pass.js';
import { comparePoints, normOf } from '../../../deep/observe/compare.js';
import { recall, remember } from '../../../deep/observe/remembered.js';
import { meanWeights, takeIn } from '../../../deep/observe/weight-average.js';

const point = (...values: number[]): Weights =>
  new Map([['x', { shape: [values.length], data: Float32Array.from(values) }]]);
const values = (weights: Weights): number[] => [...weights.get('x')!.data];

describe('the mean of weights', () => {
  it('of a trajectory of one, two and three points, by hand', () => {
    expect(values(meanWeights([point(1, -2)]))).toEqual([1, -2]);
    expect(values(meanWeights([point(1, -2), point(3, 6)]))).toEqual([2, 2]);
    expect(values(meanWeights([point(1, -2), point(3, 6), point(5, 2)]))).toEqual([3, 2]);
  });

  it('begins with a copy of its first point', () => {
    const first = point(1, 2);
    const average = takeIn(first, first, 1);
    first.get('x')!.data[0] = 9;
    expect(values(average)).toEqual([1, 2]);
  });
});

describe('two points', () => {
  it('have the cosine and distance that hands compute', () => {
    const [a, b] = [
      [Float32Array.of(3), Float32Array.of(0)],
      [Float32Array.of(0), Float32Array.of(4)],
    ];
    expect(comparePoints(a!, b!)).toEqual({ cosine: 0, distance: 5 });
    expect(comparePoints(a!, a!)).toEqual({ cosine: 1, distance: 0 });
    expect(comparePoints(a!, [Float32Array.of(-6), Float32Array.of(0)])).toEqual({ cosine: -1, distance: 9 });
    expect(comparePoints([Float32Array.of(1, 1)], [Float32Array.of(1, 0)]).cosine).toBeCloseTo(Math.SQRT1_2, 14);
    expect(normOf([Float32Array.of(3), Float32Array.of(4)])).toBe(5);
    expect(normOf([])).toBe(0);
  });

  it('have no cosine where one is zero', () => {
    expect(comparePoints([Float32Array.of(0)], [Float32Array.of(1)])).toEqual({ cosine: Number.NaN, distance: 1 });
  });
});

describe('what observers remember in a checkpoint', () => {
  it('comes back under its names, and nobody else’s does', () => {
    const checkpoint = new Map([...point(1), ...remember('a', point(2)), ...remember('b', point(3))]);
    expect([...checkpoint.keys()]).toEqual(['x', 'a:x', 'b:x']);
    expect(values(recall('b', checkpoint))).toEqual([3]);
    expect(recall('c', checkpoint).size).toBe(0);
  });
});
