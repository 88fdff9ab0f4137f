import type { Weights } from './batch-pass.js';
import type { Moment, Observer } from './observer.js';

/** Keeps copies of the weights on the way, the start included. */
export class WeightKeeper implements Observer {
  constructor(
    private readonly every: number,
    private readonly keep: (step: number, weights: Weights) => void,
  ) {}

  async after({ step, weights }: Moment): Promise<void> {
    if (step % this.every === 0) this.keep(step, await weights());
  }

  state(): Weights {
    return new Map();
  }

  async end(): Promise<void> {}

  async dispose(): Promise<void> {}
}
