import type { BlockedLowering } from '../backend.js';
import { isBlocked } from '../values.js';
import { asAffine } from './pending.js';
import { meanOfAffine, meanOfProduct } from './statistics.js';

/** Means and sums over batch and pixels; other reductions leave the blocked layout. */
const overPixels =
  (kind: 'mean' | 'sum'): BlockedLowering =>
  ({ inputs, attrs, backend, graph }) => {
    const x = inputs.x!;
    const axes = [attrs.axis ?? []].flat().map((axis) => (Number(axis) + 4) % 4);
    if (!isBlocked(x) || x.dtype !== 'float32' || String(axes.toSorted()) !== '0,1,2') return undefined;
    const [batch, height, width, channels] = x.shape as [number, number, number, number];
    const mean = x.kind === 'product' ? meanOfProduct(backend, x, x) : meanOfAffine(backend, asAffine(backend, x), x);
    const value = kind === 'mean' ? mean : graph.node('Mul', [mean, graph.scalar(batch * height * width)]);
    if (attrs.keepDims !== true) return backend.node(value, [channels]);
    const shape = [1, 1, 1, channels];
    return backend.node(graph.node('Reshape', [value, graph.integers(shape)]), shape);
  };

export const BLOCKED_REDUCTIONS: Readonly<Record<string, BlockedLowering>> = {
  Mean: overPixels('mean'),
  Sum: overPixels('sum'),
};
