import { sizeOf } from '../engine.js';
import type { OnnxGraph } from '../onnx/graph.js';
import { DATA_TYPE } from '../onnx/schema.js';
import type { Traced } from './backend.js';

/** Physical orders of the two layouts in which convolutions compute: NCHW of a logical NHWC, OIHW of a logical HWIO. */
export const NCHW: readonly number[] = [0, 3, 1, 2];
export const OIHW: readonly number[] = [3, 2, 0, 1];

export const identityOrder = (rank: number): number[] => Array.from({ length: rank }, (_, i) => i);

const sameOrder = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dimension, i) => dimension === b[i]);

export const physicalShape = (shape: readonly number[], order: readonly number[]): number[] =>
  order.map((dimension) => shape[dimension]!);

/** Whether both orders list the dimensions larger than 1 alike: then one is a Reshape of the other, with no copy. */
function movesNothing(shape: readonly number[], from: readonly number[], to: readonly number[]): boolean {
  const visible = (order: readonly number[]) => order.filter((dimension) => shape[dimension]! > 1);
  return sameOrder(visible(from), visible(to));
}

const ONNX_TYPE = { float32: 'float32', int32: 'int32', bool: 'bool' } as const;

/** ONNX element type of a tfjs dtype. */
export function elementType(dtype: string): 'float32' | 'int32' | 'bool' {
  const type = ONNX_TYPE[dtype as keyof typeof ONNX_TYPE];
  if (type === undefined) throw new Error(`dtype ${dtype} cannot be compiled; allowed: float32, int32, bool`);
  return type;
}

/** A uniform value of 0 dimensions: broadcasting makes it any shape for free. */
function uniformScalar(graph: OnnxGraph, value: number, dtype: string): string {
  if (elementType(dtype) === 'float32') return graph.scalar(value);
  const integer = graph.constant({ type: 'int32', shape: [], data: Int32Array.of(value) });
  return elementType(dtype) === 'bool' ? graph.node('Cast', [integer], { to: DATA_TYPE.bool }) : integer;
}

/** The value as a node with its dimensions in the given physical order. */
export function inOrder(graph: OnnxGraph, value: Traced, order: readonly number[]): string {
  if (value.kind === 'uniform') {
    const scalar = uniformScalar(graph, value.value, value.dtype);
    return graph.node('Expand', [scalar, graph.integers(physicalShape(value.shape, order))]);
  }
  if (sameOrder(value.order, order)) return value.name;
  if (movesNothing(value.shape, value.order, order)) {
    return graph.node('Reshape', [value.name, graph.integers(physicalShape(value.shape, order))]);
  }
  return graph.node('Transpose', [value.name], { perm: order.map((dimension) => value.order.indexOf(dimension)) });
}

/** The value as a node in its logical order. */
export const plain = (graph: OnnxGraph, value: Traced): string =>
  inOrder(graph, value, identityOrder(value.shape.length));

/** The value as an operand of an element-wise node whose result has rank `order.length` in the physical order `order`. */
export function broadcastOperand(graph: OnnxGraph, value: Traced, order: readonly number[]): string {
  if (value.kind === 'uniform') return uniformScalar(graph, value.value, value.dtype);
  const rank = order.length;
  const missing = rank - value.shape.length;
  if (missing === 0) return inOrder(graph, value, order);
  const padded: Traced = {
    kind: 'node',
    name: value.name,
    shape: [...Array.from({ length: missing }, () => 1), ...value.shape],
    order: [...identityOrder(missing), ...value.order.map((dimension) => dimension + missing)],
    dtype: value.dtype,
  };
  if (sameOrder(padded.order, order)) return value.name;
  const lifted = graph.node('Reshape', [value.name, graph.integers(physicalShape(padded.shape, padded.order))]);
  return inOrder(graph, { ...padded, name: lifted }, order);
}

/** The order in which an element-wise result is computed: that of its largest operand of full rank. */
export function resultOrder(operands: readonly Traced[], rank: number): readonly number[] {
  let best: { order: readonly number[]; size: number } | undefined;
  for (const operand of operands) {
    if (operand.kind === 'uniform' || operand.shape.length !== rank) continue;
    const size = sizeOf(operand.shape);
    if (best === undefined || size > best.size) best = { order: operand.order, size };
  }
  return best?.order ?? identityOrder(rank);
}
