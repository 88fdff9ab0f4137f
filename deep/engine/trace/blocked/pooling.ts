import type { OnnxGraph } from '../../onnx/graph.js';
import type { BlockedLowering, DeferredNode, KernelCall, TraceBackend } from '../backend.js';
import { type PoolingInfo, poolingInfo, refuseOverlap } from '../pooling-info.js';
import { type AnyTraced, type BlockedTraced, isBlocked, type TracedValue } from '../values.js';
import { type Attributes, blockedImages, blockedNode, blockOf, depthwise, type Images, IS_ZERO } from './nodes.js';
import { blockedNodeOf, compute, inGraph } from './pending.js';
import { meanOfNode, meanOfNodes } from './statistics.js';
import { together } from './windows.js';

const maximum = (graph: OnnxGraph, node: string, { attributes }: PoolingInfo): string =>
  blockedNode(graph, 'MaxPool', [node], attributes);

/** What the maxima are taken of: positive scales and shifts do not change where they are. */
function pooledNode(backend: TraceBackend, x: BlockedTraced): { node: string; after: (pooled: string) => TracedValue } {
  const term = x.kind === 'affine' && x.terms.length === 1 ? x.terms[0]! : undefined;
  if (x.kind === 'affine' && term !== undefined && (term.scale === undefined || backend.positive.has(term.scale))) {
    return { node: inGraph(backend, term.node), after: (node) => ({ ...x, terms: [{ ...term, node }] }) };
  }
  return { node: compute(backend, x), after: (name) => ({ kind: 'blocked', name }) };
}

export const maxPool: BlockedLowering = ({ inputs, attrs, backend, graph }) => {
  const x = inputs.x!;
  if (!isBlocked(x)) return undefined;
  const info = poolingInfo(attrs, x.shape);
  const { node, after } = pooledNode(backend, x);
  return backend.tensorInfo(after(maximum(graph, node, info)), info.outShape, 'float32');
};

/**
 * A depthwise kernel that takes the pixel at `place` of each window. It reaches no further than that pixel, since what it
 * weighs by 0 costs time too, and than what is left over beside the last window, or there would be one window more.
 */
function pick(backend: TraceBackend, place: number, { places, outShape }: PoolingInfo, images: Images) {
  const { graph } = backend;
  const block = blockOf(backend);
  const { filled, height, width } = blockedImages(backend, images);
  const [row, column] = [Math.floor(place / places[1]), place % places[1]];
  const rows = Math.max(row, height - places[0] * outShape[1]!) + 1;
  const columns = Math.max(column, width - places[1] * outShape[2]!) + 1;
  const data = Float32Array.from({ length: rows * columns }, (_, i) => Number(i === row * columns + column));
  const one = graph.constant({ type: 'float32', shape: [1, rows * columns, 1], data });
  const all = graph.node('Expand', [one, graph.integers([filled / block, rows * columns, block])]);
  return { kernel: graph.node('Reshape', [all, graph.integers([filled, 1, rows, columns])]), size: [rows, columns] };
}

/** The pixel at `place` of each window, plus another node, after an activation. */
function pixelAt(
  backend: TraceBackend,
  node: string,
  place: number,
  info: PoolingInfo,
  images: Images,
  { plus, activation = {} }: { readonly plus?: string; readonly activation?: Attributes } = {},
): string {
  const { kernel, size } = pick(backend, place, info, images);
  const operands = [node, kernel, ...(plus === undefined ? [] : ['', plus])];
  const group = blockedImages(backend, images).filled;
  return blockedNode(backend.graph, 'Conv', operands, {
    ...{ kernel_shape: size, strides: info.strides, group },
    ...activation,
  });
}

/** Minus the maxima of the windows. */
const minusMaximum = (graph: OnnxGraph, node: string, info: PoolingInfo): string =>
  graph.node('Neg', [maximum(graph, node, info)]);

/** 1 where the pixel at `place` of a window is its maximum, 0 elsewhere. */
const isMaximum = (backend: TraceBackend, node: string, place: number, info: PoolingInfo, images: Images): string =>
  pixelAt(backend, node, place, info, images, {
    plus: minusMaximum(backend.graph, node, info),
    activation: IS_ZERO,
  });

const lastPlace = ({ places }: PoolingInfo): number => places[0] * places[1] - 1;

/** The gradient of each window's pixels, place by place: each goes to the first of its maxima. */
function shares(backend: TraceBackend, node: string, dy: string, info: PoolingInfo, images: Images): string[] {
  const { graph } = backend;
  const result: string[] = [];
  let left = dy;
  for (let place = 0; place < lastPlace(info); place += 1) {
    const share = graph.node('Mul', [left, isMaximum(backend, node, place, info, images)]);
    left = graph.node('Sub', [left, share]);
    result.push(share);
  }
  return [...result, left];
}

/** The gradient of an image from that of its maxima: what it is asked for is mostly known from the maxima alone. */
function unpooled(
  backend: TraceBackend,
  node: string,
  dy: string,
  shape: readonly number[],
  info: PoolingInfo,
): DeferredNode {
  const { graph } = backend;
  const images = { shape };
  const pooled = { shape: info.outShape };
  const covered = (info.outShape[1]! * info.outShape[2]!) / (shape[1]! * shape[2]!);
  const ofAll = (meanOfPooled: string): string => graph.node('Mul', [meanOfPooled, graph.scalar(covered)]);
  const image = (gradient: string): string =>
    together(backend, shares(backend, node, gradient, info, images), shape, info.places);
  return {
    node: () => image(dy),
    scaled: (scale) => image(depthwise(backend, dy, images, { scale })),
    mean: () => ofAll(meanOfNode(backend, dy, pooled)),
    meanWith: (other) =>
      other === node ? ofAll(meanOfNodes(backend, dy, maximum(graph, node, info), pooled)) : undefined,
  };
}

/** Windows side by side inside blocked images; undefined where they are not, or the images not blocked. */
function windowsInside({ inputs, attrs, backend }: KernelCall<AnyTraced>) {
  const x = inputs.input!;
  if (!isBlocked(x)) return undefined;
  const info = poolingInfo(attrs, x.shape);
  refuseOverlap(info);
  return info.padded ? undefined : { x, info, node: pooledNode(backend, x).node };
}

export const maxPoolGrad: BlockedLowering = (call) => {
  const { inputs, backend } = call;
  const windows = windowsInside(call);
  if (windows === undefined) return undefined;
  const { x, info, node } = windows;
  const dy = blockedNodeOf(backend, inputs.dy!);
  const name = backend.defer(unpooled(backend, node, dy, x.shape, info));
  return backend.tensorInfo({ kind: 'blocked', name }, x.shape, 'float32');
};

/** What another image holds at the place of each window's first maximum. */
export const maxPoolGather: BlockedLowering = (call) => {
  const { inputs, backend, graph } = call;
  const windows = windowsInside(call);
  if (windows === undefined) return undefined;
  const { x, info, node } = windows;
  const values = blockedNodeOf(backend, inputs.values!);
  let found = pixelAt(backend, values, lastPlace(info), info, x);
  for (let place = lastPlace(info) - 1; place >= 0; place -= 1) {
    const here = isMaximum(backend, node, place, info, x);
    const better = graph.node('Sub', [pixelAt(backend, values, place, info, x), found]);
    found = graph.node('Add', [found, graph.node('Mul', [here, better])]);
  }
  return backend.tensorInfo({ kind: 'blocked', name: found }, info.outShape, 'float32');
};
