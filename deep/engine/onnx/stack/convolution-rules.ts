import { readPixels } from '../read-pixels.js';
import type { Stacking, StackingRule } from './stacked-graph.js';

type Images = readonly [number, number, number, number];

const pair = (value: unknown, otherwise: readonly number[]): readonly number[] =>
  (value ?? otherwise) as readonly number[];

/** Images of all runs are images: [runs x images, channels, rows, columns]. */
export const poolingRule: StackingRule = (stacking) => {
  const { node, graph, runs, outShape } = stacking;
  const [images, ...rest] = stacking.shape(0);
  const merged = graph.node('Reshape', [stacking.stacked(0), graph.integers([runs * images!, ...rest])]);
  return graph.node('Reshape', [graph.node(node.op, [merged], node.attributes), graph.integers([runs, ...outShape])]);
};

/** All pixels that the kernels of all runs read: [runs, images, channels x places of the kernel, positions of the output]. */
function pixelsOfRuns(stacking: Stacking): string {
  const { node, graph, runs, outShape } = stacking;
  const [images, channels, height, width] = stacking.shape(0) as unknown as Images;
  const [filterHeight, filterWidth] = stacking.shape(1).slice(2) as [number, number];
  const [outHeight, outWidth] = outShape.slice(2) as [number, number];
  const [strideHeight, strideWidth] = pair(node.attributes.strides, [1, 1]) as [number, number];
  const [top, left, bottom, right] = pair(node.attributes.pads, [0, 0, 0, 0]) as Images;
  const windows = { filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth };
  const given = { lead: [runs, images], channels, height, width, pads: { top, left, bottom, right } };
  return readPixels(graph, stacking.stacked(0), given, windows);
}

/**
 * A convolution of each run's images with its kernel, as one product of matrices: of the kernels and of the pixels that they
 * read, which the gradient of the kernels needs too.
 */
export const convolutionRule: StackingRule = (stacking) => {
  const { graph, runs, outShape } = stacking;
  const [outputs, ...sizes] = stacking.shape(1);
  const terms = sizes.reduce((product, size) => product * size, 1);
  const kernels = graph.node('Reshape', [stacking.stacked(1), graph.integers([runs, 1, outputs!, terms])]);
  const product = graph.node('MatMul', [kernels, pixelsOfRuns(stacking)]);
  return graph.node('Reshape', [product, graph.integers([runs, ...outShape])]);
};

/** The runs as groups of channels of one convolution. */
export const transposedConvolutionRule: StackingRule = (stacking) => {
  const { node, graph, runs, outShape } = stacking;
  const [images, channels, ...size] = stacking.shape(0);
  const [inputs, ...rest] = stacking.shape(1);
  const exchanged = { perm: [1, 0, 2, 3, 4] };
  const x = graph.node('Reshape', [
    graph.node('Transpose', [stacking.stacked(0)], exchanged),
    graph.integers([images!, runs * channels!, ...size]),
  ]);
  const kernels = graph.node('Reshape', [stacking.stacked(1), graph.integers([runs * inputs!, ...rest])]);
  const y = graph.node(node.op, [x, kernels], { ...node.attributes, group: runs });
  const [first, ...others] = outShape;
  const split = graph.node('Reshape', [y, graph.integers([first!, runs, ...others])]);
  return graph.node('Transpose', [split], exchanged);
};
