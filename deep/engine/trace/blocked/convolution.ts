import type { OnnxGraph } from '../../onnx/graph.js';
import type { BlockedLowering, DeferredNode, KernelCall, TraceBackend } from '../backend.js';
import { type ConvolutionInfo, convolutionInfo, geometry } from '../convolution-info.js';
import { inOrder, NCHW, OIHW } from '../layout.js';
import type { AnyTraced } from '../values.js';
import { type Attributes, blockedNode, blockOf, fillUp, wholeBlocks, worthBlocks } from './nodes.js';
import { type ScaledNode, settle, upToScale } from './pending.js';

type Call = KernelCall<AnyTraced>;

/** Images as a convolution takes them: with fewer channels than a block has, plain ones save computing the filling. */
interface Source extends ScaledNode {
  readonly channels: number;
  readonly plain: boolean;
}

function source(backend: TraceBackend, x: AnyTraced): Source {
  const channels = x.shape[3]!;
  if (channels < blockOf(backend)) {
    return { node: inOrder(backend.graph, settle(backend, x), NCHW), channels, plain: true };
  }
  return { ...upToScale(backend, x), channels: wholeBlocks(backend, channels), plain: false };
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
  const scaled =
    x.scale === undefined
      ? kernel
      : graph.node('Mul', [kernel, graph.node('Reshape', [x.scale, graph.integers([1, inputs, 1, 1])])]);
  const withInputs = fillUp(graph, scaled, shape, 1, x.channels);
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
  const name = backend.defer(convolution(graph, [images.node, kernel], geometry(info)));
  return backend.tensorInfo({ kind: 'blocked', name }, info.outShape, 'float32');
};

/** A convolution that another image can be added to, as a residual network does. */
function convolution(graph: OnnxGraph, operands: readonly string[], attributes: Attributes): DeferredNode {
  let made: string | undefined;
  return {
    node: () => {
      made ??= blockedNode(graph, 'Conv', operands, attributes);
      return made;
    },
    plus: (other) =>
      made === undefined ? blockedNode(graph, 'Conv', [...operands, '', other], attributes) : undefined,
  };
}

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

/** The output's gradient with zeros between the pixels, and after the last of each row and column. */
function spread(backend: TraceBackend, dy: AnyTraced, info: ConvolutionInfo): Source {
  const { graph } = backend;
  const { batchSize, outHeight, outWidth, strideHeight, strideWidth } = info;
  const { node, scale } = upToScale(backend, dy);
  const filled = wholeBlocks(backend, info.outChannels);
  const block = blockOf(backend);
  const apart = [(batchSize * filled) / block, outHeight, 1, outWidth, 1, block];
  const padding = [0, 0, strideHeight - 1, 0, strideWidth - 1, 0];
  const open = graph.node('Reshape', [node, graph.integers(apart)]);
  const wide = graph.node('Pad', [open, graph.integers([...apart.map(() => 0), ...padding])]);
  const shape = graph.integers([batchSize, filled, outHeight * strideHeight, outWidth * strideWidth]);
  return { node: graph.node('Reshape', [wide, shape]), scale, channels: filled, plain: false };
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
  const gradient = strided ? spread(backend, inputs.dy!, info) : source(backend, inputs.dy!);
  const kernel = turnedKernel(graph, inOrder(graph, filter, OIHW));
  const shape = [info.inChannels, info.outChannels, info.filterHeight, info.filterWidth] as const;
  const operands = [gradient.node, blockedKernel(backend, kernel, shape, gradient)];
  const attributes = { kernel_shape: [info.filterHeight, info.filterWidth], pads: [...before, ...after] };
  const name = backend.defer(convolution(graph, operands, attributes));
  return backend.tensorInfo({ kind: 'blocked', name }, inShape, 'float32');
};

export { conv2d, conv2dBackpropInput };
