import { it } from 'vitest';
import { mergeReshapes } from '../../../../../deep/engine/onnx/transform/reshapes.js';
import { expectSameFunction, graphOf } from './graphs.js';

it('makes one of reshapes and new dimensions one after another', async () => {
  const graph = graphOf({ x: [2, 6] }, { out: [3, 1, 4] }, (g) => {
    const first = g.node('Reshape', ['x', g.integers([12])]);
    const second = g.node('Unsqueeze', [first, g.integers([0])]);
    return { out: g.node('Reshape', [second, g.integers([3, 1, 4])]) };
  });
  await expectSameFunction(mergeReshapes, graph, { Reshape: 1 });
});

it('drops those that lead back', async () => {
  const graph = graphOf({ x: [2, 6] }, { out: [2, 6] }, (g) => {
    const flat = g.node('Reshape', ['x', g.integers([12])]);
    return { out: g.node('Neg', [g.node('Reshape', [flat, g.integers([2, 6])])]) };
  });
  await expectSameFunction(mergeReshapes, graph, { Neg: 1 });
});

it('keeps what lies between and is used elsewhere', async () => {
  const graph = graphOf({ x: [2, 6] }, { a: [12], b: [3, 4] }, (g) => {
    const flat = g.node('Reshape', ['x', g.integers([12])]);
    return { a: g.node('Neg', [flat]), b: g.node('Neg', [g.node('Reshape', [flat, g.integers([3, 4])])]) };
  });
  await expectSameFunction(mergeReshapes, graph, { Reshape: 2, Neg: 2 });
});
