import { backend_util } from '@tensorflow/tfjs-core';
import type { KernelCall, Lowering, Traced } from './backend.js';
import { inOrder, NCHW } from './layout.js';

function poolingInfo({ attrs }: KernelCall, shape: readonly number[]) {
  return backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    attrs.filterSize as number | [number, number],
    attrs.strides as number | [number, number],
    1,
    attrs.pad as 'same' | 'valid' | number,
    attrs.dimRoundingMode as 'floor' | undefined,
  );
}

/** The pooled values and the places they came from; asked twice for the same input, it is one node. */
function maxPoolNodes(call: KernelCall, x: Traced) {
  const info = poolingInfo(call, x.shape);
  const attributes = {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: [info.padInfo.top, info.padInfo.left, info.padInfo.bottom, info.padInfo.right],
  };
  const [values, indices] = call.graph.nodeOutputs('MaxPool', [inOrder(call.graph, x, NCHW)], {
    attributes,
    outputs: 2,
  });
  return { info, attributes, values: values!, indices: indices! };
}

const maxPool: Lowering = (call) => {
  const { info, values } = maxPoolNodes(call, call.inputs.x!);
  return call.backend.node(values, info.outShape, 'float32', NCHW);
};

/** Each gradient goes back to the place its maximum came from. Only for windows that do not overlap. */
const maxPoolGrad: Lowering = (call) => {
  const { inputs, backend, graph } = call;
  const x = inputs.input!;
  const { info, attributes, indices } = maxPoolNodes(call, x);
  if (info.strideHeight < info.filterHeight || info.strideWidth < info.filterWidth) {
    throw new Error('the gradient of max-pooling over overlapping windows cannot be compiled');
  }
  const shape = NCHW.map((dimension) => x.shape[dimension]!);
  const operands = [inOrder(graph, inputs.dy!, NCHW), indices, graph.integers(shape)];
  return backend.node(graph.node('MaxUnpool', operands, attributes), x.shape, 'float32', NCHW);
};

export const POOLINGS: Readonly<Record<string, Lowering>> = { MaxPool: maxPool, MaxPoolGrad: maxPoolGrad };
