import type { HostTensor } from '../../src/system/safetensors.js';
import type { Training } from '../training/train.js';
import type { Weights } from './batch-pass.js';

/** A run between two steps. */
export interface Moment {
  /** Steps taken. */
  readonly step: number;
  /** All tensors of the model; to be left alone, and copied by who keeps them. */
  weights(): Promise<Weights>;
}

/** Looks at a run as it goes, without changing it. */
export interface Observer {
  /** Called at the start (step 0) and after every step. */
  after(moment: Moment): Promise<void>;
  /** What it needs to go on from here, by names of its own. */
  state(): ReadonlyMap<string, HostTensor>;
  /** The last step was taken. */
  end(): Promise<void>;
  dispose(): Promise<void>;
}

/** Where training is; the weights are read once, and only if somebody asks. */
export function momentOf(training: Training, step: number): Moment {
  let weights: Promise<Weights> | undefined;
  return {
    step,
    weights: () => {
      weights ??= training.weights();
      return weights;
    },
  };
}

/** Several observers, one after another. */
export class Observers implements Observer {
  constructor(private readonly all: readonly Observer[]) {}

  async after(moment: Moment): Promise<void> {
    for (const observer of this.all) await observer.after(moment);
  }

  state(): ReadonlyMap<string, HostTensor> {
    return new Map(this.all.flatMap((observer) => [...observer.state()]));
  }

  async end(): Promise<void> {
    for (const observer of this.all) await observer.end();
  }

  async dispose(): Promise<void> {
    for (const observer of this.all) await observer.dispose();
  }
}
