import type * as tf from '@tensorflow/tfjs-core';
import { sizeOf } from '../engine.js';
import { DATA_TYPE } from '../onnx/schema.js';
import type { BlockedLowering, KernelCall, Lowering } from './backend.js';
import { compute } from './blocked/pending.js';
import { elementType, inOrder, plain } from './layout.js';
import { type AnyTraced, isBlocked } from './values.js';

/** The shape wanted, with the size that is left to be found out. */
function wantedShape({ inputs, attrs }: Pick<KernelCall<AnyTraced>, 'inputs' | 'attrs'>): number[] {
  const shape = attrs.shape as number[];
  const known = sizeOf(shape.filter((size) => size !== -1));
  return shape.map((size) => (size === -1 ? sizeOf(inputs.x!.shape) / known : size));
}

const keepsShape = (call: Pick<KernelCall<AnyTraced>, 'inputs' | 'attrs'>): boolean =>
  String(wantedShape(call)) === String(call.inputs.x!.shape);

const reshape: Lowering = (call) => {
  const { inputs, backend, graph } = call;
  const x = inputs.x!;
  if (keepsShape(call)) return backend.tensorInfo(x, x.shape, x.dtype);
  const shape = wantedShape(call);
  if (x.kind === 'uniform') return backend.tensorInfo({ kind: 'uniform', value: x.value }, shape, x.dtype);
  return backend.node(graph.node('Reshape', [plain(graph, x), graph.integers(shape)]), shape, x.dtype);
};

/** A transposition moves nothing: it renames the dimensions of the same node. */
const transpose: Lowering = ({ inputs, attrs, backend }) => {
  const x = inputs.x!;
  const perm = attrs.perm as number[];
  const shape = perm.map((dimension) => x.shape[dimension]!);
  if (x.kind === 'uniform') return backend.tensorInfo({ kind: 'uniform', value: x.value }, shape, x.dtype);
  const order = x.order.map((dimension) => perm.indexOf(dimension));
  return backend.node(x.name, shape, x.dtype, order);
};

const oneHot: Lowering = ({ inputs, attrs, backend, graph }) => {
  if (attrs.onValue !== 1 || attrs.offValue !== 0)
    throw new Error('one-hot of other values than 1 and 0 cannot be compiled');
  const indices = inputs.indices!;
  const depth = attrs.depth as number;
  const dtype = (attrs.dtype as tf.DataType | undefined) ?? 'int32';
  const numbers = Int32Array.from({ length: depth }, (_, i) => i);
  const classes = graph.constant({ type: 'int32', shape: [depth], data: numbers });
  const column = graph.node('Unsqueeze', [plain(graph, indices), graph.integers([indices.shape.length])]);
  const match = graph.node('Equal', [column, classes]);
  const shape = [...indices.shape, depth];
  return backend.node(graph.node('Cast', [match], { to: DATA_TYPE[elementType(dtype)] }), shape, dtype);
};

const tile: Lowering = ({ inputs, attrs, backend, graph }) => {
  const x = inputs.x!;
  const reps = attrs.reps as number[];
  const shape = x.shape.map((size, i) => size * reps[i]!);
  if (x.kind === 'uniform') return backend.tensorInfo({ kind: 'uniform', value: x.value }, shape, x.dtype);
  const places = x.order.map((dimension) => reps[dimension]!);
  return backend.node(graph.node('Tile', [x.name, graph.integers(places)]), shape, x.dtype, x.order);
};

/** Stacking along a new dimension. */
const pack: Lowering = ({ inputs, attrs, backend, graph }) => {
  const values = Object.values(inputs);
  const first = values[0]!;
  const axis = attrs.axis as number;
  const shape = [...first.shape.slice(0, axis), values.length, ...first.shape.slice(axis)];
  const order = first.shape.map((_, i) => i);
  const parts = values.map((value) => graph.node('Unsqueeze', [inOrder(graph, value, order), graph.integers([axis])]));
  return backend.node(graph.node('Concat', parts, { axis }), shape, first.dtype);
};

export const SHAPES: Readonly<Record<string, Lowering>> = {
  Reshape: reshape,
  Transpose: transpose,
  OneHot: oneHot,
  Tile: tile,
  Pack: pack,
};

/**
 * Gradients of sums ask for the shape that is there already: a value in the blocked layout stays in it. It is computed,
 * since both summands' gradients are made of it, each in several ways.
 */
const blockedReshape: BlockedLowering = (call) => {
  const x = call.inputs.x!;
  if (!isBlocked(x) || !keepsShape(call)) return undefined;
  return call.backend.tensorInfo({ kind: 'blocked', name: compute(call.backend, x) }, x.shape, x.dtype);
};

export const BLOCKED_SHAPES: Readonly<Record<string, BlockedLowering>> = { Reshape: blockedReshape };
