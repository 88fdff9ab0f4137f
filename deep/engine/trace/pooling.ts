import type { OnnxGraph } from '../onnx/graph.js';
import type { BlockedLowering, Lowering } from './backend.js';
import * as blocked from './blocked/pooling.js';
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

/** The gradient of each window's pixels, place by place: each goes to the first of its maxima. */
function shares(graph: OnnxGraph, image: string, dy: string, info: PoolingInfo): string[] {
  const { kernel_shape, strides } = info.attributes;
  const maximum = graph.node('MaxPool', [image], { kernel_shape, strides });
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
function framed(graph: OnnxGraph, image: string, [top, left, bottom, right]: readonly number[], value: number): string {
  const pads = graph.integers([0, 0, top!, left!, 0, 0, bottom!, right!]);
  return graph.node('Pad', [image, pads, graph.scalar(value)]);
}

const LOWEST = -3.4e38;

const maxPoolGrad: Lowering = ({ inputs, attrs, backend, graph }) => {
  const x = inputs.input!;
  const info = poolingInfo(attrs, x.shape);
  refuseOverlap(info);
  const [, height, width] = x.shape as [number, number, number, number];
  const [top, left] = info.attributes.pads as [number, number];
  const covered = [info.outShape[1]! * info.places[0], info.outShape[2]! * info.places[1]] as const;
  const frame = [top, left, covered[0] - height - top, covered[1] - width - left];
  const fits = frame.every((size) => size === 0);
  const image = inOrder(graph, x, NCHW);
  const windows = fits ? image : framed(graph, image, frame, LOWEST);
  const pixels = shares(graph, windows, inOrder(graph, inputs.dy!, NCHW), info);
  const gradient = together(graph, pixels, info);
  const unframed = frame.map((size) => -size);
  const name = fits ? gradient : framed(graph, gradient, unframed, 0);
  return backend.node(name, x.shape, 'float32', NCHW);
};

export const POOLINGS: Readonly<Record<string, Lowering>> = { MaxPool: maxPool, MaxPoolGrad: maxPoolGrad };

export const BLOCKED_POOLINGS: Readonly<Record<string, BlockedLowering>> = {
  MaxPool: blocked.maxPool,
  MaxPoolGrad: blocked.maxPoolGrad,
};
