import type { OnnxGraph } from './graph.js';

/** Sizes of a convolution. */
export interface Windows {
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
}

/** Images that a convolution reads: sizes of the dimensions before the channels, then channels, rows and columns, and what is added around. */
export interface ReadImages {
  readonly lead: readonly number[];
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly pads: { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number };
}

/** Where each place of a kernel reads at each position of the output, in a padded image with rows of `rowWidth`. */
function readPositions(windows: Windows, rowWidth: number): Int32Array {
  const { filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth } = windows;
  const positions = outHeight * outWidth;
  return Int32Array.from({ length: filterHeight * filterWidth * positions }, (_, i) => {
    const [place, position] = [Math.floor(i / positions), i % positions];
    const row = Math.floor(position / outWidth) * strideHeight + Math.floor(place / filterWidth);
    const column = (position % outWidth) * strideWidth + (place % filterWidth);
    return row * rowWidth + column;
  });
}

/** All pixels that the kernels read: [..., channels x places of the kernel, positions of the output]. */
export function readPixels(graph: OnnxGraph, x: string, images: ReadImages, windows: Windows): string {
  const { lead, channels, height, width, pads } = images;
  const { filterHeight, filterWidth, outHeight, outWidth } = windows;
  const around = [...lead.map(() => 0), 0, pads.top, pads.left, ...lead.map(() => 0), 0, pads.bottom, pads.right];
  const padded = around.every((size) => size === 0) ? x : graph.node('Pad', [x, graph.integers(around)]);
  const [rows, rowWidth] = [height + pads.top + pads.bottom, width + pads.left + pads.right];
  const read = readPositions(windows, rowWidth);
  const wanted = graph.integers([...lead, channels * filterHeight * filterWidth, outHeight * outWidth]);
  const inPlace = read.length === rows * rowWidth && read.every((pixel, i) => pixel === i);
  if (inPlace) return graph.node('Reshape', [padded, wanted]);
  const flat = graph.node('Reshape', [padded, graph.integers([...lead, channels, rows * rowWidth])]);
  const indices = graph.constant({ type: 'int32', shape: [read.length], data: read });
  return graph.node('Reshape', [graph.node('Gather', [flat, indices], { axis: lead.length + 1 }), wanted]);
}
