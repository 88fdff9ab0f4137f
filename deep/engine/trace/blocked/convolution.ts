import type { OnnxGraph } from '../../onnx/graph.js';
import type { BlockedLowering, DeferredNode, TraceBackend } from '../backend.js';
import { convolutionInfo, geometry } from '../convolution-info.js';
import { inOrder, NCHW, OIHW } from '../layout.js';
import type { AnyTraced } from '../values.js';
import { blockedKernel, type KernelInput } from './kernel.js';
import { type Attributes, blockedNode, blockOf, wholeBlocks, worthBlocks } from './nodes.js';
import { type ScaledNode, settle, upToScale } from './pending.js';

/** Images as a convolution takes them: with fewer channels than a block has, plain ones save computing the filling. */
export interface Source extends ScaledNode, KernelInput {
  /** Whether the images have the zeros around them that the convolution wants. */
  readonly padded?: boolean;
}

/** Images that can be made with zeros around them at no cost. */
export function paddedSource(backend: TraceBackend, x: AnyTraced, pads: readonly number[]): Source | undefined {
  const channels = x.shape[3]!;
  if (x.kind !== 'blocked' || channels < blockOf(backend) || pads.every((size) => size === 0)) return undefined;
  const node = backend.deferred.get(x.name)?.padded?.(pads);
  return node === undefined
    ? undefined
    : { node, channels: wholeBlocks(backend, channels), plain: false, padded: true };
}

export function source(backend: TraceBackend, x: AnyTraced): Source {
  const channels = x.shape[3]!;
  if (channels < blockOf(backend)) {
    return { node: inOrder(backend.graph, settle(backend, x), NCHW), channels, plain: true };
  }
  return { ...upToScale(backend, x), channels: wholeBlocks(backend, channels), plain: false };
}

export const conv2d: BlockedLowering = ({ inputs, attrs, backend, graph }) => {
  const x = inputs.x!;
  const filter = settle(backend, inputs.filter!);
  const info = convolutionInfo(attrs, x.shape, filter.shape);
  if (!worthBlocks(backend, info.outChannels)) return undefined;
  const { pads, ...unpadded } = geometry(info);
  const images = paddedSource(backend, x, pads) ?? source(backend, x);
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
