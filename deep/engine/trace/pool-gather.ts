import { MAX_POOL_GATHER, poolWindows } from '../second-order/max-pool-gather.js';
import type { Lowering } from './backend.js';
import { inOrder, NCHW } from './layout.js';

/** The places that ONNX's MaxPool gives are offsets into the flat input, ready for a Gather. */
const maxPoolGather: Lowering = ({ inputs, attrs, backend, graph }) => {
  const input = inputs.input!;
  const info = poolWindows(input.shape, { ...attrs } as Parameters<typeof poolWindows>[1]);
  const { top, left, bottom, right } = info.padInfo;
  // The same attributes as those of the pooling itself, so that both are one node.
  const attributes = {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: [top, left, bottom, right],
  };
  const [, places] = graph.nodeOutputs('MaxPool', [inOrder(graph, input, NCHW)], { attributes, outputs: 2 });
  const flat = graph.node('Reshape', [inOrder(graph, inputs.values!, NCHW), graph.integers([-1])]);
  return backend.node(graph.node('Gather', [flat, places!], { axis: 0 }), info.outShape, 'float32', NCHW);
};

export const POOL_GATHERS: Readonly<Record<string, Lowering>> = { [MAX_POOL_GATHER]: maxPoolGather };
