import { randomSource, shuffledIndices } from '../../src/numerics/random.js';
import { dot } from '../../src/numerics/series.js';
import type { BalancePair } from '../../src/regime/break-even.js';
import { UsageError } from '../../src/system/usage-error.js';
import { BatchReader } from '../data/batch-reader.js';
import type { DataSet } from '../data/image-set.js';
import type { Engine } from '../engine/engine.js';
import { type Model, namesWithRole } from '../models/model.js';
import { jointNorm } from '../models/network.js';
import type { HostBatch } from '../step/batch.js';
import { batchShape } from '../step/batch.js';
import { LOSS, type LossName } from '../step/loss.js';
import { hessianVectorProduct } from './hessian.js';
import { HessianOperator, type ParameterVector } from './hessian-operator.js';
import { ParameterSpace } from './parameter-space.js';
import { StepTrial } from './step-trial.js';

/** The network and images whose balance is measured. */
export interface BalanceSubject {
  readonly model: Model;
  readonly data: DataSet;
  /** Images of a gradient: those of a training step. */
  readonly batch: number;
  readonly loss?: LossName;
}

export interface BalanceOptions {
  /** Pairs of independent batches at a point; default: `DEFAULT_PAIRS`. */
  readonly pairs?: number;
  /** Of the batches; default: 1. */
  readonly seed?: number;
  /** Tries a whole step at this ELR for each pair too: a forward pass more. */
  readonly elr?: number;
}

export const DEFAULT_PAIRS = 32;
/** Random streams of the two shufflings; those of training and of curvature are others. */
const STREAMS = [10, 11] as const;

/**
 * Batches of an endless reshuffling of the training images, whole ones only, augmented as in training but by epochs below
 * zero, every second one: so no two shufflings see an image alike, and none sees it as training did.
 */
function* shuffledBatches({ data, batch }: BalanceSubject, seed: number, place: number): Generator<HostBatch, never> {
  const random = randomSource(seed, STREAMS[place]!);
  const reader = new BatchReader(data.train, data);
  for (let pass = 0; ; pass += 1) {
    const order = shuffledIndices(data.train.count, random);
    for (let start = 0; start + batch <= order.length; start += batch) {
      const epoch = -1 - place - STREAMS.length * pass;
      yield reader.read(order.subarray(start, start + batch), epoch);
    }
  }
}

/**
 * What decides whether a step lowers the loss (theory.md, T13), at points of the sphere: for batches a, b of the run's size,
 * drawn independently, the products g_a . g_b, whose mean is the squared EGN of the mean gradient, and g_a . H_b g_a, both
 * on the unit sphere, exact but for float32 rounding; H is that of the smooth piece between the kinks of ReLU and pooling. Beside
 * them g_b . H_b g_b, along the batch's own gradient. Each pair costs two Hessian-vector products, about 2.7 training steps each:
 * the batches come in turn from two shufflings, so that each is the second of one pair and the first of the next. Training ends an epoch with a smaller batch where the
 * images do not divide by the batch; none is seen here.
 */
export class BalanceMeter {
  private constructor(
    private readonly subject: BalanceSubject,
    private readonly operator: HessianOperator,
    private readonly space: ParameterSpace,
    private readonly sources: readonly Generator<HostBatch, never>[],
    private readonly pairs: number,
    private readonly trial: { readonly at: StepTrial; readonly elr: number } | undefined,
  ) {}

  /** Throws a UsageError where the images do not make a batch. */
  static async open(engine: Engine, subject: BalanceSubject, options: BalanceOptions = {}): Promise<BalanceMeter> {
    const { pairs = DEFAULT_PAIRS, seed = 1, elr } = options;
    const { model, data, batch, loss = 'cross-entropy' } = subject;
    if (batch > data.train.count) {
      throw new UsageError(`${data.train.count} images do not make a batch of ${batch}`);
    }
    const shape = batchShape(data, batch);
    const operator = await HessianOperator.compile(engine, model, shape, hessianVectorProduct(model, LOSS[loss]));
    const trial = elr === undefined ? undefined : { at: await StepTrial.open(engine, model, shape, loss), elr };
    const space = new ParameterSpace(model, namesWithRole(model, 'sphere'));
    const sources = STREAMS.map((_, place) => shuffledBatches(subject, seed, place));
    return new BalanceMeter(subject, operator, space, sources, pairs, trial);
  }

  /** The pairs at these weights; later calls go on with the batches that come next. */
  async at(tensors: ReadonlyMap<string, Float32Array>): Promise<BalancePair[]> {
    const square = jointNorm(this.subject.model, tensors) ** 2;
    const measured: BalancePair[] = [];
    let before: ParameterVector | undefined;
    for (let i = 0; i <= this.pairs; i += 1) {
      const batch = this.sources[i % this.sources.length]!.next().value;
      this.operator.moveTo({ tensors, ...batch });
      const direction = before ?? this.space.unflatten(new Float64Array(this.space.size));
      const { loss, gradient, curvature } = await this.operator.apply(direction);
      const slope = square * this.product(direction, gradient);
      if (before !== undefined) {
        const squaredEgn = square * this.product(gradient, gradient);
        const change = await this.changeBy(tensors, before, square, { loss, batch });
        const own = await this.operator.apply(gradient);
        const [fourth, ownCurvature] = [square * square, square * square * own.curvature];
        measured.push({ loss, squaredEgn, slope, curvature: fourth * curvature, ownCurvature, ...change });
      }
      before = gradient;
    }
    return measured;
  }

  async dispose(): Promise<void> {
    await this.operator.dispose();
    await this.trial?.at.dispose();
  }

  /** How a whole step along a gradient changes the loss of another batch; nothing where no ELR is given. */
  private async changeBy(
    tensors: ReadonlyMap<string, Float32Array>,
    gradient: ParameterVector,
    squaredNorm: number,
    { loss, batch }: { readonly loss: number; readonly batch: HostBatch },
  ): Promise<{ readonly change?: number }> {
    if (this.trial === undefined) return {};
    const { at, elr } = this.trial;
    return { change: (await at.lossAfter(tensors, gradient, elr * squaredNorm, batch)) - loss };
  }

  private product(a: ParameterVector, b: ParameterVector): number {
    return dot(this.space.flatten(a), this.space.flatten(b));
  }
}
