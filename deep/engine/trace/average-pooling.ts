import type { OnnxGraph } from '../onnx/graph.js';
import type { Lowering } from './backend.js';
import { inOrder, NCHW } from './layout.js';
import { type PoolingInfo, poolingInfo, refuseOverlap } from './pooling-info.js';

/** Like tfjs', ONNX's mean leaves padding out of the count. */
const averagePool: Lowering = ({ inputs, attrs, backend, graph }) => {
  const x = inputs.x!;
  const { attributes, outShape } = poolingInfo(attrs, x.shape);
  const name = graph.node('AveragePool', [inOrder(graph, x, NCHW)], attributes);
  return backend.node(name, outShape, 'float32', NCHW);
};

/** Every number of dy repeated over its window; rows and columns that no window reaches are filled with zeros. */
function spread(graph: OnnxGraph, dy: string, shape: readonly number[], { outShape, places }: PoolingInfo): string {
  const [batch, outHeight, outWidth, channels] = outShape as [number, number, number, number];
  const [down, across] = places;
  const [height, width] = [outHeight * down, outWidth * across];
  const points = graph.node('Reshape', [dy, graph.integers([batch, channels, outHeight, 1, outWidth, 1])]);
  const windows = graph.integers([batch, channels, outHeight, down, outWidth, across]);
  const expanded = graph.node('Expand', [points, windows]);
  const covered = graph.node('Reshape', [expanded, graph.integers([batch, channels, height, width])]);
  const rest = [shape[1]! - height, shape[2]! - width] as const;
  return rest.every((size) => size === 0)
    ? covered
    : graph.node('Pad', [covered, graph.integers([0, 0, 0, 0, 0, 0, ...rest])]);
}

/** Only for windows side by side: every value is in at most one window. */
const averagePoolGrad: Lowering = ({ inputs, attrs, backend, graph }) => {
  const { shape } = inputs.input!;
  const info = poolingInfo(attrs, shape);
  refuseOverlap(info);
  // The gradient that tfjs computes of padded windows is not that of its means: it counts the padding.
  if (info.padded) throw new Error('the gradient of average pooling over the edge of an image cannot be compiled');
  const pixels = graph.scalar(info.places[0] * info.places[1]);
  const mean = graph.node('Div', [inOrder(graph, inputs.dy!, NCHW), pixels]);
  return backend.node(spread(graph, mean, shape, info), shape, 'float32', NCHW);
};

export const AVERAGE_POOLINGS: Readonly<Record<string, Lowering>> = {
  AvgPool: averagePool,
  AvgPoolGrad: averagePoolGrad,
};
