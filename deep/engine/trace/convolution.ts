import type { OnnxGraph } from '../onnx/graph.js';
import type { BlockedLowering, Lowering } from './backend.js';
import { conv2d as blockedConvolution } from './blocked/convolution.js';
import { conv2dBackpropFilter as blockedFilterGradient } from './blocked/filter-gradient.js';
import { conv2dBackpropInput as blockedInputGradient } from './blocked/input-gradient.js';
import { compactFilterGradient } from './compact/filter-gradient.js';
import { type ConvolutionInfo, convolutionInfo, geometry } from './convolution-info.js';
import { inOrder, NCHW, OIHW } from './layout.js';

const conv2d: Lowering = (call) => {
  const { inputs, attrs, backend, graph } = call;
  const x = inputs.x!;
  const filter = inputs.filter!;
  const info = convolutionInfo(attrs, x.shape, filter.shape);
  const operands = [inOrder(graph, x, NCHW), inOrder(graph, filter, OIHW)];
  return backend.node(graph.node('Conv', operands, geometry(info)), info.outShape, 'float32', NCHW);
};

/** Stride 1: a convolution with the kernel turned by 180 degrees and its channels exchanged. */
function inputGradientOfStrideOne(
  graph: OnnxGraph,
  dy: string,
  filter: string,
  pads: readonly number[],
  info: ConvolutionInfo,
): string {
  const least = -(2 ** 31);
  const turned = graph.node('Slice', [
    filter,
    graph.integers([-1, -1]),
    graph.integers([least, least]),
    graph.integers([2, 3]),
    graph.integers([-1, -1]),
  ]);
  return graph.node('Conv', [dy, graph.node('Transpose', [turned], { perm: [1, 0, 2, 3] })], {
    kernel_shape: [info.filterHeight, info.filterWidth],
    pads,
  });
}

/** Paddings of that convolution. */
function padsOfInputGradient(info: ConvolutionInfo): number[] {
  const { top, left } = info.padInfo;
  const before = [info.filterHeight - 1 - top, info.filterWidth - 1 - left] as const;
  return [
    ...before,
    info.inHeight + info.filterHeight - 1 - info.outHeight - before[0],
    info.inWidth + info.filterWidth - 1 - info.outWidth - before[1],
  ];
}

const conv2dBackpropInput: Lowering = (call) => {
  const { inputs, attrs, backend, graph } = call;
  const inShape = attrs.inputShape as number[];
  const filter = inputs.filter!;
  const info = convolutionInfo(attrs, inShape, filter.shape);
  const dy = inOrder(graph, inputs.dy!, NCHW);
  const kernel = inOrder(graph, filter, OIHW);
  const pads = padsOfInputGradient(info);
  if (info.strideHeight === 1 && info.strideWidth === 1 && pads.every((size) => size >= 0)) {
    return backend.node(inputGradientOfStrideOne(graph, dy, kernel, pads, info), inShape, 'float32', NCHW);
  }
  const { top, left, bottom, right } = info.padInfo;
  const name = graph.node('ConvTranspose', [dy, kernel], {
    ...geometry(info),
    output_padding: [
      info.inHeight - ((info.outHeight - 1) * info.strideHeight + info.filterHeight - top - bottom),
      info.inWidth - ((info.outWidth - 1) * info.strideWidth + info.filterWidth - left - right),
    ],
  });
  return backend.node(name, inShape, 'float32', NCHW);
};

/** Places (row, column) of the kernel, row by row. */
const kernelPlaces = ({ filterHeight, filterWidth }: ConvolutionInfo): [number, number][] =>
  Array.from({ length: filterHeight * filterWidth }, (_, i) => [Math.floor(i / filterWidth), i % filterWidth]);

/** dy [N, O, P] times values [N, I, P] transposed, summed over the batch: [O, I]. */
function batchedProduct(graph: OnnxGraph, dy: string, values: string): string {
  const product = graph.node('MatMul', [dy, graph.node('Transpose', [values], { perm: [0, 2, 1] })]);
  return graph.node('ReduceSum', [product, graph.integers([0])], { keepdims: 0 });
}

/** One product with all shifted copies of the input side by side: best for few input channels, and for any stride. */
function filterGradientByColumns(graph: OnnxGraph, x: string, dy: string, info: ConvolutionInfo): string {
  const { batchSize, inChannels, outChannels, outHeight, outWidth, strideHeight, strideWidth } = info;
  const { top, left, bottom, right } = info.padInfo;
  const padded = graph.node('Pad', [x, graph.integers([0, 0, top, left, 0, 0, bottom, right])]);
  const columns = kernelPlaces(info).map(([row, column]) =>
    graph.node('Slice', [
      padded,
      graph.integers([row, column]),
      graph.integers([row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1]),
      graph.integers([2, 3]),
      graph.integers([strideHeight, strideWidth]),
    ]),
  );
  const positions = outHeight * outWidth;
  const all = columns.length === 1 ? columns[0]! : graph.node('Concat', columns, { axis: 1 });
  const product = batchedProduct(
    graph,
    graph.node('Reshape', [dy, graph.integers([batchSize, outChannels, positions])]),
    graph.node('Reshape', [all, graph.integers([batchSize, columns.length * inChannels, positions])]),
  );
  // [O, places * I] -> [O, I, places] -> OIHW
  const split = graph.node('Reshape', [product, graph.integers([outChannels, columns.length, inChannels])]);
  const kernelShape = graph.integers([outChannels, inChannels, info.filterHeight, info.filterWidth]);
  return graph.node('Reshape', [graph.node('Transpose', [split], { perm: [0, 2, 1] }), kernelShape]);
}

/**
 * Stride 1: in rows as wide as the padded input, a shift of the kernel is one offset into the flattened image, so each
 * place of the kernel is a product with one contiguous slice: best for many input channels.
 */
function filterGradientByOffsets(graph: OnnxGraph, x: string, dy: string, info: ConvolutionInfo): string {
  const { batchSize, inChannels, outChannels, inHeight, inWidth, outHeight, outWidth } = info;
  const { top, left, bottom, right } = info.padInfo;
  const rowWidth = inWidth + left + right;
  const rows = inHeight + top + bottom + 1;
  const positions = outHeight * rowWidth;
  const paddedX = graph.node('Pad', [x, graph.integers([0, 0, top, left, 0, 0, bottom + 1, right])]);
  const flatX = graph.node('Reshape', [paddedX, graph.integers([batchSize, inChannels, rows * rowWidth])]);
  const paddedDy = graph.node('Pad', [dy, graph.integers([0, 0, 0, 0, 0, 0, 0, rowWidth - outWidth])]);
  const flatDy = graph.node('Reshape', [paddedDy, graph.integers([batchSize, outChannels, positions])]);
  const places = kernelPlaces(info).map(([row, column]) => {
    const offset = row * rowWidth + column;
    const ends = graph.integers([offset + positions]);
    const shifted = graph.node('Slice', [flatX, graph.integers([offset]), ends, graph.integers([2])]);
    return graph.node('Unsqueeze', [batchedProduct(graph, flatDy, shifted), graph.integers([2])]);
  });
  const kernelShape = graph.integers([outChannels, inChannels, info.filterHeight, info.filterWidth]);
  return graph.node('Reshape', [graph.node('Concat', places, { axis: 2 }), kernelShape]);
}

/** Measured on one thread, batch 128, 3x3 kernels: below this many input channels, columns are the faster way. */
const CHANNELS_FOR_OFFSETS = 8;

const conv2dBackpropFilter: Lowering = (call) => {
  const { inputs, attrs, backend, graph } = call;
  const x = inputs.x!;
  const filterShape = attrs.filterShape as number[];
  const info = convolutionInfo(attrs, x.shape, filterShape);
  const wide = info.inChannels >= CHANNELS_FOR_OFFSETS && info.filterHeight * info.filterWidth > 1;
  const byOffsets = wide && info.strideHeight === 1 && info.strideWidth === 1;
  const gradient = backend.fewNodes
    ? compactFilterGradient
    : byOffsets
      ? filterGradientByOffsets
      : filterGradientByColumns;
  const name = gradient(graph, inOrder(graph, x, NCHW), inOrder(graph, inputs.dy!, NCHW), info);
  return backend.node(name, filterShape, 'float32', OIHW);
};

export const CONVOLUTIONS: Readonly<Record<string, Lowering>> = {
  Conv2D: conv2d,
  Conv2DBackpropInput: conv2dBackpropInput,
  Conv2DBackpropFilter: conv2dBackpropFilter,
};

export const BLOCKED_CONVOLUTIONS: Readonly<Record<string, BlockedLowering>> = {
  Conv2D: blockedConvolution,
  Conv2DBackpropInput: blockedInputGradient,
  Conv2DBackpropFilter: blockedFilterGradient,
};
