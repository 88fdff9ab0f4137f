import type { OnnxGraph } from '../../onnx/graph.js';
import type { BlockedLowering, KernelCall, TraceBackend } from '../backend.js';
import { type ConvolutionInfo, convolutionInfo, geometry } from '../convolution-info.js';
import { inOrder, NCHW, OIHW } from '../layout.js';
import type { AnyTraced } from '../values.js';
import { blockedNode, blockOf, fillUp, wholeBlocks, worthBlocks } from './nodes.js';
import { blockedNodeOf, settle } from './pending.js';

type Call = KernelCall<AnyTraced>;

/** Images as a convolution takes them: with fewer channels than a block has, plain ones save computing the filling. */
interface Source {
  readonly node: string;
  readonly channels: number;
  readonly plain: boolean;
}

function source(backend: TraceBackend, x: AnyTraced): Source {
  const channels = x.shape[3]!;
  if (channels < blockOf(backend)) {
    return { node: inOrder(backend.graph, settle(backend, x), NCHW), channels, plain: true };
  }
  return { node: blockedNodeOf(backend, x), channels: wholeBlocks(backend, channels), plain: false };
}

/** A kernel OIHW of the given shape in the order in which the blocked layout wants it for images from `x`. */
function blockedKernel(
  backend: TraceBackend,
  kernel: string,
  shape: readonly [number, number, number, number],
  x: Source,
): string {
  const { graph } = backend;
  const block = blockOf(backend);
  const [outputs, inputs, height, width] = shape;
  const filled = wholeBlocks(backend, outputs);
  const withInputs = fillUp(graph, kernel, shape, 1, x.channels);
  const all = fillUp(graph, withInputs, [outputs, x.channels, height, width], 0, filled);
  const [split, perm] = x.plain
    ? [
        [filled / block, block, inputs, height * width],
        [0, 2, 3, 1],
      ]
    : [
        [filled / block, block, x.channels / block, block, height * width],
        [0, 2, 4, 3, 1],
      ];
  const turned = graph.node('Transpose', [graph.node('Reshape', [all, graph.integers(split)])], { perm });
  return graph.node('Reshape', [turned, graph.integers([filled, x.channels, height, width])]);
}

const conv2d: BlockedLowering = (call: Call) => {
  const { inputs, backend, graph } = call;
  const x = inputs.x!;
  const filter = settle(backend, inputs.filter!);
  const info = convolutionInfo(call.attrs, x.shape, filter.shape);
  if (!worthBlocks(backend, info.outChannels)) return undefined;
  const images = source(backend, x);
  const shape = [info.outChannels, info.inChannels, info.filterHeight, info.filterWidth] as const;
  const kernel = blockedKernel(backend, inOrder(graph, filter, OIHW), shape, images);
  const name = blockedNode(graph, 'Conv', [images.node, kernel], geometry(info));
  return backend.tensorInfo({ kind: 'blocked', name }, info.outShape, 'float32');
};

/** OIHW with inputs and outputs exchanged, turned by 180 degrees. */
function turnedKernel(graph: OnnxGraph, kernel: string): string {
  const least = -(2 ** 31);
  const turned = graph.node('Slice', [
    kernel,
    graph.integers([-1, -1]),
    graph.integers([least, least]),
    graph.integers([2, 3]),
    graph.integers([-1, -1]),
  ]);
  return graph.node('Transpose', [turned], { perm: [1, 0, 2, 3] });
}

/** Blocked images with zeros between the pixels, and after the last of each row and column. */
function spread(backend: TraceBackend, node: string, info: ConvolutionInfo): string {
  const { graph } = backend;
  const { batchSize, outHeight, outWidth, strideHeight, strideWidth } = info;
  if (strideHeight === 1 && strideWidth === 1) return node;
  const filled = wholeBlocks(backend, info.outChannels);
  const block = blockOf(backend);
  const apart = [(batchSize * filled) / block, outHeight, 1, outWidth, 1, block];
  const padding = [0, 0, strideHeight - 1, 0, strideWidth - 1, 0];
  const open = graph.node('Reshape', [node, graph.integers(apart)]);
  const wide = graph.node('Pad', [open, graph.integers([...apart.map(() => 0), ...padding])]);
  return graph.node('Reshape', [
    wide,
    graph.integers([batchSize, filled, outHeight * strideHeight, outWidth * strideWidth]),
  ]);
}

/** A convolution of the output's gradient, its pixels spread by the stride, with the turned kernel. */
const conv2dBackpropInput: BlockedLowering = (call: Call) => {
  const { inputs, attrs, backend, graph } = call;
  const inShape = attrs.inputShape as number[];
  const filter = settle(backend, inputs.filter!);
  const info = convolutionInfo(attrs, inShape, filter.shape);
  const before = [info.filterHeight - 1 - info.padInfo.top, info.filterWidth - 1 - info.padInfo.left] as const;
  const after = [
    info.inHeight + info.filterHeight - 1 - info.outHeight * info.strideHeight - before[0],
    info.inWidth + info.filterWidth - 1 - info.outWidth * info.strideWidth - before[1],
  ];
  if (!worthBlocks(backend, info.inChannels) || [...before, ...after].some((padding) => padding < 0)) return undefined;
  const strided = info.strideHeight > 1 || info.strideWidth > 1;
  const dy = inputs.dy!;
  const gradient: Source = strided
    ? {
        node: spread(backend, blockedNodeOf(backend, dy), info),
        channels: wholeBlocks(backend, info.outChannels),
        plain: false,
      }
    : source(backend, dy);
  const kernel = turnedKernel(graph, inOrder(graph, filter, OIHW));
  const shape = [info.inChannels, info.outChannels, info.filterHeight, info.filterWidth] as const;
  const name = blockedNode(graph, 'Conv', [gradient.node, blockedKernel(backend, kernel, shape, gradient)], {
    kernel_shape: [info.filterHeight, info.filterWidth],
    pads: [...before, ...after],
  });
  return backend.tensorInfo({ kind: 'blocked', name }, inShape, 'float32');
};

export { conv2d, conv2dBackpropInput };
