import { describe, expect, it } from 'vitest';
import type { OnnxGraph } from '../../../../../deep/engine/onnx/graph.js';
import { DATA_TYPE } from '../../../../../deep/engine/onnx/schema.js';
import { movingAverages } from '../../../../../deep/engine/onnx/transform/moving-averages.js';
import { nameOutputs } from '../../../../../deep/engine/onnx/transform/name-outputs.js';
import { plainNumbers } from '../../../../../deep/engine/onnx/transform/reshapes.js';
import { inTurn } from '../../../../../deep/engine/onnx/transform/rewrite.js';
import { selectByMasks } from '../../../../../deep/engine/onnx/transform/select-by-masks.js';
import { expectSameFunction, expectUntouched, graphOf } from './graphs.js';

describe('products with masks', () => {
  const masked = (shape: readonly number[]) =>
    graphOf({ x: [3, 4], y: shape }, { out: [3, 4] }, (g) => {
      const mask = g.node('Cast', [g.node('Greater', ['y', g.scalar(0)])], { to: DATA_TYPE.float32 });
      return { out: g.node('Mul', [mask, 'x']) };
    });

  it('are selections', async () => {
    await expectSameFunction(selectByMasks, masked([3, 4]), { Greater: 1, Where: 1 });
  });

  it('are left alone where the mask is broadcast', () => expectUntouched(selectByMasks, masked([4])));
});

describe('numbers', () => {
  it('are not reshaped to be operands of arrays', async () => {
    const graph = graphOf({ x: [3, 4], rate: [] }, { out: [3, 4] }, (g) => ({
      out: g.node('Mul', ['x', g.node('Reshape', ['rate', g.integers([1, 1])])]),
    }));
    await expectSameFunction(plainNumbers, graph, { Mul: 1 });
  });

  it('are reshaped where that gives the result its shape', () => {
    const graph = graphOf({ x: [3], rate: [] }, { out: [1, 3], one: [1, 1] }, (g) => {
      const lifted = g.node('Reshape', ['rate', g.integers([1, 1])]);
      return { out: g.node('Mul', ['x', lifted]), one: g.node('Mul', [lifted, lifted]) };
    });
    expectUntouched(plainNumbers, graph);
  });
});

describe('moving averages', () => {
  /** 0.9 old + 0.1 factor mean(x), and x without its mean. */
  function average(g: OnnxGraph, x: string, old: string, factor?: number): { next: string; rest: string } {
    const mean = g.node('ReduceMean', [x, g.integers([0, 2, 3])], { keepdims: 0 });
    const corrected = factor === undefined ? mean : g.node('Mul', [mean, g.scalar(factor)]);
    const channels = x === 'x' ? 3 : 5;
    return {
      next: g.node('Add', [g.node('Mul', [old, g.scalar(0.9)]), g.node('Mul', [corrected, g.scalar(0.1)])]),
      rest: g.node('Sub', [x, g.node('Reshape', [mean, g.integers([1, channels, 1, 1])])]),
    };
  }

  const inputs = { x: [2, 3, 2, 2], y: [2, 5, 1, 2], a: [3], b: [5] };

  it('are computed side by side, each in its own size and with its own correction', async () => {
    const graph = graphOf(inputs, { a2: [3], b2: [5] }, (g) => ({
      a2: average(g, 'x', 'a').next,
      b2: average(g, 'y', 'b', 4 / 3).next,
    }));
    const after = { ReduceMean: 2, Concat: 2, Reshape: 1, Mul: 2, Add: 1, Slice: 2 };
    await expectSameFunction(movingAverages, graph, after);
  });

  it('leave other outputs alone', async () => {
    const graph = graphOf(inputs, { a2: [3], b2: [5], rest: inputs.x }, (g) => {
      const { next, rest } = average(g, 'x', 'a');
      return { a2: next, b2: g.node('Add', [g.node('Mul', ['b', g.scalar(0.9)]), 'b']), rest };
    });
    const transformed = movingAverages(graph);
    expect(transformed.nodes.filter(({ op }) => op === 'Slice').length).toBe(1);
    await expectSameFunction(movingAverages, graph, {
      ReduceMean: 2,
      Concat: 2,
      Reshape: 2,
      Mul: 3,
      Add: 2,
      Slice: 1,
      Sub: 1,
    });
  });
});

describe('names of outputs', () => {
  const graph = graphOf({ x: [3] }, { a: [3], b: [3], same: [3], input: [3] }, (g) => {
    const a = g.node('Neg', ['x']);
    return { a, b: g.node('Exp', [a]), same: a, input: 'x' };
  });

  it('are given by the nodes themselves, once each', async () => {
    await expectSameFunction(nameOutputs, graph, { Neg: 1, Exp: 1 });
    expect(nameOutputs(graph).nodes.map(({ op, output }) => [op, output])).toEqual([
      ['Neg', 'a'],
      ['Exp', 'b'],
      ['Identity', 'same'],
      ['Identity', 'input'],
    ]);
  });

  it('let other transforms follow', async () => {
    await expectSameFunction(inTurn(nameOutputs, selectByMasks), graph, { Neg: 1, Exp: 1 });
  });
});
