import type { OnnxGraph } from '../onnx/graph.js';
import { MAX_POOL_GATHER } from '../second-order/max-pool-gather.js';
import type { BlockedLowering, KernelCall, Lowering } from './backend.js';
import * as blocked from './blocked/pooling.js';
import { compactPoolGradient } from './compact/pooling.js';
import { inOrder, NCHW } from './layout.js';
import { type PoolingInfo, poolingInfo, refuseOverlap } from './pooling-info.js';

const maxPool: Lowering = ({ inputs, attrs, backend, graph }) => {
  const x = inputs.x!;
  const info = poolingInfo(attrs, x.shape);
  const name = graph.node('MaxPool', [inOrder(graph, x, NCHW)], info.attributes);
  return backend.node(name, info.outShape, 'float32', NCHW);
};

/** The pixel at `place` of each window. */
function pixelsAt(graph: OnnxGraph, image: string, place: number, { outShape, places }: PoolingInfo): string {
  const [down, across] = places;
  const start = [Math.floor(place / across), place % across] as const;
  const ends = [start[0] + (outShape[1]! - 1) * down + 1, start[1] + (outShape[2]! - 1) * across + 1];
  return graph.node('Slice', [image, ...[start, ends, [2, 3], places].map((numbers) => graph.integers(numbers))]);
}

/** The maxima of windows that all lie inside the image. */
const windowMaximum = (graph: OnnxGraph, image: string, { attributes }: PoolingInfo): string =>
  graph.node('MaxPool', [image], { kernel_shape: attributes.kernel_shape, strides: attributes.strides });

/** The gradient of each window's pixels, place by place: each goes to the first of its maxima. */
function shares(graph: OnnxGraph, image: string, dy: string, info: PoolingInfo): string[] {
  const maximum = windowMaximum(graph, image, info);
  const zero = graph.scalar(0);
  const count = info.places[0] * info.places[1];
  let left = dy;
  const result: string[] = [];
  for (let place = 0; place < count - 1; place += 1) {
    const here = graph.node('Equal', [pixelsAt(graph, image, place, info), maximum]);
    result.push(graph.node('Where', [here, left, zero]));
    left = graph.node('Where', [here, zero, left]);
  }
  return [...result, left];
}

/** Pixels of windows, place by place, as an NCHW image of all that the windows cover. */
function together(graph: OnnxGraph, pixels: readonly string[], info: PoolingInfo): string {
  const [batch, outHeight, outWidth, channels] = info.outShape as [number, number, number, number];
  const [down, across] = info.places;
  const lines = batch * channels * outHeight;
  const rows = Array.from({ length: down }, (_, row) => {
    const parts = pixels
      .slice(row * across, (row + 1) * across)
      .map((node) => graph.node('Reshape', [node, graph.integers([lines, outWidth, 1])]));
    const line = graph.node('Concat', parts, { axis: 2 });
    return graph.node('Reshape', [line, graph.integers([lines, outWidth * across])]);
  });
  const covered = graph.integers([batch, channels, outHeight * down, outWidth * across]);
  return graph.node('Reshape', [graph.node('Concat', rows, { axis: 1 }), covered]);
}

/** NCHW with rows and columns added at the edges, or cut off where the numbers are negative. */
function framed(graph: OnnxGraph, image: string, frame: readonly number[], value: number): string {
  if (frame.every((size) => size === 0)) return image;
  const [top, left, bottom, right] = frame;
  const pads = graph.integers([0, 0, top!, left!, 0, 0, bottom!, right!]);
  return graph.node('Pad', [image, pads, graph.scalar(value)]);
}

const LOWEST = -3.4e38;

/** What an image lacks of the pixels that the windows cover: above, on the left, below, on the right. */
function frameOf(shape: readonly number[], { pads, outShape, places }: PoolingInfo): number[] {
  const [top, left] = pads as [number, number];
  return [top, left, outShape[1]! * places[0] - shape[1]! - top, outShape[2]! * places[1] - shape[2]! - left];
}

/** The image that is pooled, with whole windows all over it. */
function wholeWindows({ inputs, attrs, graph }: KernelCall) {
  const x = inputs.input!;
  const info = poolingInfo(attrs, x.shape);
  refuseOverlap(info);
  const frame = frameOf(x.shape, info);
  return { x, info, frame, windows: framed(graph, inOrder(graph, x, NCHW), frame, LOWEST) };
}

const maxPoolGrad: Lowering = (call) => {
  const { inputs, backend, graph } = call;
  const { x, info, frame, windows } = wholeWindows(call);
  const dy = inOrder(graph, inputs.dy!, NCHW);
  const gradient = backend.fewNodes
    ? compactPoolGradient(graph, windows, dy, info)
    : together(graph, shares(graph, windows, dy, info), info);
  const unframed = frame.map((size) => 0 - size);
  return backend.node(framed(graph, gradient, unframed, 0), x.shape, 'float32', NCHW);
};

/** What another image holds at the place of each window's first maximum. */
const maxPoolGather: Lowering = (call) => {
  const { inputs, backend, graph } = call;
  const { info, frame, windows } = wholeWindows(call);
  const values = framed(graph, inOrder(graph, inputs.values!, NCHW), frame, 0);
  const maximum = windowMaximum(graph, windows, info);
  const last = info.places[0] * info.places[1] - 1;
  let found = pixelsAt(graph, values, last, info);
  for (let place = last - 1; place >= 0; place -= 1) {
    const here = graph.node('Equal', [pixelsAt(graph, windows, place, info), maximum]);
    found = graph.node('Where', [here, pixelsAt(graph, values, place, info), found]);
  }
  return backend.node(found, info.outShape, 'float32', NCHW);
};

export const POOLINGS: Readonly<Record<string, Lowering>> = {
  MaxPool: maxPool,
  MaxPoolGrad: maxPoolGrad,
  [MAX_POOL_GATHER]: maxPoolGather,
};

export const BLOCKED_POOLINGS: Readonly<Record<string, BlockedLowering>> = {
  MaxPool: blocked.maxPool,
  MaxPoolGrad: blocked.maxPoolGrad,
  [MAX_POOL_GATHER]: blocked.maxPoolGather,
};
