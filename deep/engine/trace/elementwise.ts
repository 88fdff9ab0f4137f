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

type Operands = readonly [Traced, Traced];

/** The other operand where one is `value` everywhere and leaves it as it is. */
function withoutNeutral([a, b]: Operands, value: number): Traced | undefined {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const sameShape = String(broadcastShape([a, b])) === String(other.shape);
    if (one.kind === 'uniform' && one.value === value && sameShape) return other;
  }
  return undefined;
}

/** Arithmetic with a neutral element, which gradients are full of, costs no node. */
const withNeutral =
  (op: string, value: number) =>
  (call: Pick<KernelCall, 'backend' | 'graph'>, operands: Operands): tf.TensorInfo => {
    const other = withoutNeutral(operands, value);
    return other === undefined ? elementwise(op, call, operands) : alias(call.backend, other);
  };

const add = withNeutral('Add', 0);
// Times 0 stays: of infinity and NaN it makes NaN, by which a diverged run is known.
const multiply = withNeutral('Mul', 1);

const operandsOf = ({ inputs }: KernelCall): Operands => [inputs.a!, inputs.b!];

/** Two at a time: webgpu has no sum of several. */
const addN: Lowering = (call) => {
  const { inputs, backend } = call;
  const [first, ...others] = Object.values(inputs);
  const sum = others.reduce((a, b) => backend.traced(add(call, [a, b])) as Traced, first!);
  return alias(backend, sum);
};

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
  Add: (call) => add(call, operandsOf(call)),
  AddN: addN,
  Sub: binary('Sub'),
  Multiply: (call) => multiply(call, operandsOf(call)),
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
