import type { OnnxGraph } from '../../onnx/graph.js';
import { readPositions } from '../../onnx/read-positions.js';
import type { ConvolutionInfo } from '../convolution-info.js';

/** Everything that the kernel reads: [images, input channels x places of the kernel, positions of the output]. */
function readPixels(graph: OnnxGraph, x: string, info: ConvolutionInfo): string {
  const { batchSize, inChannels, inHeight, inWidth, filterHeight, filterWidth, outHeight, outWidth } = info;
  const { top, left, bottom, right } = info.padInfo;
  const pads = [0, 0, top, left, 0, 0, bottom, right];
  const padded = pads.every((size) => size === 0) ? x : graph.node('Pad', [x, graph.integers(pads)]);
  const [rows, rowWidth] = [inHeight + top + bottom, inWidth + left + right];
  const positions = outHeight * outWidth;
  const read = readPositions(info, rowWidth);
  const wanted = graph.integers([batchSize, inChannels * filterHeight * filterWidth, positions]);
  const inPlace = read.length === rows * rowWidth && read.every((pixel, i) => pixel === i);
  if (inPlace) return graph.node('Reshape', [padded, wanted]);
  const flat = graph.node('Reshape', [padded, graph.integers([batchSize, inChannels, rows * rowWidth])]);
  const indices = graph.constant({ type: 'int32', shape: [read.length], data: read });
  return graph.node('Reshape', [graph.node('Gather', [flat, indices], { axis: 2 }), wanted]);
}

/**
 * The gradient of a kernel, OIHW, in the fewest nodes: one selection of all pixels that the kernel reads and one product,
 * whatever the stride. Takes memory for as many copies of the input as the kernel has places.
 */
export function compactFilterGradient(graph: OnnxGraph, x: string, dy: string, info: ConvolutionInfo): string {
  const { batchSize, inChannels, outChannels, outHeight, outWidth, filterHeight, filterWidth } = info;
  const flat = graph.node('Reshape', [dy, graph.integers([batchSize, outChannels, outHeight * outWidth])]);
  // Of the two factors, the smaller one is transposed.
  const turned = graph.node('Transpose', [flat], { perm: [0, 2, 1] });
  const product = graph.node('MatMul', [readPixels(graph, x, info), turned]);
  const sum = graph.node('ReduceSum', [product, graph.integers([0])], { keepdims: 0 });
  const kernelShape = graph.integers([outChannels, inChannels, filterHeight, filterWidth]);
  return graph.node('Reshape', [graph.node('Transpose', [sum], { perm: [1, 0] }), kernelShape]);
}
