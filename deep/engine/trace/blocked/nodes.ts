import type { Attribute, OnnxGraph } from '../../onnx/graph.js';
import type { TraceBackend } from '../backend.js';
import { inOrder, NCHW } from '../layout.js';
import type { AnyTraced, PlainNode, Traced } from '../values.js';

/** onnxruntime's operators for its blocked layout. */
const DOMAIN = 'com.microsoft.nchwc';

export type Attributes = Readonly<Record<string, Attribute>>;

export const blockedNode = (graph: OnnxGraph, op: string, inputs: readonly string[], attributes: Attributes): string =>
  graph.nodeOutputs(op, inputs, { domain: DOMAIN, attributes })[0]!;

/** Channels of a block. Only where the graph has a blocked layout. */
export const blockOf = ({ block }: TraceBackend): number => block!;

/** Channels filled up to whole blocks. */
export const wholeBlocks = (backend: TraceBackend, channels: number): number =>
  Math.ceil(channels / blockOf(backend)) * blockOf(backend);

/** Whether so many channels are worth blocks: not where more than half of the places would be filling. */
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

/** A vector with a number a channel, as the operators of the blocked layout want it. */
export const filledVector = (backend: TraceBackend, vector: string, channels: number): string =>
  fillUp(backend.graph, vector, [channels], 0, wholeBlocks(backend, channels));

/** A plain image in the blocked layout. */
export function intoBlocks(backend: TraceBackend, image: Traced): string {
  const { graph } = backend;
  const [batch, height, width, channels] = image.shape as [number, number, number, number];
  // The operator wants whole quarters of four channels.
  const quarters = Math.ceil(channels / 4) * 4;
  const filled = fillUp(graph, inOrder(graph, image, NCHW), [batch, channels, height, width], 1, quarters);
  return blockedNode(graph, 'ReorderInput', [filled], {});
}

/** A blocked node as a plain one. */
export const outOfBlocks = (graph: OnnxGraph, node: string, channels: number): PlainNode => ({
  kind: 'node',
  name: blockedNode(graph, 'ReorderOutput', [node], { channels }),
  order: NCHW,
});

/** Dimensions of a blocked node as onnxruntime sees them: images, channels of whole blocks, rows, columns. */
export const blockedShape = (backend: TraceBackend, { shape }: Pick<AnyTraced, 'shape'>): number[] => {
  const [batch, height, width, channels] = shape as [number, number, number, number];
  return [batch, wholeBlocks(backend, channels), height, width];
};

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

export const ACTIVATIONS: Readonly<Record<NonNullable<DepthwiseOptions['activation']>, Attributes>> = {
  Relu: { activation: 'Relu' },
  Step: { activation: 'HardSigmoid', activation_params: { floats: [STEEP, 0] } },
};

/** activation(scale x + shift + plus), in one pass. */
export function depthwise(
  backend: TraceBackend,
  x: string,
  channels: number,
  { scale, shift, plus, activation, pads }: DepthwiseOptions,
): string {
  const { graph } = backend;
  const filled = wholeBlocks(backend, channels);
  const vector = scale ?? constantVector(graph, 1, channels);
  const kernel = graph.node('Reshape', [filledVector(backend, vector, channels), graph.integers([filled, 1, 1, 1])]);
  const bias = shift === undefined ? [] : [filledVector(backend, shift, channels)];
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
