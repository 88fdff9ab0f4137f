import type { Comparison } from '../../src/run/measurements.js';
import type { HostTensor } from '../../src/system/safetensors.js';

type Values = HostTensor['data'];

function sumOver(a: readonly Values[], b: readonly Values[], term: (x: number, y: number) => number): number {
  let sum = 0;
  a.forEach((values, i) => {
    const others = b[i]!;
    for (let j = 0; j < values.length; j += 1) sum += term(values[j]!, others[j]!);
  });
  return sum;
}

/** Norm of several tensors taken as one vector. */
export const normOf = (tensors: readonly Values[]): number => Math.sqrt(sumOver(tensors, tensors, (x) => x * x));

/** Inner product of several tensors taken as one vector each. */
export const innerOf = (a: readonly Values[], b: readonly Values[]): number => sumOver(a, b, (x, y) => x * y);

/** Cosine and distance of two points, each of several tensors. The cosine with zero is NaN. */
export function comparePoints(a: readonly Values[], b: readonly Values[]): Comparison {
  // One root of both: exactly 1 for a point with itself.
  const cosine = innerOf(a, b) / Math.sqrt(innerOf(a, a) * innerOf(b, b));
  return {
    // Rounding may take it beyond.
    cosine: Math.max(-1, Math.min(1, cosine)),
    distance: Math.sqrt(sumOver(a, b, (x, y) => (x - y) ** 2)),
  };
}
