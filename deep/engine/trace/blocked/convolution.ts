import type { OnnxGraph } from '../../onnx/graph.js';
import type { BlockedLowering, DeferredNode, TraceBackend } from '../backend.js';
import { convolutionInfo, geometry, readPadding } from '../convolution-info.js';
import { inOrder, OIHW } from '../layout.js';
import type { AnyTraced, BlockedTraced } from '../values.js';
import { blockedKernel, type KernelInput } from './kernel.js';
import {
  type Attributes,
  blockedImages,
  blockedNode,
  blockOf,
  type Images,
  imagesTogether,
  putTogether,
  reorderedIn,
  wholeBlocks,
  worthBlocks,
} from './nodes.js';
import { compute, type ScaledNode, settle, upToScale } from './pending.js';

/** Images as a convolution takes them: with fewer channels than a block has, plain ones save computing the filling. */
export interface Source extends ScaledNode, KernelInput {
  /** Whether the images have the zeros around them that the convolution wants. */
  readonly padded?: boolean;
}

/**
 * A blocked node of images put together otherwise, where that moves nothing: whole blocks of one image lie beside those of
 * the next.
 */
function regrouped(backend: TraceBackend, node: string, images: Images, together: number): string | undefined {
  const { graph } = backend;
  const own = blockedImages(backend, images);
  if (own.together === together) return node;
  if (own.together !== 1 || own.filled !== own.channels) return undefined;
  const { count, filled, height, width } = own;
  return graph.node('Reshape', [node, graph.integers([count / together, together * filled, height, width])]);
}

const fitsIntoPart = (backend: TraceBackend, x: AnyTraced, together: number): boolean =>
  together * x.shape[3]! < blockOf(backend);

/** Images that can be made with zeros around them at no cost. */
export function paddedSource(
  backend: TraceBackend,
  x: AnyTraced,
  pads: readonly number[],
  together: number,
): Source | undefined {
  const [top, left, bottom, right] = pads as [number, number, number, number];
  if (x.kind !== 'blocked' || fitsIntoPart(backend, x, together) || top + left + bottom + right === 0) return undefined;
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const image = { shape: [batch, height + top + bottom, width + left + right, channels] };
  const made = backend.deferred.get(x.name)?.padded?.(pads);
  const node = made === undefined ? undefined : regrouped(backend, made, image, together);
  if (node === undefined) return undefined;
  return { node, channels: wholeBlocks(backend, together * channels), plain: false, together, padded: true };
}

/** The node of blocked images, `together` of them for one; undefined where that would move them or compute filling. */
export const blockedSource = (backend: TraceBackend, x: BlockedTraced, together: number): string | undefined =>
  fitsIntoPart(backend, x, together) ? undefined : regrouped(backend, compute(backend, x), x, together);

/** Images for a convolution that takes `together` of them for one. */
export function source(backend: TraceBackend, x: AnyTraced, together: number): Source {
  const { graph } = backend;
  const [batch, height, width, each] = x.shape as [number, number, number, number];
  const channels = together * each;
  if (fitsIntoPart(backend, x, together)) {
    return { node: putTogether(graph, settle(backend, x), together), channels, plain: true, together };
  }
  const filled = wholeBlocks(backend, channels);
  const { node, scale } = upToScale(backend, x);
  const same = regrouped(backend, node, x, together);
  if (same !== undefined) return { node: same, scale, channels: filled, plain: false, together };
  const plain = putTogether(graph, settle(backend, x), together);
  const moved = reorderedIn(graph, plain, [batch / together, channels, height, width]);
  return { node: moved, channels: filled, plain: false, together };
}

export const conv2d: BlockedLowering = ({ inputs, attrs, backend, graph }) => {
  const x = inputs.x!;
  const filter = settle(backend, inputs.filter!);
  const info = convolutionInfo(attrs, x.shape, filter.shape);
  if (!worthBlocks(backend, info.outChannels)) return undefined;
  const { pads: _, ...unpadded } = geometry(info);
  const pads = readPadding(info).map((size) => Math.max(0, size));
  const together = imagesTogether(backend, { shape: info.outShape });
  const images = paddedSource(backend, x, pads, together) ?? source(backend, x, together);
  const shape = [info.outChannels, info.inChannels, info.filterHeight, info.filterWidth] as const;
  const kernel = blockedKernel(backend, { node: inOrder(graph, filter, OIHW), shape }, images);
  const attributes = images.padded === true ? unpadded : { ...unpadded, pads };
  const name = backend.defer(convolution(graph, [images.node, kernel], attributes));
  return backend.tensorInfo({ kind: 'blocked', name }, info.outShape, 'float32');
};

/** A convolution that another image can be added to, as a residual network does. */
export function convolution(graph: OnnxGraph, operands: readonly string[], attributes: Attributes): DeferredNode {
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
