import type * as tf from '@tensorflow/tfjs-core';
import { DATA_TYPE } from '../onnx/schema.js';
import type { KernelCall, Lowering, TraceBackend, Traced } from './backend.js';
import { broadcastOperand, elementType, inOrder, resultOrder } from './layout.js';

/** Shape of a broadcast of operands, NumPy's rule. */
function broadcastShape(operands: readonly Traced[]): number[] {
  const rank = Math.max(...operands.map(({ shape }) => shape.length));
  return Array.from({ length: rank }, (_, i) =>
    Math.max(...operands.map(({ shape }) => shape[i - rank + shape.length] ?? 1)),
  );
}

interface ElementwiseOptions {
  readonly dtype?: tf.DataType;
}

/** One ONNX node over operands broadcast against each other, in the layout of the largest. */
function elementwise(
  op: string,
  { backend, graph }: Pick<KernelCall, 'backend' | 'graph'>,
  operands: readonly Traced[],
  { dtype = operands[0]!.dtype }: ElementwiseOptions = {},
): tf.TensorInfo {
  const shape = broadcastShape(operands);
  const order = resultOrder(operands, shape.length);
  const names = operands.map((operand) => broadcastOperand(graph, operand, order));
  return full(backend, graph.node(op, names), operands, shape, dtype, order);
}

/** A node whose operands were all smaller than the result (uniform numbers) still has to have its shape. */
function full(
  backend: TraceBackend,
  name: string,
  operands: readonly Traced[],
  shape: readonly number[],
  dtype: tf.DataType,
  order: readonly number[],
): tf.TensorInfo {
  const covered = shape.map((size, i) =>
    operands.some(
      (operand) => operand.kind === 'node' && operand.shape[i - shape.length + operand.shape.length] === size,
    ),
  );
  if (shape.every((size, i) => size === 1 || covered[i])) return backend.node(name, shape, dtype, order);
  const physical = order.map((dimension) => shape[dimension]!);
  return backend.node(backend.graph.node('Expand', [name, backend.graph.integers(physical)]), shape, dtype, order);
}

const binary =
  (op: string, dtype?: tf.DataType): Lowering =>
  (call) =>
    elementwise(op, call, [call.inputs.a!, call.inputs.b!], dtype === undefined ? {} : { dtype });

const unary =
  (op: string): Lowering =>
  (call) =>
    elementwise(op, call, [call.inputs.x!]);

const uniform = (backend: TraceBackend, value: number, like: Traced): tf.TensorInfo =>
  backend.tensorInfo({ kind: 'uniform', value }, like.shape, like.dtype);

/** Arithmetic with 0 and 1, which gradients are full of, costs no node. */
function multiply(call: KernelCall): tf.TensorInfo {
  const { a, b } = call.inputs as { a: Traced; b: Traced };
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const sameShape = String(broadcastShape([a, b])) === String(other.shape);
    if (one.kind === 'uniform' && one.value === 1 && sameShape) return alias(call.backend, other);
  }
  return elementwise('Mul', call, [a, b]);
}

const alias = (backend: TraceBackend, { shape, dtype, ...value }: Traced): tf.TensorInfo =>
  backend.tensorInfo(value, shape, dtype);

const castNumber = (value: number, dtype: tf.DataType): number =>
  dtype === 'int32' ? Math.trunc(value) : dtype === 'bool' ? Number(value !== 0) : value;

function cast({ inputs, attrs, backend, graph }: KernelCall): tf.TensorInfo {
  const x = inputs.x!;
  const dtype = attrs.dtype as tf.DataType;
  if (x.kind === 'uniform') return uniform(backend, castNumber(x.value, dtype), { ...x, dtype });
  if (x.dtype === dtype) return alias(backend, x);
  const name = graph.node('Cast', [x.name], { to: DATA_TYPE[elementType(dtype)] });
  return backend.node(name, x.shape, dtype, x.order);
}

/** 1 where x > 0, `alpha` elsewhere. */
function step({ inputs, attrs, backend, graph }: KernelCall): tf.TensorInfo {
  const x = inputs.x!;
  if (attrs.alpha !== 0 && attrs.alpha !== undefined) throw new Error('Step with a slope cannot be compiled');
  const order = resultOrder([x], x.shape.length);
  const positive = graph.node('Greater', [inOrder(graph, x, order), graph.scalar(0)]);
  return backend.node(graph.node('Cast', [positive], { to: DATA_TYPE.float32 }), x.shape, 'float32', order);
}

/** Known to be positive, which lets maxima be taken before they are scaled. */
const rsqrt: Lowering = (call) => {
  const { backend } = call;
  const root = backend.traced(elementwise('Sqrt', call, [call.inputs.x!])) as Traced;
  const result = elementwise('Reciprocal', call, [root]);
  const value = backend.traced(result);
  if (value.kind === 'node') backend.positive.add(value.name);
  return result;
};

const square: Lowering = (call) => elementwise('Mul', call, [call.inputs.x!, call.inputs.x!]);

export const ELEMENTWISE: Readonly<Record<string, Lowering>> = {
  Add: binary('Add'),
  AddN: (call) => elementwise('Sum', call, Object.values(call.inputs)),
  Sub: binary('Sub'),
  Multiply: multiply,
  RealDiv: binary('Div'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Equal: binary('Equal', 'bool'),
  Greater: binary('Greater', 'bool'),
  Less: binary('Less', 'bool'),
  Exp: unary('Exp'),
  Log: unary('Log'),
  Sqrt: unary('Sqrt'),
  Neg: unary('Neg'),
  Abs: unary('Abs'),
  Relu: unary('Relu'),
  Rsqrt: rsqrt,
  Square: square,
  Step: step,
  Cast: cast,
  Identity: ({ inputs, backend }) => alias(backend, inputs.x!),
  ZerosLike: ({ inputs, backend }) => uniform(backend, 0, inputs.x!),
  OnesLike: ({ inputs, backend }) => uniform(backend, 1, inputs.x!),
  Fill: ({ attrs, backend }) =>
    backend.tensorInfo(
      { kind: 'uniform', value: attrs.value as number },
      attrs.shape as number[],
      (attrs.dtype as tf.DataType | undefined) ?? 'float32',
    ),
};
