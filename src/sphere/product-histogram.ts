import type { WeightedProducts } from './equal-rotation-shares.js';

/** Bins a factor e: the steps of one differ by less than 1.6%. */
const BINS = 64;

/**
 * The distribution of the products elr g_i of a group, for equal rotation (K4), in memory that does not grow with their number. Each
 * bin stands for the root mean square of its steps, so that the mean of log(1 + (elr g_i / w)^2) is exact to first order where steps are
 * small, and off by at most (1/64)^2 / 24 of the logarithm of a step, 1e-5, where they are not.
 */
export class ProductHistogram {
  private readonly bins = new Map<number, { steps: number; squares: number }>();

  push(product: number): void {
    // What has no logarithm that is finite is a bin of its own.
    const bin = Math.round(BINS * Math.log(product));
    const known = this.bins.get(bin);
    if (known === undefined) this.bins.set(bin, { steps: 1, squares: product * product });
    else {
      known.steps += 1;
      known.squares += product * product;
    }
  }

  /** The distribution of several together. */
  static together(parts: readonly ProductHistogram[]): WeightedProducts {
    const bins = new Map<number, { steps: number; squares: number }>();
    for (const [bin, { steps, squares }] of parts.flatMap((part) => [...part.bins])) {
      const known = bins.get(bin) ?? { steps: 0, squares: 0 };
      bins.set(bin, { steps: known.steps + steps, squares: known.squares + squares });
    }
    const sorted = [...bins].sort(([a], [b]) => a - b).map(([, content]) => content);
    return {
      values: Float64Array.from(sorted, ({ steps, squares }) => Math.sqrt(squares / steps)),
      weights: Float64Array.from(sorted, ({ steps }) => steps),
    };
  }
}
