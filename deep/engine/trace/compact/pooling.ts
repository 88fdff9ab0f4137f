import type { OnnxGraph } from '../../onnx/graph.js';
import type { PoolingInfo } from '../pooling-info.js';

/** Numbers that fall from the first place of a window to its last, which is 1. */
function fallingWeights(graph: OnnxGraph, [down, across]: PoolingInfo['places']): string {
  const count = down * across;
  const data = Float32Array.from({ length: count }, (_, i) => count - i);
  return graph.constant({ type: 'float32', shape: [1, 1, down, 1, across], data });
}

/**
 * The gradient of maxima of windows side by side, NCHW: of the pixels that equal their window's maximum, the first one gets
 * it. `image` has whole windows all over it; the result has its shape. All windows at once, in a fixed number of nodes.
 */
export function compactPoolGradient(graph: OnnxGraph, image: string, dy: string, info: PoolingInfo): string {
  const [batch, outHeight, outWidth, channels] = info.outShape as [number, number, number, number];
  const [down, across] = info.places;
  const { kernel_shape, strides } = info.attributes;
  const windows = graph.integers([batch * channels, outHeight, down, outWidth, across]);
  const points = graph.integers([batch * channels, outHeight, 1, outWidth, 1]);
  const aWindow = (node: string): string => graph.node('Reshape', [node, points]);
  const zero = graph.scalar(0);
  const maxima = graph.node('MaxPool', [image], { kernel_shape, strides });
  const isMaximum = graph.node('Equal', [graph.node('Reshape', [image, windows]), aWindow(maxima)]);
  const weights = graph.node('Where', [isMaximum, fallingWeights(graph, info.places), zero]);
  const first = graph.node('ReduceMax', [weights, graph.integers([2, 4])], { keepdims: 1 });
  const gradient = graph.node('Where', [graph.node('Equal', [weights, first]), aWindow(dy), zero]);
  return graph.node('Reshape', [gradient, graph.integers([batch, channels, outHeight * down, outWidth * across])]);
}
