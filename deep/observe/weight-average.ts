import { epochEnds } from '../../src/run/epoch.js';
import type { HostTensor } from '../../src/system/safetensors.js';
import type { StatisticsEstimator } from './batch-norm-recalibration.js';
import type { Weights } from './batch-pass.js';
import type { Moment, Observer } from './observer.js';
import { recall, remember } from './remembered.js';

export interface WeightAverageOptions {
  /** The first step whose weights may be taken in. */
  readonly from: number;
  readonly stepsPerEpoch: number;
  readonly estimator: StatisticsEstimator;
  /** Gets the average when the run is over. */
  readonly keep: (average: Weights) => void;
  /** What an earlier process remembered, and the steps taken then. */
  readonly resume?: { readonly step: number; readonly tensors: Weights };
}

const NAME = 'average';

/** The average of the weights at the ends of epochs (stochastic weight averaging). */
export class WeightAverage implements Observer {
  private sum: Weights | undefined;
  private whole: Promise<Weights> | undefined;
  /** Ends of epochs taken in. */
  epochs = 0;

  constructor(private readonly options: WeightAverageOptions) {
    const { from, stepsPerEpoch, resume } = options;
    if (resume === undefined) return;
    this.epochs = epochEnds(from, resume.step, stepsPerEpoch);
    if (this.epochs > 0) this.sum = recall(NAME, resume.tensors);
  }

  async after({ step, weights }: Moment): Promise<void> {
    const { from, stepsPerEpoch } = this.options;
    if (step === 0 || step < from || step % stepsPerEpoch !== 0) return;
    this.epochs += 1;
    const now = await weights();
    this.sum = takeIn(this.sum ?? now, now, this.epochs);
    this.whole = undefined;
  }

  /** The average so far, with statistics of its own; undefined before the first end of an epoch. */
  weights(): Promise<Weights> | undefined {
    if (this.sum === undefined) return undefined;
    this.whole ??= this.options.estimator.withStatistics(this.sum);
    return this.whole;
  }

  state(): Weights {
    return this.sum === undefined ? new Map() : remember(NAME, this.sum);
  }

  async end(): Promise<void> {
    const average = await this.weights();
    if (average !== undefined) this.options.keep(average);
  }

  dispose(): Promise<void> {
    return this.options.estimator.dispose();
  }
}

/** The mean of `count` points, from that of all but the last and the last; in float32, as PyTorch keeps it. */
export const takeIn = (average: Weights, last: Weights, count: number): Map<string, HostTensor> =>
  new Map(
    [...average].map(([name, { shape, data }]) => {
      const values = last.get(name)!.data;
      return [name, { shape, data: Float32Array.from(data, (value, i) => value + (values[i]! - value) / count) }];
    }),
  );

/** The mean of one or more points, tensor by tensor, statistics of normalisation included. */
export const meanWeights = ([first, ...others]: readonly Weights[]): Weights =>
  others.reduce((average, weights, i) => takeIn(average, weights, i + 2), first!);
