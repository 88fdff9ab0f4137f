import { randomSource, shuffledIndices } from '../../src/random.js';
import type { BalancePair } from '../../src/run/balance-record.js';
import { BatchReader } from '../data/batch-reader.js';
import type { DataSet } from '../data/image-set.js';
import type { Engine } from '../engine/engine.js';
import { HessianOperator, type ParameterVector } from '../hessian-operator.js';
import { LOSS, type LossName } from '../loss.js';
import { type Model, namesWithRole } from '../models/model.js';
import { batchShape, jointNorm } from '../network.js';
import type { HessianBatch } from './loss-hessian.js';
import { ParameterSpace } from './parameter-space.js';

/** The network and images whose balance is measured. */
export interface BalanceSubject {
  readonly model: Model;
  readonly data: DataSet;
  /** Images of a gradient: those of a training step. */
  readonly batch: number;
  readonly loss?: LossName;
}

export interface BalanceOptions {
  /** Pairs of independent batches. */
  readonly pairs?: number;
  readonly seed?: number;
}

const DEFAULT_PAIRS = 32;
/** Random streams of the two shufflings; those of training and of curvature are others. */
const STREAMS = [10, 11] as const;

/** Batches of an endless reshuffling of the training images, augmented as in training, whole ones only. */
function* shuffledBatches({ data, batch }: BalanceSubject, seed: number, stream: number): Generator<HessianBatch> {
  const random = randomSource(seed, stream);
  const reader = new BatchReader(data.train, data);
  for (let epoch = 0; ; epoch += 1) {
    const order = shuffledIndices(data.train.count, random);
    for (let start = 0; start + batch <= order.length; start += batch) {
      const { images, labels } = reader.read(order.subarray(start, start + batch), epoch);
      yield { images: images.slice(), labels: labels.slice() };
    }
  }
}

/**
 * What decides whether a step lowers the loss (theory.md, T13), at points of the sphere: for batches a, b of the run's size,
 * drawn independently, the products g_a . g_b, whose mean is the squared EGN of the mean gradient, and g_a . H_b g_a, both on
 * the unit sphere, exact but for float32 rounding. Each pair costs one Hessian-vector product, about 2.7 training steps: the
 * batches come in turn from two shufflings, so that each is the second of one pair and the first of the next.
 */
export class BalanceMeter {
  private constructor(
    private readonly subject: BalanceSubject,
    private readonly operator: HessianOperator,
    private readonly space: ParameterSpace,
    private readonly sources: readonly Generator<HessianBatch>[],
    private readonly pairs: number,
  ) {}

  /** Throws where the images do not make a batch. */
  static async open(engine: Engine, subject: BalanceSubject, options: BalanceOptions = {}): Promise<BalanceMeter> {
    const { pairs = DEFAULT_PAIRS, seed = 1 } = options;
    const { model, data, batch, loss = 'cross-entropy' } = subject;
    const operator = await HessianOperator.compile(engine, model, batchShape(data, batch), LOSS[loss]);
    const sources = STREAMS.map((stream) => shuffledBatches(subject, seed, stream));
    return new BalanceMeter(
      subject,
      operator,
      new ParameterSpace(model, namesWithRole(model, 'sphere')),
      sources,
      pairs,
    );
  }

  /** The pairs at these weights; later calls go on with the batches that come next. */
  async at(tensors: ReadonlyMap<string, Float32Array>): Promise<BalancePair[]> {
    const square = jointNorm(this.subject.model, tensors) ** 2;
    const measured: BalancePair[] = [];
    let before: ParameterVector | undefined;
    for (let i = 0; i <= this.pairs; i += 1) {
      const batch = this.sources[i % this.sources.length]!.next().value as HessianBatch;
      this.operator.moveTo({ tensors, ...batch });
      const direction = before ?? this.space.unflatten(new Float64Array(this.space.size));
      const { loss, gradient, curvature } = await this.operator.apply(direction);
      const slope = square * this.product(direction, gradient);
      if (before !== undefined) {
        const squaredEgn = square * this.product(gradient, gradient);
        measured.push({ loss, squaredEgn, slope, curvature: square * square * curvature });
      }
      before = gradient;
    }
    return measured;
  }

  dispose(): Promise<void> {
    return this.operator.dispose();
  }

  private product(a: ParameterVector, b: ParameterVector): number {
    const [left, right] = [this.space.flatten(a), this.space.flatten(b)];
    return left.reduce((sum, value, i) => sum + value * right[i]!, 0);
  }
}
