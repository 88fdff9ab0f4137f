import type * as tf from '@tensorflow/tfjs-core';
import type { BlockedLowering, TraceBackend } from '../backend.js';
import { type Affine, type AnyTraced, type BlockedTraced, isBlocked, type TracedValue } from '../values.js';
import { constantVector, depthwise } from './nodes.js';
import {
  added,
  asAffine,
  blockedNodeOf,
  channelVector,
  computeActivated,
  inGraph,
  pendingOrDone,
  scaled,
} from './pending.js';

const sameShape = (a: AnyTraced, b: AnyTraced): boolean => String(a.shape) === String(b.shape);

const alike = (backend: TraceBackend, value: TracedValue, { shape, dtype }: AnyTraced): tf.TensorInfo =>
  backend.tensorInfo(value, shape, dtype);

/** `value`, an operand as large as `image`, among the values in the blocked layout. */
const asBlocked = (backend: TraceBackend, value: AnyTraced): BlockedTraced =>
  isBlocked(value)
    ? value
    : { kind: 'blocked', name: blockedNodeOf(backend, value), shape: value.shape, dtype: value.dtype };

const negated = (backend: TraceBackend, value: AnyTraced, affine: Affine): Affine =>
  scaled(backend, affine, constantVector(backend.graph, -1, value.shape[3]!));

/** A blocked operand first, and what the other is to it: a number a channel, or an image of the same shape. */
function operands(backend: TraceBackend, a: AnyTraced, b: AnyTraced) {
  for (const [image, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (!isBlocked(image) || image.dtype !== 'float32') continue;
    const vector = channelVector(backend, other, image.shape[3]!);
    if (vector !== undefined) return { image, other, vector };
    if (sameShape(image, other)) return { image, other };
  }
  return undefined;
}

const isZero = (value: AnyTraced): boolean => value.kind === 'uniform' && value.value === 0;

function sum(backend: TraceBackend, a: AnyTraced, b: AnyTraced, sign: 1 | -1): tf.TensorInfo | undefined {
  const found = operands(backend, a, b);
  if (found === undefined) return undefined;
  if (isZero(b) || (isZero(a) && sign === 1)) return alike(backend, found.image, found.image);
  const { image } = found;
  const asTerm = (value: AnyTraced): Affine => {
    const vector = value === found.other ? found.vector : undefined;
    if (vector !== undefined) return { kind: 'affine', terms: [], shift: vector };
    return asAffine(backend, asBlocked(backend, value));
  };
  const second = sign === 1 ? asTerm(b) : negated(backend, image, asTerm(b));
  const affine = added(backend.graph, asTerm(a), second, image.shape[3]!);
  return alike(backend, pendingOrDone(backend, affine, image), image);
}

function product(backend: TraceBackend, a: AnyTraced, b: AnyTraced): tf.TensorInfo | undefined {
  const found = operands(backend, a, b);
  if (found === undefined) return undefined;
  const { image, other, vector } = found;
  if (other.kind === 'uniform' && other.value === 1) return alike(backend, image, image);
  const affine = asAffine(backend, image);
  if (vector !== undefined) return alike(backend, scaled(backend, affine, vector), image);
  return alike(backend, { kind: 'product', a: affine, b: asAffine(backend, asBlocked(backend, other)) }, image);
}

const addN: BlockedLowering = ({ inputs, backend }) => {
  const all = Object.values(inputs);
  const start = all[0]!;
  if (!all.some(isBlocked) || !all.every((value) => sameShape(value, start))) return undefined;
  const values = all.filter((value) => !isZero(value));
  if (values.length === 1) return alike(backend, values[0]!, start);
  const affine = values
    .map((value) => asAffine(backend, asBlocked(backend, value)))
    .reduce((a, b) => added(backend.graph, a, b, start.shape[3]!));
  return alike(backend, pendingOrDone(backend, affine, start), start);
};

/** The rectifier waits for the convolution that it is the input of, which may want it with zeros around. */
const relu: BlockedLowering = ({ inputs, backend, graph }) => {
  const x = inputs.x!;
  if (!isBlocked(x)) return undefined;
  const affine = asAffine(backend, x);
  const [term] = affine.terms;
  const bare = x.kind !== 'affine' && term !== undefined;
  const alone = affine.terms.length === 1 && affine.shift === undefined && term !== undefined;
  const activation = 'Relu';
  const node = (): string =>
    bare ? graph.node('Relu', [inGraph(backend, term.node)]) : computeActivated(backend, affine, x, activation);
  const padded = (pads: readonly number[]): string =>
    depthwise(backend, inGraph(backend, term!.node), x, { scale: term!.scale, activation, pads });
  const name = backend.defer({ node, ...(alone ? { padded } : {}) });
  return alike(backend, { kind: 'blocked', name }, x);
};

const step: BlockedLowering = ({ inputs, attrs, backend }) => {
  const x = inputs.x!;
  if (!isBlocked(x) || (attrs.alpha !== undefined && attrs.alpha !== 0)) return undefined;
  const name = computeActivated(backend, asAffine(backend, x), x, 'Step');
  return alike(backend, { kind: 'blocked', name }, x);
};

const unchanged: BlockedLowering = ({ inputs, attrs, backend }) => {
  const x = inputs.x!;
  if (!isBlocked(x) || (attrs.dtype !== undefined && attrs.dtype !== x.dtype)) return undefined;
  return alike(backend, x, x);
};

const negative: BlockedLowering = ({ inputs, backend }) => {
  const x = inputs.x!;
  return isBlocked(x) ? alike(backend, negated(backend, x, asAffine(backend, x)), x) : undefined;
};

const uniform =
  (value: number): BlockedLowering =>
  ({ inputs, backend }) =>
    isBlocked(inputs.x!) ? alike(backend, { kind: 'uniform', value }, inputs.x!) : undefined;

export const BLOCKED_ELEMENTWISE: Readonly<Record<string, BlockedLowering>> = {
  Add: ({ inputs, backend }) => sum(backend, inputs.a!, inputs.b!, 1),
  Sub: ({ inputs, backend }) => sum(backend, inputs.a!, inputs.b!, -1),
  Multiply: ({ inputs, backend }) => product(backend, inputs.a!, inputs.b!),
  Square: ({ inputs, backend }) => product(backend, inputs.x!, inputs.x!),
  AddN: addN,
  Neg: negative,
  Relu: relu,
  Step: step,
  Cast: unchanged,
  Identity: unchanged,
  ZerosLike: uniform(0),
  OnesLike: uniform(1),
};
