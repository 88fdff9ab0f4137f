import { expect, it } from 'vitest';
import { encodeGraph } from '../../../../../deep/engine/onnx/encode.js';
import type { OnnxGraph } from '../../../../../deep/engine/onnx/graph.js';
import { rewritingOutputs } from '../../../../../deep/engine/onnx/transform/rewrite.js';
import { onnxruntime } from '../../../../../deep/engine/onnxruntime.js';
import { graphOf } from './graphs.js';

const X = [2, 3, 7, 6];
type Build = (graph: OnnxGraph) => string;

const slice =
  (starts: number[], ends: number[], axes: number[], steps: number[]): Build =>
  (g) =>
    g.node('Slice', ['x', ...[starts, ends, axes, steps].map((numbers) => g.integers(numbers))]);

const LEAST = -(2 ** 31);

/** One operator each, of an image x, a kernel k, a vector v and a matrix m. */
const OPERATORS: readonly (readonly [string, Build])[] = [
  ['Sqrt', (g) => g.node('Sqrt', ['x'])],
  ['Add, broadcast', (g) => g.node('Add', ['v', 'x'])],
  ['Mul by a number', (g) => g.node('Mul', ['x', g.scalar(2)])],
  ['Where', (g) => g.node('Where', [g.node('Greater', ['x', 'v']), 'v', g.scalar(0)])],
  ['ReduceSum', (g) => g.node('ReduceSum', ['x', g.integers([0, 2])], { keepdims: 0 })],
  ['ReduceMean that keeps its axes', (g) => g.node('ReduceMean', ['x', g.integers([1])], { keepdims: 1 })],
  ['Reshape', (g) => g.node('Reshape', ['x', g.integers([6, 42])])],
  ['Unsqueeze', (g) => g.node('Unsqueeze', ['v', g.integers([0, 2])])],
  ['Concat', (g) => g.node('Concat', ['x', 'x', 'x'], { axis: 1 })],
  ['Transpose', (g) => g.node('Transpose', ['x'], { perm: [1, 3, 0, 2] })],
  ['Pad', (g) => g.node('Pad', ['x', g.integers([0, 0, 1, 2, 0, 0, 3, 0])])],
  ['Slice', slice([0, 1], [7, 6], [2, 3], [2, 2])],
  ['Slice backwards', slice([-1, -1], [LEAST, LEAST], [2, 3], [-1, -1])],
  ['Slice backwards by two', slice([5], [0], [3], [-2])],
  ['Slice beyond the end', slice([1], [100], [2], [1])],
  [
    'Gather',
    (g) => g.node('Gather', ['x', g.constant({ type: 'int32', shape: [2], data: Int32Array.of(1, 0) })], { axis: 1 }),
  ],
  ['MatMul', (g) => g.node('MatMul', ['x', g.node('Transpose', ['x'], { perm: [0, 1, 3, 2] })])],
  ['Conv', (g) => g.node('Conv', ['x', 'k'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })],
  ['Conv, strided', (g) => g.node('Conv', ['x', 'k'], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 0, 1, 1] })],
  ['Conv, unpadded', (g) => g.node('Conv', ['x', 'k'], { kernel_shape: [3, 3] })],
  ['MaxPool', (g) => g.node('MaxPool', ['x'], { kernel_shape: [2, 2], strides: [2, 2] })],
  ['AveragePool', (g) => g.node('AveragePool', ['x'], { kernel_shape: [3, 2], strides: [3, 2], pads: [1, 0, 1, 0] })],
  ['Expand', (g) => g.node('Expand', ['v', g.integers([5, 6])])],
];

it.each(OPERATORS)('the shape of %s is the one that onnxruntime gives it', async (_, build) => {
  const inputs = { x: X, k: [4, 3, 3, 3], v: [6] };
  const declaring = (shape: readonly number[]) => graphOf(inputs, { out: shape }, (g) => ({ out: build(g) }));
  let found: readonly number[] = [];
  // Rules do not look at what an output declares.
  rewritingOutputs(([output], known) => {
    found = known.shape(output!.value)!;
    return new Map();
  })(declaring([]));
  const { InferenceSession, Tensor } = onnxruntime();
  const session = await InferenceSession.create(encodeGraph(declaring(found)), {
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 4,
  });
  const feeds = Object.entries(inputs).map(
    ([name, shape]) => [name, new Tensor('float32', new Float32Array(shape.reduce((a, b) => a * b)), shape)] as const,
  );
  const { out } = await session.run(Object.fromEntries(feeds));
  await session.release();
  expect(found).toEqual(out!.dims);
});
