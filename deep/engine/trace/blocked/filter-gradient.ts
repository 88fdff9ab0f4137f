import type { OnnxGraph } from '../../onnx/graph.js';
import type { BlockedLowering, TraceBackend } from '../backend.js';
import { type ConvolutionInfo, convolutionInfo, readPadding } from '../convolution-info.js';
import { OIHW } from '../layout.js';
import { type AnyTraced, isBlocked } from '../values.js';
import { blockedSource, paddedSource } from './convolution.js';
import { plainKernel, sumOfRepeated } from './kernel.js';
import {
  type BlockedImages,
  blockedImages,
  blockedNode,
  blockOf,
  firstOf,
  putTogether,
  reorderedOut,
  wholeBlocks,
  worthBlocks,
} from './nodes.js';
import { settle, upToScale } from './pending.js';

/** Bytes of the output's gradient that a tile may have: what stays in a core's cache while all of the input passes by. */
const TILE_BYTES = 1 << 20;
const FLOAT_BYTES = 4;
const MOST_IMAGES = 8;

/** Images of the batch, from the first on. */
interface Tile {
  readonly first: number;
  readonly count: number;
}

function tilesOf(backend: TraceBackend, { count, filled, height, width }: BlockedImages): Tile[] {
  const bytes = FLOAT_BYTES * filled * height * width;
  // Fewer images than a block has places, or they would have to lie in blocks themselves.
  const size = Math.max(1, Math.min(MOST_IMAGES, blockOf(backend) - 1, Math.floor(TILE_BYTES / bytes)));
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => ({
    first: i * size,
    count: Math.min(size, count - i * size),
  }));
}

/**
 * A tile of images that have `planes` parts of `size` numbers each, with the parts outside and the images inside: one
 * copy, where splitting and transposing are two.
 */
function planesOfTile(graph: OnnxGraph, node: string, planes: number, size: number, { first, count }: Tile): string {
  const data = Int32Array.from(
    { length: planes * count },
    (_, i) => (first + (i % count)) * planes + Math.floor(i / count),
  );
  const rows = graph.node('Reshape', [node, graph.integers([-1, size])]);
  return graph.node('Gather', [rows, graph.constant({ type: 'int32', shape: [data.length], data })], { axis: 0 });
}

/** The input of a convolution: plain, or blocked; with or without the zeros that the convolution puts around it. */
interface Input {
  /** Plain, NCHW, or in blocks. */
  readonly node: string;
  readonly blocked: boolean;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Rows and columns that are missing: above, on the left, below, on the right. */
  readonly pads: readonly number[];
}

function inputOf(backend: TraceBackend, x: AnyTraced, info: ConvolutionInfo, together: number): Input {
  const pads = readPadding(info).map((size) => Math.max(0, size)) as [number, number, number, number];
  const channels = together * info.inChannels;
  const padded = paddedSource(backend, x, pads, together);
  if (padded !== undefined) {
    const [height, width] = [info.inHeight + pads[0] + pads[2], info.inWidth + pads[1] + pads[3]];
    return { node: padded.node, blocked: true, channels, height, width, pads: [0, 0, 0, 0] };
  }
  const size = { channels, height: info.inHeight, width: info.inWidth, pads };
  const blocked = isBlocked(x) ? blockedSource(backend, x, together) : undefined;
  if (blocked !== undefined) return { node: blocked, blocked: true, ...size };
  return { node: putTogether(backend.graph, settle(backend, x), together), blocked: false, ...size };
}

/** Blocked images of a tile, channels outside: with the images one below the other, they are brought out as one. */
function blockedTile(backend: TraceBackend, { node, channels, height, width }: Input, tile: Tile): string {
  const { graph } = backend;
  const block = blockOf(backend);
  const filled = wholeBlocks(backend, channels);
  const planes = planesOfTile(graph, node, filled / block, height * width * block, tile);
  const below = graph.node('Reshape', [planes, graph.integers([filled / block, block, tile.count * height, width])]);
  const shape = graph.integers([filled, tile.count, height, width]);
  const all = graph.node('Reshape', [reorderedOut(graph, below, block), shape]);
  return filled === channels ? all : firstOf(graph, all, 0, channels);
}

function plainTile(graph: OnnxGraph, { node, channels, height, width }: Input, tile: Tile): string {
  const planes = planesOfTile(graph, node, channels, height * width, tile);
  return graph.node('Reshape', [planes, graph.integers([channels, tile.count, height, width])]);
}

/** Images of a tile as the images of a convolution over them: their channels for images, and they for its channels. */
function tileOfInput(backend: TraceBackend, input: Input, tile: Tile): string {
  const { graph } = backend;
  const [top, left, bottom, right] = input.pads as [number, number, number, number];
  const images = input.blocked ? blockedTile(backend, input, tile) : plainTile(graph, input, tile);
  if (top + left + bottom + right === 0) return images;
  return graph.node('Pad', [images, graph.integers([0, 0, top, left, 0, 0, bottom, right])]);
}

/** The output's gradient of a tile as the kernel of that convolution. */
function tileOfGradient(
  backend: TraceBackend,
  node: string,
  { filled, height, width }: BlockedImages,
  tile: Tile,
): string {
  const { graph } = backend;
  const block = blockOf(backend);
  const planes = planesOfTile(graph, node, filled / block, height * width * block, tile);
  return graph.node('Reshape', [planes, graph.integers([filled, tile.count, height, width])]);
}

/** The plain kernel, without places that come of rows and columns that the convolution never reaches. */
function reachedKernel(backend: TraceBackend, node: string, info: ConvolutionInfo, together: number): string {
  const { graph } = backend;
  const [, , below, right] = readPadding(info);
  const [rows, columns] = [info.filterHeight - Math.min(0, below), info.filterWidth - Math.min(0, right)];
  const shape = [together * info.outChannels, together * info.inChannels, rows, columns] as const;
  const kernel = plainKernel(backend, node, shape);
  if (rows === info.filterHeight && columns === info.filterWidth) return kernel;
  const operands = [
    [0, 0],
    [info.filterHeight, info.filterWidth],
    [2, 3],
  ].map((numbers) => graph.integers(numbers));
  return graph.node('Slice', [kernel, ...operands]);
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
  const input = inputOf(backend, x, info, together);
  const dy = upToScale(backend, inputs.dy!);
  let sum: string | undefined;
  for (const tile of tilesOf(backend, images)) {
    const operands = [tileOfInput(backend, input, tile), tileOfGradient(backend, dy.node, images, tile)];
    sum = blockedNode(graph, 'Conv', sum === undefined ? operands : [...operands, '', sum], {
      kernel_shape: [info.outHeight, info.outWidth],
      dilations: [info.strideHeight, info.strideWidth],
    });
  }
  const shape = [info.outChannels, info.inChannels, info.filterHeight, info.filterWidth] as const;
  const kernel = sumOfRepeated(graph, reachedKernel(backend, sum!, info, together), shape, together);
  if (dy.scale === undefined) return backend.node(kernel, filterShape, 'float32', OIHW);
  const scale = graph.node('Reshape', [dy.scale, graph.integers([info.outChannels, 1, 1, 1])]);
  return backend.node(graph.node('Mul', [kernel, scale]), filterShape, 'float32', OIHW);
};
