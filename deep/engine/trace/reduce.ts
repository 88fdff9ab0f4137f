import type * as tf from '@tensorflow/tfjs-core';
import { sizeOf } from '../engine.js';
import { DATA_TYPE } from '../onnx/schema.js';
import type { KernelCall, Lowering, Traced } from './backend.js';
import { identityOrder, inOrder, plain } from './layout.js';

function reducedAxes(attrs: Readonly<Record<string, unknown>>, rank: number): number[] {
  const axis = attrs.axis ?? attrs.reductionIndices;
  const axes = axis === undefined || axis === null ? identityOrder(rank) : [axis].flat().map(Number);
  return axes.map((dimension) => (dimension < 0 ? dimension + rank : dimension));
}

/** A reduction in whatever order the input lies; the dimensions that are left keep that order. */
const reduction =
  (op: string): Lowering =>
  ({ inputs, attrs, backend, graph }: KernelCall): tf.TensorInfo => {
    const x = inputs.x!;
    const rank = x.shape.length;
    const axes = reducedAxes(attrs, rank);
    const kept = identityOrder(rank).filter((dimension) => !axes.includes(dimension));
    const keepDims = attrs.keepDims === true;
    const shape = keepDims
      ? x.shape.map((size, dimension) => (axes.includes(dimension) ? 1 : size))
      : kept.map((dimension) => x.shape[dimension]!);
    if (axes.length === 0) return backend.tensorInfo(x, shape, x.dtype);
    if (x.kind === 'uniform') {
      const count = op === 'ReduceSum' ? sizeOf(axes.map((dimension) => x.shape[dimension]!)) : 1;
      return backend.tensorInfo({ kind: 'uniform', value: x.value * count }, shape, x.dtype);
    }
    const places = axes.map((dimension) => x.order.indexOf(dimension)).sort((a, b) => a - b);
    const name = graph.node(op, [x.name, graph.integers(places)], { keepdims: keepDims ? 1 : 0 });
    const order = keepDims
      ? x.order
      : x.order.filter((dimension) => !axes.includes(dimension)).map((dimension) => kept.indexOf(dimension));
    return backend.node(name, shape, x.dtype, order);
  };

/** tfjs' mean of whole numbers is not a whole number. */
const mean: Lowering = (call) => {
  const { backend, graph } = call;
  const x = call.inputs.x!;
  if (x.dtype === 'float32') return reduction('ReduceMean')(call);
  const to = { to: DATA_TYPE.float32 };
  const numbers: Traced =
    x.kind === 'uniform'
      ? { ...x, dtype: 'float32' }
      : { ...x, name: graph.node('Cast', [x.name], to), dtype: 'float32' };
  return reduction('ReduceMean')({ ...call, backend, inputs: { x: numbers } });
};

const argMax: Lowering = ({ inputs, attrs, backend, graph }) => {
  const x = inputs.x!;
  const axis = reducedAxes(attrs, x.shape.length)[0]!;
  const index = graph.node('ArgMax', [plain(graph, x)], { axis, keepdims: 0 });
  const shape = x.shape.filter((_, dimension) => dimension !== axis);
  return backend.node(graph.node('Cast', [index], { to: DATA_TYPE.int32 }), shape, 'int32');
};

/** Batched matrix product; a batch of one is an ordinary product. */
const batchMatMul: Lowering = ({ inputs, attrs, backend, graph }) => {
  const a = inputs.a!;
  const b = inputs.b!;
  const turn = (transposed: unknown, rank: number): number[] =>
    transposed ? [...identityOrder(rank - 2), rank - 1, rank - 2] : identityOrder(rank);
  const rank = a.shape.length;
  if (b.shape.length !== rank)
    throw new Error('a matrix product of different numbers of dimensions cannot be compiled');
  const left = inOrder(graph, a, turn(attrs.transposeA, rank));
  const right = inOrder(graph, b, turn(attrs.transposeB, rank));
  const rows = a.shape[attrs.transposeA ? rank - 1 : rank - 2]!;
  const columns = b.shape[attrs.transposeB ? rank - 2 : rank - 1]!;
  const batch = a.shape.slice(0, -2).map((size, i) => Math.max(size, b.shape[i]!));
  return backend.node(graph.node('MatMul', [left, right]), [...batch, rows, columns]);
};

export const REDUCTIONS: Readonly<Record<string, Lowering>> = {
  Sum: reduction('ReduceSum'),
  Mean: mean,
  Max: reduction('ReduceMax'),
  ArgMax: argMax,
  BatchMatMul: batchMatMul,
};
