import type { TraceBackend } from '../backend.js';
import { blockedImages, blockOf } from './nodes.js';

/**
 * An image of the given shape from the pixels of windows side by side: one blocked node a place in the window, row by
 * row. What no window covers is 0.
 */
export function together(
  backend: TraceBackend,
  pixels: readonly string[],
  shape: readonly number[],
  [down, across]: readonly [number, number],
): string {
  const { graph } = backend;
  const block = blockOf(backend);
  const { count, filled, height, width } = blockedImages(backend, { shape });
  const [rowCount, columnCount] = [Math.floor(height / down), Math.floor(width / across)];
  const images = (count * filled) / block;
  const rows = Array.from({ length: down }, (_, row) => {
    const parts = pixels
      .slice(row * across, (row + 1) * across)
      .map((node) => graph.node('Reshape', [node, graph.integers([images * rowCount, columnCount, block])]));
    const line = graph.node('Concat', parts, { axis: 2 });
    return graph.node('Reshape', [line, graph.integers([images * rowCount, columnCount * across * block])]);
  });
  const image = graph.node('Concat', rows, { axis: 1 });
  const covered = [images, rowCount * down, columnCount * across * block] as const;
  const pad = [0, 0, 0, 0, height - covered[1], width * block - covered[2]];
  const whole = pad.every((size) => size === 0)
    ? image
    : graph.node('Pad', [graph.node('Reshape', [image, graph.integers(covered)]), graph.integers(pad)]);
  return graph.node('Reshape', [whole, graph.integers([count, filled, height, width])]);
}
