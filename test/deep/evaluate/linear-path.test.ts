import { describe, expect, it } from 'vitest';
import { evaluateWeights } from '../../../deep/evaluate/evaluate-weights.js';
import { linearPath, pointBetween } from '../../../deep/evaluate/linear-path.js';
import { namesWithRole } from '../../../deep/models/model.js';
import type { Weights } from '../../../deep/observe/batch-pass.js';
import { drawnWeights, smallSetting } from '../observe/setting.js';

const { model } = smallSetting;
const [a, b] = [drawnWeights(model, 1), drawnWeights(model, 2)];
const sphere = (weights: Weights) => namesWithRole(model, 'sphere').map((name) => weights.get(name)!.data);
const vector = (weights: Weights): number[] => sphere(weights).flatMap((values) => [...values]);
const scaled = (weights: Weights, factor: number): Weights =>
  new Map([...weights].map(([name, { shape, data }]) => [name, { shape, data: data.map((value) => value * factor) }]));

describe('a point between two others', () => {
  it('has the norm between theirs on the sphere, and the direction of their mean', () => {
    const [straight, round] = [pointBetween(model, a, b, 0.25, true), pointBetween(model, a, b, 0.25)];
    const [from, to, middle, raised] = [a, b, straight, round].map(vector) as [number[], number[], number[], number[]];
    middle.forEach((value, i) => {
      expect(value).toBeCloseTo(0.75 * from[i]! + 0.25 * to[i]!, 6);
    });
    const norm = 0.75 * Math.hypot(...from) + 0.25 * Math.hypot(...to);
    expect(Math.hypot(...middle)).toBeLessThan(0.95 * norm);
    expect(Math.hypot(...raised) / norm).toBeCloseTo(1, 6);
    const ratio = norm / Math.hypot(...middle);
    raised.forEach((value, i) => {
      expect(value).toBeCloseTo(ratio * middle[i]!, 6);
    });
  });

  it('at an end is that end', () => {
    expect(vector(pointBetween(model, a, b, 0))).toEqual(vector(a));
    expect(vector(pointBetween(model, a, b, 1))).toEqual(vector(b));
  });

  it('is none on the sphere in the middle of opposite points', () => {
    expect(() => pointBetween(model, a, scaled(a, -1), 0.5)).toThrow('goes through zero at t = 0.5');
    expect(vector(pointBetween(model, a, scaled(a, -1), 0.5, true)).every((value) => value === 0)).toBe(true);
  });
});

describe('a linear path', () => {
  it('begins and ends with the evaluations of its ends', async () => {
    const seen: number[] = [];
    const { ends, points, barrier } = await linearPath(smallSetting, a, b, {
      points: 3,
      onPoint: ({ t }) => seen.push(t),
    });
    expect(seen).toEqual([0, 0.5, 1]);
    for (const [end, place] of [
      [a, 0],
      [b, 2],
    ] as const) {
      // The mean of a point with itself: the same point, with statistics estimated anew.
      const { train, test } = await evaluateWeights(smallSetting, [end, end]);
      expect(points[place]).toMatchObject({ train: train.evaluation, test: test.evaluation });
    }
    const [from, to] = [vector(a), vector(b)];
    const inner = from.reduce((sum, value, i) => sum + value * to[i]!, 0);
    expect(ends.cosine).toBeCloseTo(inner / Math.hypot(...from) / Math.hypot(...to), 12);
    expect(ends.distance).toBeCloseTo(Math.hypot(...from.map((value, i) => value - to[i]!)), 12);
    const [first, middle, last] = points.map(({ train }) => train.loss) as [number, number, number];
    expect(barrier).toBeCloseTo(Math.max(0, middle - (first + last) / 2), 12);
  });

  it('from a point to itself has neither length nor barrier', async () => {
    const { ends, points, barrier } = await linearPath(smallSetting, a, a, { points: 2 });
    expect(ends).toEqual({ cosine: 1, distance: 0 });
    expect(barrier).toBe(0);
    expect(points[0]!.train).toEqual(points[1]!.train);
  });
});

describe('the evaluation of weights', () => {
  it('of one point takes its running statistics, of several those of their average', async () => {
    const one = await evaluateWeights(smallSetting, [a]);
    const mean = await evaluateWeights(smallSetting, [a, a]);
    expect(one.train.training).toEqual(mean.train.training);
    // Fresh statistics are not those of the images.
    expect(one.train.evaluation).not.toEqual(mean.train.evaluation);
    expect(one.norm).toBeCloseTo(Math.hypot(...vector(a)), 12);
  });
});
