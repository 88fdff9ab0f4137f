import type { OnnxGraph } from '../../onnx/graph.js';
import type { TraceBackend } from '../backend.js';
import { blockOf, fillUp, firstOf, wholeBlocks } from './nodes.js';

/** What a convolution in the blocked layout has for input, as far as its kernel depends on it. */
export interface KernelInput {
  /** Channels, filled up to whole blocks unless the images are plain. */
  readonly channels: number;
  readonly plain: boolean;
  /** Images with their channels side by side. */
  readonly together: number;
  /** A number a channel that the images are still to be multiplied by. */
  readonly scale?: string | undefined;
}

/** A kernel in the plain order: outputs, inputs, rows, columns. */
export interface PlainKernel {
  readonly node: string;
  readonly shape: readonly [number, number, number, number];
}

// ONNX's transpositions are fast that move one dimension past others; hence two of them in a row.

function scaledAlong(graph: OnnxGraph, { node }: PlainKernel, scale: string | undefined, axis: 0 | 1): string {
  if (scale === undefined) return node;
  const shape = [1, 1, 1, 1].with(axis, -1);
  return graph.node('Mul', [node, graph.node('Reshape', [scale, graph.integers(shape)])]);
}

/** A kernel for `together` images with their channels side by side: each sees its own channels alone. */
function repeated(graph: OnnxGraph, { node, shape }: PlainKernel, together: number): PlainKernel {
  if (together === 1) return { node, shape };
  const [outputs, inputs, rows, columns] = shape;
  const parts = Array.from({ length: together }, (_, i) => {
    const pads = [0, i * inputs, 0, 0, 0, (together - 1 - i) * inputs, 0, 0];
    return graph.node('Pad', [node, graph.integers(pads)]);
  });
  const all = graph.node('Concat', parts, { axis: 0 });
  return { node: all, shape: [together * outputs, together * inputs, rows, columns] };
}

/** The sum of what each of the images together has to say about a kernel. */
export function sumOfRepeated(
  graph: OnnxGraph,
  node: string,
  [outputs, inputs]: PlainKernel['shape'],
  together: number,
) {
  const parts = Array.from({ length: together }, (_, i) => {
    const ranges = [
      [i * outputs, i * inputs],
      [(i + 1) * outputs, (i + 1) * inputs],
      [0, 1],
    ];
    return graph.node('Slice', [node, ...ranges.map((numbers) => graph.integers(numbers))]);
  });
  return together === 1 ? node : parts.reduce((a, b) => graph.node('Add', [a, b]));
}

const reshaped = (graph: OnnxGraph, node: string, shape: readonly number[]): string =>
  graph.node('Reshape', [node, graph.integers(shape)]);

const transposed = (graph: OnnxGraph, node: string, shape: readonly number[], perm: readonly number[]): string =>
  graph.node('Transpose', [reshaped(graph, node, shape)], { perm });

/** A kernel in the order in which the blocked layout wants it for images from `input`. */
export function blockedKernel(backend: TraceBackend, kernel: PlainKernel, input: KernelInput): string {
  const { graph } = backend;
  const block = blockOf(backend);
  const scaled = { ...kernel, node: scaledAlong(graph, kernel, input.scale, 1) };
  const { node, shape: whole } = repeated(graph, scaled, input.together);
  const [outputs, , rows, columns] = whole;
  const filled = wholeBlocks(backend, outputs);
  const wide = fillUp(graph, node, whole, 1, input.channels);
  const all = fillUp(graph, wide, [outputs, input.channels, rows, columns], 0, filled);
  const blocks = filled / block;
  const perBlock = transposed(graph, all, [blocks, block, input.channels * rows * columns], [0, 2, 1]);
  const shape = [filled, input.channels, rows, columns];
  if (input.plain) return reshaped(graph, perBlock, shape);
  const pairs = (blocks * input.channels) / block;
  const turned = transposed(graph, perBlock, [pairs, block, rows * columns, block], [0, 2, 1, 3]);
  return reshaped(graph, turned, shape);
}

/**
 * The same with inputs and outputs exchanged: `input` is what the kernel's outputs are, and only the given places of it
 * (row by row) are taken, in their order, as a kernel of the given size.
 */
export function exchangedKernel(
  backend: TraceBackend,
  kernel: PlainKernel,
  input: KernelInput,
  places: readonly number[],
  size: readonly [number, number],
): string {
  const { graph } = backend;
  const block = blockOf(backend);
  const scaled = { ...kernel, node: scaledAlong(graph, kernel, input.scale, 0) };
  const { node, shape } = repeated(graph, scaled, input.together);
  const [, inputs, rows, columns] = shape;
  const filled = wholeBlocks(backend, inputs);
  const area = rows * columns;
  const tall = fillUp(graph, node, shape, 0, input.channels);
  const all = fillUp(graph, tall, [input.channels, inputs, rows, columns], 1, filled);
  const blocks = filled / block;
  const byInputs = transposed(graph, all, [input.channels, blocks, block * area], [1, 0, 2]);
  const group = input.plain ? [block] : [block, block];
  const groups = (blocks * input.channels) / (input.plain ? 1 : block);
  const placesFirst = [0, group.length + 1, ...group.map((_, i) => i + 1)];
  const byPlaces = transposed(graph, byInputs, [groups, ...group, area], placesFirst);
  const chosen = graph.constant({ type: 'int32', shape: [places.length], data: Int32Array.from(places) });
  const taken = graph.node('Gather', [byPlaces, chosen], { axis: 1 });
  return reshaped(graph, taken, [filled, input.channels, ...size]);
}

/** A blocked image a kernel's input, with the kernel's places for pixels, as a plain kernel. */
export function plainKernel(backend: TraceBackend, node: string, shape: PlainKernel['shape']): string {
  const { graph } = backend;
  const block = blockOf(backend);
  const [outputs, inputs, rows, columns] = shape;
  const filled = wholeBlocks(backend, outputs);
  const blocks = filled / block;
  const byOutputs = transposed(graph, node, [inputs, blocks, rows * columns * block], [1, 0, 2]);
  const turned = transposed(graph, byOutputs, [blocks, inputs * rows * columns, block], [0, 2, 1]);
  const kernel = reshaped(graph, turned, [filled, inputs, rows, columns]);
  return filled === outputs ? kernel : firstOf(graph, kernel, 0, outputs);
}
