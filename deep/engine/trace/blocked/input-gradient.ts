import type { BlockedLowering, TraceBackend } from '../backend.js';
import { type ConvolutionInfo, convolutionInfo } from '../convolution-info.js';
import { inOrder, OIHW } from '../layout.js';
import { convolution, type Source, source } from './convolution.js';
import { exchangedKernel } from './kernel.js';
import { blockedImages, blockedNode, imagesTogether, worthBlocks } from './nodes.js';
import { settle } from './pending.js';
import { together } from './windows.js';

/** One dimension of a convolution. */
interface Axis {
  readonly input: number;
  readonly output: number;
  readonly filter: number;
  readonly stride: number;
  /** Padding before the first pixel. */
  readonly before: number;
}

/**
 * Every `stride`-th pixel of the input's gradient: a convolution of the output's gradient with every `stride`-th weight
 * of the kernel, from `first` on, `taps` of them.
 */
interface Phase {
  readonly first: number;
  readonly taps: number;
  readonly pads: readonly [number, number];
}

function phaseOf({ input, output, filter, stride, before }: Axis, offset: number): Phase {
  const first = (offset + before) % stride;
  const taps = Math.max(0, Math.ceil((filter - first) / stride));
  const pixels = Math.ceil((input - offset) / stride);
  const start = taps - 1 - (offset + before - first) / stride;
  return { first, taps, pads: [start, pixels + taps - 1 - output - start] };
}

const phasesOf = (axis: Axis): Phase[] => Array.from({ length: axis.stride }, (_, offset) => phaseOf(axis, offset));

const axesOf = (info: ConvolutionInfo): [Axis, Axis] => [
  {
    input: info.inHeight,
    output: info.outHeight,
    filter: info.filterHeight,
    stride: info.strideHeight,
    before: info.padInfo.top,
  },
  {
    input: info.inWidth,
    output: info.outWidth,
    filter: info.filterWidth,
    stride: info.strideWidth,
    before: info.padInfo.left,
  },
];

/** The weights of a phase along one dimension, the last first. */
const weightsOf = ({ first, taps }: Phase, { stride }: Axis): number[] =>
  Array.from({ length: taps }, (_, i) => first + stride * (taps - 1 - i));

/** Operands and attributes of the convolution of a phase. */
function phaseConvolution(
  backend: TraceBackend,
  dy: Source,
  kernel: string,
  [row, column]: readonly [Phase, Phase],
  info: ConvolutionInfo,
) {
  const [rows, columns] = axesOf(info);
  const places = weightsOf(row, rows).flatMap((y) => weightsOf(column, columns).map((x) => y * info.filterWidth + x));
  const shape = [info.outChannels, info.inChannels, info.filterHeight, info.filterWidth] as const;
  const turned = exchangedKernel(backend, { node: kernel, shape }, dy, places, [row.taps, column.taps]);
  const attributes = {
    kernel_shape: [row.taps, column.taps],
    pads: [row.pads[0], column.pads[0], row.pads[1], column.pads[1]],
  };
  return { operands: [dy.node, turned], attributes };
}

/** The pixels of each phase; those that no weight reaches are 0. */
function phasePixels(backend: TraceBackend, dy: Source, kernel: string, info: ConvolutionInfo): string[] {
  const { graph } = backend;
  const [rows, columns] = axesOf(info);
  const { count, filled } = blockedImages(backend, { shape: info.inShape });
  const size = [count, filled, rows.input / rows.stride, columns.input / columns.stride];
  return phasesOf(rows).flatMap((row) =>
    phasesOf(columns).map((column) => {
      if (row.taps === 0 || column.taps === 0) return graph.node('Expand', [graph.scalar(0), graph.integers(size)]);
      const { operands, attributes } = phaseConvolution(backend, dy, kernel, [row, column], info);
      return blockedNode(graph, 'Conv', operands, attributes);
    }),
  );
}

/** Phases side by side have the same number of pixels, and a convolution takes no negative padding. */
const fits = (axis: Axis): boolean =>
  axis.input % axis.stride === 0 &&
  phasesOf(axis).every(({ taps, pads }) => taps === 0 || pads.every((size) => size >= 0));

/**
 * The gradient of a convolution's input: for stride 1 a convolution of the output's gradient with the turned kernel, for
 * others one such convolution a phase, with the part of the kernel that reaches it.
 */
export const conv2dBackpropInput: BlockedLowering = ({ inputs, attrs, backend, graph }) => {
  const inShape = attrs.inputShape as number[];
  const filter = settle(backend, inputs.filter!);
  const info = convolutionInfo(attrs, inShape, filter.shape);
  const [rows, columns] = axesOf(info);
  if (!worthBlocks(backend, info.inChannels) || ![rows, columns].every(fits)) return undefined;
  const dy = source(backend, inputs.dy!, imagesTogether(backend, { shape: inShape }));
  const kernel = inOrder(graph, filter, OIHW);
  if (rows.stride === 1 && columns.stride === 1) {
    const { operands, attributes } = phaseConvolution(
      backend,
      dy,
      kernel,
      [phaseOf(rows, 0), phaseOf(columns, 0)],
      info,
    );
    const name = backend.defer(convolution(graph, operands, attributes));
    return backend.tensorInfo({ kind: 'blocked', name }, inShape, 'float32');
  }
  const pixels = phasePixels(backend, dy, kernel, info);
  const name = together(backend, pixels, inShape, [rows.stride, columns.stride]);
  return backend.tensorInfo({ kind: 'blocked', name }, inShape, 'float32');
};
