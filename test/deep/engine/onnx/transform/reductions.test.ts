import { describe, it } from 'vitest';
import { keepReducedAxes, mergeReshapes, reshapeFirst } from '../../../../../deep/engine/onnx/transform/reshapes.js';
import { inTurn } from '../../../../../deep/engine/onnx/transform/rewrite.js';
import { addedSums, stackedSums, sumsOfSquares } from '../../../../../deep/engine/onnx/transform/sums.js';
import { expectSameFunction, expectUntouched, graphOf } from './graphs.js';

const TENSORS = { a: [2, 3], b: [4, 1], c: [1, 5], d: [3, 3], e: [2, 2] };
const NAMES = Object.keys(TENSORS);

describe('sums of squares', () => {
  it('are one operator, with axes and without', async () => {
    const graph = graphOf({ x: [3, 4] }, { rows: [3], all: [1, 1] }, (g) => {
      const square = g.node('Mul', ['x', 'x']);
      return {
        rows: g.node('ReduceSum', [square, g.integers([1])], { keepdims: 0 }),
        all: g.node('ReduceSum', [square, g.integers([0, 1])], { keepdims: 1 }),
      };
    });
    await expectSameFunction(sumsOfSquares, graph, { ReduceSumSquare: 2 });
  });

  it('are not made of other products or of means', () => {
    const graph = graphOf({ x: [3, 4], y: [3, 4] }, { a: [3], b: [3] }, (g) => ({
      a: g.node('ReduceSum', [g.node('Mul', ['x', 'y']), g.integers([1])], { keepdims: 0 }),
      b: g.node('ReduceMean', [g.node('Mul', ['x', 'x']), g.integers([1])], { keepdims: 0 }),
    }));
    expectUntouched(sumsOfSquares, graph);
  });
});

describe('stacked sums', () => {
  const stacked = (axes: readonly number[]) =>
    graphOf(TENSORS, { out: [NAMES.length] }, (g) => {
      const sums = NAMES.map((name) => g.node('ReduceSum', [name, g.integers(axes)], { keepdims: 0 }));
      const parts = sums.map((sum) => g.node('Unsqueeze', [sum, g.integers([0])]));
      return { out: g.node('Concat', parts, { axis: 0 }) };
    });

  it('keep their dimensions', async () => {
    await expectSameFunction(stackedSums, stacked([0, 1]), { ReduceSum: 5, Concat: 1, Reshape: 1 });
  });

  it('must be of whole tensors', () => {
    const graph = graphOf({ x: [1, 2], y: [1, 2] }, { out: [2, 1] }, (g) => {
      const sums = ['x', 'y'].map((name) => g.node('ReduceSum', [name, g.integers([1])], { keepdims: 0 }));
      return {
        out: g.node(
          'Concat',
          sums.map((sum) => g.node('Unsqueeze', [sum, g.integers([0])])),
          { axis: 0 },
        ),
      };
    });
    expectUntouched(stackedSums, graph);
  });
});

describe('added sums', () => {
  const added = (names: readonly string[]) =>
    graphOf(TENSORS, { out: [] }, (g) => ({
      out: names
        .map((name) => g.node('ReduceSum', [name, g.integers([0, 1])], { keepdims: 0 }))
        .reduce((a, b) => g.node('Add', [a, b])),
    }));

  it('are the sum of a list', async () => {
    await expectSameFunction(addedSums, added(NAMES), { ReduceSum: 6, Concat: 1 });
  });

  it('are left alone where they are few', () => expectUntouched(addedSums, added(['a', 'b', 'c'])));

  it('are left alone beside another summand', () => {
    const graph = graphOf({ ...TENSORS, number: [] }, { out: [] }, (g) => {
      const sums = NAMES.map((name) => g.node('ReduceSum', [name, g.integers([0, 1])], { keepdims: 0 }));
      return { out: ['number', ...sums].reduce((a, b) => g.node('Add', [a, b])) };
    });
    expectUntouched(addedSums, graph);
  });
});

describe('reductions whose axes come back', () => {
  it('keep them', async () => {
    const graph = graphOf({ x: [2, 3, 2, 2] }, { out: [2, 3, 2, 2] }, (g) => {
      const mean = g.node('ReduceMean', ['x', g.integers([0, 2, 3])], { keepdims: 0 });
      return { out: g.node('Sub', ['x', g.node('Reshape', [mean, g.integers([1, 3, 1, 1])])]) };
    });
    await expectSameFunction(inTurn(keepReducedAxes, mergeReshapes), graph, { ReduceMean: 1, Sub: 1 });
  });

  it('are not computed a second time for another use', () => {
    const graph = graphOf({ x: [2, 3, 2, 2] }, { out: [2, 3, 2, 2], mean: [3] }, (g) => {
      const mean = g.node('ReduceMean', ['x', g.integers([0, 2, 3])], { keepdims: 0 });
      return {
        out: g.node('Sub', ['x', g.node('Reshape', [mean, g.integers([1, 3, 1, 1])])]),
        mean: g.node('Neg', [mean]),
      };
    });
    expectUntouched(inTurn(keepReducedAxes, mergeReshapes), graph);
  });

  it('meet reshapes that move before element-wise operators', async () => {
    const graph = graphOf({ x: [2, 3, 2, 2] }, { out: [2, 3, 2, 2] }, (g) => {
      const square = g.node('ReduceMean', [g.node('Mul', ['x', 'x']), g.integers([0, 2, 3])], { keepdims: 0 });
      const root = g.node('Sqrt', [g.node('Add', [square, g.scalar(0.1)])]);
      return { out: g.node('Div', ['x', g.node('Reshape', [root, g.integers([1, 3, 1, 1])])]) };
    });
    const transform = inTurn(reshapeFirst, keepReducedAxes, mergeReshapes);
    await expectSameFunction(transform, graph, { Mul: 1, ReduceMean: 1, Add: 1, Sqrt: 1, Div: 1 });
  });
});
