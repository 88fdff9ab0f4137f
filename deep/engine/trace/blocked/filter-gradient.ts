import type { OnnxGraph } from '../../onnx/graph.js';
import type { BlockedLowering, TraceBackend } from '../backend.js';
import { type ConvolutionInfo, convolutionInfo } from '../convolution-info.js';
import { OIHW } from '../layout.js';
import { type AnyTraced, isBlocked } from '../values.js';
import { blockedSource, paddedSource } from './convolution.js';
import { plainKernel, sumOfRepeated } from './kernel.js';
import {
  type BlockedImages,
  blockedImages,
  blockedNode,
  blockOf,
  putTogether,
  reorderedOut,
  worthBlocks,
} from './nodes.js';
import { settle, upToScale } from './pending.js';

/** Bytes of the output's gradient that a tile may have: what stays in a core's cache while all of the input passes by. */
const TILE_BYTES = 1 << 20;
const FLOAT_BYTES = 4;
const MOST_IMAGES = 8;

/** Images of each tile. */
function tileSizes(backend: TraceBackend, { count, filled, height, width }: BlockedImages): number[] {
  const bytes = FLOAT_BYTES * filled * height * width;
  // Fewer images than a block has places, or they would have to lie in blocks themselves.
  const size = Math.max(1, Math.min(MOST_IMAGES, blockOf(backend) - 1, Math.floor(TILE_BYTES / bytes)));
  const whole = Array.from({ length: Math.floor(count / size) }, () => size);
  const rest = count % size;
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

function inputOf(backend: TraceBackend, x: AnyTraced, info: ConvolutionInfo, together: number): Input {
  const { top, left, bottom, right } = info.padInfo;
  const rows = (info.outHeight - 1) * info.strideHeight + info.filterHeight - info.inHeight;
  const columns = (info.outWidth - 1) * info.strideWidth + info.filterWidth - info.inWidth;
  const padded = paddedSource(backend, x, [top, left, bottom, right], together);
  if (padded !== undefined) {
    return { node: padded.node, blocked: true, pads: [0, 0, rows - top - bottom, columns - left - right] };
  }
  const pads = [top, left, rows - top, columns - left];
  const node = isBlocked(x) ? blockedSource(backend, x, together) : undefined;
  if (node !== undefined) return { node, blocked: true, pads };
  return { node: putTogether(backend.graph, settle(backend, x), together), blocked: false, pads };
}

/** Images of a tile as the images of a convolution over them: their channels for images, and they for its channels. */
function tileOfInput(graph: OnnxGraph, tile: string, { blocked, pads }: Input, channels: number): string {
  const [top, left, bottom, right] = pads as [number, number, number, number];
  const plain = blocked ? reorderedOut(graph, tile, channels) : tile;
  const padded = pads.every((size) => size === 0)
    ? plain
    : graph.node('Pad', [plain, graph.integers([0, 0, top, left, 0, 0, bottom, right])]);
  return graph.node('Transpose', [padded], { perm: [1, 0, 2, 3] });
}

/** The output's gradient of a tile as the kernel of that convolution. */
function tileOfGradient(backend: TraceBackend, tile: string, count: number, dy: BlockedImages): string {
  const { graph } = backend;
  const { filled, height, width } = dy;
  const block = blockOf(backend);
  const shape = graph.integers([filled, count, height, width]);
  if (count === 1 || filled === block) return graph.node('Reshape', [tile, shape]);
  const planes = graph.integers([count, filled / block, height * width * block]);
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
  const images = blockedImages(backend, { shape: info.outShape });
  const { together } = images;
  const sizes = tileSizes(backend, images);
  const input = inputOf(backend, x, info, together);
  const inputTiles = tiles(graph, input.node, sizes);
  const dy = upToScale(backend, inputs.dy!);
  const gradientTiles = tiles(graph, dy.node, sizes);
  let sum: string | undefined;
  sizes.forEach((count, i) => {
    const source = tileOfInput(graph, inputTiles[i]!, input, together * info.inChannels);
    const kernel = tileOfGradient(backend, gradientTiles[i]!, count, images);
    sum = blockedNode(graph, 'Conv', sum === undefined ? [source, kernel] : [source, kernel, '', sum], {
      kernel_shape: [info.outHeight, info.outWidth],
      dilations: [info.strideHeight, info.strideWidth],
    });
  });
  const shape = [info.outChannels, info.inChannels, info.filterHeight, info.filterWidth] as const;
  const whole = [together * shape[0], together * shape[1], shape[2], shape[3]] as const;
  const kernel = sumOfRepeated(graph, plainKernel(backend, sum!, whole), shape, together);
  if (dy.scale === undefined) return backend.node(kernel, filterShape, 'float32', OIHW);
  const scale = graph.node('Reshape', [dy.scale, graph.integers([info.outChannels, 1, 1, 1])]);
  return backend.node(graph.node('Mul', [kernel, scale]), filterShape, 'float32', OIHW);
};
