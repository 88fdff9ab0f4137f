import type { OnnxGraph } from '../../onnx/graph.js';
import type { BlockedLowering, TraceBackend } from '../backend.js';
import { type ConvolutionInfo, convolutionInfo } from '../convolution-info.js';
import { inOrder, NCHW, OIHW } from '../layout.js';
import { type AnyTraced, isBlocked } from '../values.js';
import { paddedSource } from './convolution.js';
import { plainKernel } from './kernel.js';
import { blockedNode, blockOf, outOfBlocks, wholeBlocks, worthBlocks } from './nodes.js';
import { compute, settle, upToScale } from './pending.js';

/** Bytes of the output's gradient that a tile may have: what stays in a core's cache while all of the input passes by. */
const TILE_BYTES = 1 << 20;
const FLOAT_BYTES = 4;
const MOST_IMAGES = 8;

/** Images of each tile. */
function tileSizes(backend: TraceBackend, { batchSize, outChannels, outHeight, outWidth }: ConvolutionInfo): number[] {
  const bytes = FLOAT_BYTES * wholeBlocks(backend, outChannels) * outHeight * outWidth;
  // Fewer images than a block has places, or they would have to lie in blocks themselves.
  const size = Math.max(1, Math.min(MOST_IMAGES, blockOf(backend) - 1, Math.floor(TILE_BYTES / bytes)));
  const whole = Array.from({ length: Math.floor(batchSize / size) }, () => size);
  const rest = batchSize % size;
  return rest === 0 ? whole : [...whole, rest];
}

/** Splits a node along its first dimension. */
const tiles = (graph: OnnxGraph, node: string, sizes: readonly number[]): readonly string[] =>
  sizes.length === 1
    ? [node]
    : graph.nodeOutputs('Split', [node, graph.integers(sizes)], { attributes: { axis: 0 }, outputs: sizes.length });

/** The input of a convolution: plain, or blocked; with or without the zeros that the convolution puts around it. */
interface Input {
  readonly node: string;
  readonly blocked: boolean;
  /** Rows and columns that are missing: above, on the left, below, on the right. */
  readonly pads: readonly number[];
}

function inputOf(backend: TraceBackend, x: AnyTraced, info: ConvolutionInfo): Input {
  const { top, left, bottom, right } = info.padInfo;
  const rows = (info.outHeight - 1) * info.strideHeight + info.filterHeight - info.inHeight;
  const columns = (info.outWidth - 1) * info.strideWidth + info.filterWidth - info.inWidth;
  const padded = paddedSource(backend, x, [top, left, bottom, right]);
  if (padded !== undefined) {
    return { node: padded.node, blocked: true, pads: [0, 0, rows - top - bottom, columns - left - right] };
  }
  const blocked = isBlocked(x) && info.inChannels >= blockOf(backend);
  const node = blocked ? compute(backend, x) : inOrder(backend.graph, settle(backend, x), NCHW);
  return { node, blocked, pads: [top, left, rows - top, columns - left] };
}

/** Images of a tile as the images of a convolution over them: their channels for images, and they for its channels. */
function tileOfInput(backend: TraceBackend, tile: string, { blocked, pads }: Input, info: ConvolutionInfo): string {
  const { graph } = backend;
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const plain = blocked ? outOfBlocks(graph, tile, info.inChannels).name : tile;
  const padded = pads.every((size) => size === 0)
    ? plain
    : graph.node('Pad', [plain, graph.integers([0, 0, top, left, 0, 0, bottom, right])]);
  return graph.node('Transpose', [padded], { perm: [1, 0, 2, 3] });
}

/** The output's gradient of a tile as the kernel of that convolution. */
function tileOfGradient(backend: TraceBackend, tile: string, images: number, info: ConvolutionInfo): string {
  const { graph } = backend;
  const { outHeight, outWidth } = info;
  const block = blockOf(backend);
  const filled = wholeBlocks(backend, info.outChannels);
  const shape = graph.integers([filled, images, outHeight, outWidth]);
  if (images === 1 || filled === block) return graph.node('Reshape', [tile, shape]);
  const planes = graph.integers([images, filled / block, outHeight * outWidth * block]);
  const turned = graph.node('Transpose', [graph.node('Reshape', [tile, planes])], { perm: [1, 0, 2] });
  return graph.node('Reshape', [turned, shape]);
}

/**
 * The gradient of a kernel is a convolution itself: of the input, with its images and channels exchanged, with the
 * output's gradient for a kernel as large as an image, whose pixels are as far apart as the stride. Tile by tile of the
 * batch, added up by the convolution.
 */
export const conv2dBackpropFilter: BlockedLowering = ({ inputs, attrs, backend, graph }) => {
  const x = inputs.x!;
  const filterShape = attrs.filterShape as number[];
  const info = convolutionInfo(attrs, x.shape, filterShape);
  if (!worthBlocks(backend, info.outChannels)) return undefined;
  const sizes = tileSizes(backend, info);
  const input = inputOf(backend, x, info);
  const inputTiles = tiles(graph, input.node, sizes);
  const dy = upToScale(backend, inputs.dy!);
  const gradientTiles = tiles(graph, dy.node, sizes);
  let sum: string | undefined;
  sizes.forEach((images, i) => {
    const source = tileOfInput(backend, inputTiles[i]!, input, info);
    const kernel = tileOfGradient(backend, gradientTiles[i]!, images, info);
    sum = blockedNode(graph, 'Conv', sum === undefined ? [source, kernel] : [source, kernel, '', sum], {
      kernel_shape: [info.outHeight, info.outWidth],
      dilations: [info.strideHeight, info.strideWidth],
    });
  });
  const shape = [info.outChannels, info.inChannels, info.filterHeight, info.filterWidth] as const;
  const kernel = plainKernel(backend, sum!, shape);
  if (dy.scale === undefined) return backend.node(kernel, filterShape, 'float32', OIHW);
  const scale = graph.node('Reshape', [dy.scale, graph.integers([info.outChannels, 1, 1, 1])]);
  return backend.node(graph.node('Mul', [kernel, scale]), filterShape, 'float32', OIHW);
};
