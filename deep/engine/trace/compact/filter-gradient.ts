import type { OnnxGraph } from '../../onnx/graph.js';
import { readPixels } from '../../onnx/read-pixels.js';
import type { ConvolutionInfo } from '../convolution-info.js';

/**
 * The gradient of a kernel, OIHW, in the fewest nodes: one selection of all pixels that the kernel reads and one product,
 * whatever the stride. Takes memory for as many copies of the input as the kernel has places.
 */
export function compactFilterGradient(graph: OnnxGraph, x: string, dy: string, info: ConvolutionInfo): string {
  const { batchSize, inChannels, outChannels, outHeight, outWidth, filterHeight, filterWidth } = info;
  const flat = graph.node('Reshape', [dy, graph.integers([batchSize, outChannels, outHeight * outWidth])]);
  // Of the two factors, the smaller one is transposed.
  const turned = graph.node('Transpose', [flat], { perm: [0, 2, 1] });
  const { inHeight: height, inWidth: width, padInfo: pads } = info;
  const images = { lead: [batchSize], channels: inChannels, height, width, pads };
  const product = graph.node('MatMul', [readPixels(graph, x, images, info), turned]);
  const sum = graph.node('ReduceSum', [product, graph.integers([0])], { keepdims: 0 });
  const kernelShape = graph.integers([outChannels, inChannels, filterHeight, filterWidth]);
  return graph.node('Reshape', [graph.node('Transpose', [sum], { perm: [1, 0] }), kernelShape]);
}
