import type { Attribute, OnnxGraph } from '../../onnx/graph.js';
import type { TraceBackend } from '../backend.js';
import { inOrder, NCHW } from '../layout.js';
import type { PlainNode, Traced } from '../values.js';

/** onnxruntime's operators for its blocked layout. */
const DOMAIN = 'com.microsoft.nchwc';

export type Attributes = Readonly<Record<string, Attribute>>;

export const blockedNode = (graph: OnnxGraph, op: string, inputs: readonly string[], attributes: Attributes): string =>
  graph.node(op, inputs, attributes, DOMAIN);

/** Channels of a block. Only where the graph has a blocked layout. */
export const blockOf = ({ block }: TraceBackend): number => block!;

/** Channels filled up to whole blocks. */
export const wholeBlocks = (backend: TraceBackend, channels: number): number =>
  Math.ceil(channels / blockOf(backend)) * blockOf(backend);

/** Whether a number of channels is worth blocking: not if more than half of the places would be padding. */
export const worthBlocks = (backend: TraceBackend, channels: number): boolean =>
  2 * channels >= wholeBlocks(backend, channels);

/** `values` filled up with zeros at the end of dimension `axis`. */
export function fillUp(graph: OnnxGraph, values: string, shape: readonly number[], axis: number, size: number): string {
  if (shape[axis] === size) return values;
  const after = shape.map((length, dimension) => (dimension === axis ? size - length : 0));
  return graph.node('Pad', [values, graph.integers([...shape.map(() => 0), ...after])]);
}

/** The first `size` places of dimension `axis`. */
export function firstOf(graph: OnnxGraph, values: string, axis: number, size: number): string {
  return graph.node('Slice', [values, graph.integers([0]), graph.integers([size]), graph.integers([axis])]);
}

/** Images as far as their layout goes; the shape is NHWC. */
export interface Images {
  readonly shape: readonly number[];
}

/** Images in the blocked layout as onnxruntime sees them. */
export interface BlockedImages {
  /** So many of the images have their channels in one block, as if they were one image with as many times the channels. */
  readonly together: number;
  readonly count: number;
  /** Of the images together, without filling. */
  readonly channels: number;
  /** The same in whole blocks. */
  readonly filled: number;
  readonly height: number;
  readonly width: number;
}

/** Images with a part of a block's channels share one, which spares computing the filling. */
export function imagesTogether(backend: TraceBackend, { shape }: Images): number {
  const [batch, channels] = [shape[0]!, shape[3]!];
  const together = blockOf(backend) / channels;
  return Number.isInteger(together) && batch % together === 0 ? Math.max(1, together) : 1;
}

export function blockedImages(backend: TraceBackend, images: Images): BlockedImages {
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  const together = imagesTogether(backend, images);
  const filled = wholeBlocks(backend, together * channels);
  return { together, count: batch / together, channels: together * channels, filled, height, width };
}

/** A vector with a number a channel, as the operators of the blocked layout want it. */
function filledVector(backend: TraceBackend, vector: string, images: Images): string {
  const { graph } = backend;
  const { together, channels, filled } = blockedImages(backend, images);
  if (together === 1) return fillUp(graph, vector, [channels], 0, filled);
  return graph.node(
    'Concat',
    Array.from({ length: together }, () => vector),
    { axis: 0 },
  );
}

/** Plain images with the channels of `together` of them side by side, NCHW. */
export function putTogether(graph: OnnxGraph, images: Traced, together: number): string {
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  const node = inOrder(graph, images, NCHW);
  if (together === 1) return node;
  return graph.node('Reshape', [node, graph.integers([batch / together, together * channels, height, width])]);
}

/** A plain node NCHW of the given channels in the blocked layout. */
export function reorderedIn(graph: OnnxGraph, node: string, shape: readonly [number, number, number, number]): string {
  // The operator wants whole quarters of four channels.
  const quarters = Math.ceil(shape[1] / 4) * 4;
  return blockedNode(graph, 'ReorderInput', [fillUp(graph, node, shape, 1, quarters)], {});
}

/** A blocked node as a plain one, NCHW, without the filling. */
export const reorderedOut = (graph: OnnxGraph, node: string, channels: number): string =>
  blockedNode(graph, 'ReorderOutput', [node], { channels });

/** Plain images in the blocked layout. */
export function intoBlocks(backend: TraceBackend, images: Traced): string {
  const { together, count, channels, height, width } = blockedImages(backend, images);
  return reorderedIn(backend.graph, putTogether(backend.graph, images, together), [count, channels, height, width]);
}

/** Blocked images as plain ones. */
export function outOfBlocks(backend: TraceBackend, node: string, images: Images): PlainNode {
  const { graph } = backend;
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  const all = blockedImages(backend, images);
  const name = reorderedOut(graph, node, all.channels);
  const apart = graph.integers([batch, channels, height, width]);
  return { kind: 'node', name: all.together === 1 ? name : graph.node('Reshape', [name, apart]), order: NCHW };
}

export interface DepthwiseOptions {
  /** A number a channel; default 1. */
  readonly scale?: string | undefined;
  readonly shift?: string | undefined;
  /** A blocked node that is added. */
  readonly plus?: string | undefined;
  readonly activation?: 'Relu' | 'Step' | undefined;
  /** Rows and columns around the image, which become activation(shift). */
  readonly pads?: readonly number[] | undefined;
}

/** 0 where x <= 0, 1 where x is positive and no denormal number: min(1, max(0, x * STEEP)). */
const STEEP = 3e38;

const ACTIVATIONS: Readonly<Record<NonNullable<DepthwiseOptions['activation']>, Attributes>> = {
  Relu: { activation: 'Relu' },
  Step: { activation: 'HardSigmoid', activation_params: { floats: [STEEP, 0] } },
};

/** activation(scale x + shift + plus), in one pass. */
export function depthwise(
  backend: TraceBackend,
  x: string,
  images: Images,
  { scale, shift, plus, activation, pads }: DepthwiseOptions,
): string {
  const { graph } = backend;
  const { filled } = blockedImages(backend, images);
  const vector = scale ?? constantVector(graph, 1, images.shape[3]!);
  const kernel = graph.node('Reshape', [filledVector(backend, vector, images), graph.integers([filled, 1, 1, 1])]);
  const bias = shift === undefined ? [] : [filledVector(backend, shift, images)];
  const sum = plus === undefined ? [] : [bias[0] ?? '', plus];
  return blockedNode(graph, 'Conv', [x, kernel, ...(plus === undefined ? bias : sum)], {
    kernel_shape: [1, 1],
    group: filled,
    ...(pads === undefined ? {} : { pads }),
    ...(activation === undefined ? {} : ACTIVATIONS[activation]),
  });
}

export const constantVector = (graph: OnnxGraph, value: number, size: number): string =>
  graph.constant({ type: 'float32', shape: [size], data: new Float32Array(size).fill(value) });

/** 1 where x = 0, and 0 where it is negative, of what `blockedNode` of a convolution yields: min(1, max(0, x * STEEP + 1)). */
export const IS_ZERO: Attributes = { activation: 'HardSigmoid', activation_params: { floats: [STEEP, 1] } };
