import { backend_util } from '@tensorflow/tfjs-core';
import type { OnnxGraph } from '../onnx/graph.js';
import type { KernelCall, Lowering } from './backend.js';
import { inOrder, NCHW } from './layout.js';

type PoolingInfo = backend_util.Conv2DInfo;

function poolingInfo({ attrs }: KernelCall, shape: readonly number[]): PoolingInfo {
  return backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    attrs.filterSize as number | [number, number],
    attrs.strides as number | [number, number],
    1,
    attrs.pad as 'same' | 'valid' | number,
    attrs.dimRoundingMode as 'floor' | undefined,
  );
}

/** Like tfjs', ONNX's mean leaves padding out of the count. */
const averagePool: Lowering = (call) => {
  const { inputs, backend, graph } = call;
  const info = poolingInfo(call, inputs.x!.shape);
  const { top, left, bottom, right } = info.padInfo;
  const name = graph.node('AveragePool', [inOrder(graph, inputs.x!, NCHW)], {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: [top, left, bottom, right],
  });
  return backend.node(name, info.outShape, 'float32', NCHW);
};

/** Every number of dy repeated over its window; rows and columns that no window reaches are filled with zeros. */
function spread(graph: OnnxGraph, dy: string, info: PoolingInfo): string {
  const { batchSize, inChannels, outHeight, outWidth, filterHeight, filterWidth } = info;
  const [height, width] = [outHeight * filterHeight, outWidth * filterWidth];
  const points = graph.node('Reshape', [dy, graph.integers([batchSize, inChannels, outHeight, 1, outWidth, 1])]);
  const windows = graph.integers([batchSize, inChannels, outHeight, filterHeight, outWidth, filterWidth]);
  const shape = graph.integers([batchSize, inChannels, height, width]);
  const covered = graph.node('Reshape', [graph.node('Expand', [points, windows]), shape]);
  const rest = [info.inHeight - height, info.inWidth - width] as const;
  return rest.every((size) => size === 0)
    ? covered
    : graph.node('Pad', [covered, graph.integers([0, 0, 0, 0, 0, 0, ...rest])]);
}

/** Only for windows side by side: every value is in at most one window. */
const averagePoolGrad: Lowering = (call) => {
  const { inputs, backend, graph } = call;
  const shape = inputs.input!.shape;
  const info = poolingInfo(call, shape);
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  const padded = [padInfo.top, padInfo.left, padInfo.bottom, padInfo.right].some((size) => size > 0);
  // The gradient that tfjs computes of padded windows is not that of its means: it counts the padding.
  if (padded || filterHeight !== strideHeight || filterWidth !== strideWidth) {
    throw new Error('the gradient of average pooling can be compiled only for windows side by side, without padding');
  }
  const mean = graph.node('Div', [inOrder(graph, inputs.dy!, NCHW), graph.scalar(filterHeight * filterWidth)]);
  return backend.node(spread(graph, mean, info), shape, 'float32', NCHW);
};

export const AVERAGE_POOLINGS: Readonly<Record<string, Lowering>> = {
  AvgPool: averagePool,
  AvgPoolGrad: averagePoolGrad,
};
