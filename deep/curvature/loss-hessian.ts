import type { SymmetricOperator } from '../../src/numerics/eigen/operator.js';
import type { CurvatureMatrix } from '../../src/run/curvature-record.js';
import { UsageError } from '../../src/system/usage-error.js';
import { BatchReader } from '../data/batch-reader.js';
import type { DataSet } from '../data/image-set.js';
import type { Engine, TensorFunction } from '../engine/engine.js';
import { type Model, namesWithRole } from '../models/model.js';
import type { BatchShape, HostBatch } from '../step/batch.js';
import { LOSS, type LossName } from '../step/loss.js';
import { fisherVectorProduct } from './fisher.js';
import { hessianVectorProduct } from './hessian.js';
import { HessianOperator, type ParameterVector } from './hessian-operator.js';
import { onSphere, ParameterSpace } from './parameter-space.js';

export interface TrainingBatchesOptions {
  /** Images a batch: normalisation uses the statistics of each. */
  readonly batch: number;
  /** Number of training images, the first ones, in whole batches; default: all. */
  readonly images?: number;
  /** The training images to choose from, by their places; default: all. */
  readonly places?: readonly number[];
}

/** How many training images there are, or those among them that are chosen from. */
export const imagesThere = (data: DataSet, places?: readonly number[]): number => places?.length ?? data.train.count;

/** The first whole batches of the training images, in their order, as training has them but for augmentation. */
export function trainingBatches(
  data: DataSet,
  { batch, places, images = data.train.count }: TrainingBatchesOptions,
): HostBatch[] {
  const available = Math.min(images, imagesThere(data, places));
  const count = Math.floor(available / batch);
  if (count === 0) throw new UsageError(`${available} images do not make a batch of ${batch}`);
  const reader = new BatchReader(data.train, data);
  return Array.from({ length: count }, (_, i) => {
    const content = reader.read(Int32Array.from({ length: batch }, (_, j) => places?.[i * batch + j] ?? i * batch + j));
    return { images: content.images.slice(), labels: content.labels.slice() };
  });
}

/** The function that multiplies by a matrix of a batch. */
function multiplying(of: CurvatureMatrix, model: Model, loss: LossName): TensorFunction {
  if (of === 'hessian') return hessianVectorProduct(model, LOSS[loss]);
  return fisherVectorProduct(model, of === 'fisher' ? 'drawn' : 'given', loss);
}

/**
 * The Hessian of the mean training loss over some batches at fixed weights, or its Fisher matrix, on the unit sphere: training-mode
 * normalisation, products exact but for float32 rounding. Each product costs the work of one product a batch.
 */
export class LossHessian {
  private constructor(
    private readonly model: Model,
    private readonly operator: HessianOperator,
    private readonly tensors: ReadonlyMap<string, Float32Array>,
    private readonly batches: readonly HostBatch[],
  ) {}

  /** `batches` are of one size, which `shape` says. */
  static async open(
    engine: Engine,
    model: Model,
    shape: BatchShape,
    point: { readonly tensors: ReadonlyMap<string, Float32Array>; readonly batches: readonly HostBatch[] },
    { loss = 'cross-entropy', of = 'hessian' }: { readonly loss?: LossName; readonly of?: CurvatureMatrix } = {},
  ): Promise<LossHessian> {
    const operator = await HessianOperator.compile(engine, model, shape, multiplying(of, model, loss));
    return new LossHessian(model, operator, point.tensors, point.batches);
  }

  /** Images that are averaged over. */
  get images(): number {
    return this.batches.reduce((sum, { labels }) => sum + labels.length, 0);
  }

  /**
   * The Hessian along the unit sphere of some scale-invariant parameters (default: all of them together), the others fixed:
   * with r the norm of these parameters and P the projection orthogonal to them, r^2 P H P. Of scale-invariant functions it
   * is the Riemannian Hessian of the sphere, whose further term, the radial slope, is zero.
   */
  along(names: readonly string[] = namesWithRole(this.model, 'sphere')): SymmetricOperator {
    const space = new ParameterSpace(this.model, names);
    return onSphere({ size: space.size, apply: (vector) => this.product(space, vector) }, space.flatten(this.tensors));
  }

  /** Mean loss and accuracy, and the norm of the mean gradient in all scale-invariant parameters. */
  async slope(): Promise<{ readonly loss: number; readonly accuracy: number; readonly gradientNorm: number }> {
    const space = new ParameterSpace(this.model, namesWithRole(this.model, 'sphere'));
    const direction = space.unflatten(new Float64Array(space.size));
    const gradient = new Float64Array(space.size);
    let loss = 0;
    let hits = 0;
    for (const batch of this.batches) {
      this.operator.moveTo({ ...batch, tensors: this.tensors });
      const result = await this.operator.apply(direction);
      loss += result.loss / this.batches.length;
      hits += Math.round(result.accuracy * batch.labels.length);
      this.accumulate(gradient, space, result.gradient);
    }
    return {
      loss,
      accuracy: hits / this.images,
      gradientNorm: Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0)),
    };
  }

  dispose(): Promise<void> {
    return this.operator.dispose();
  }

  private async product(space: ParameterSpace, vector: Float64Array): Promise<Float64Array> {
    const direction = space.unflatten(vector);
    const mean = new Float64Array(space.size);
    for (const batch of this.batches) {
      this.operator.moveTo({ ...batch, tensors: this.tensors });
      this.accumulate(mean, space, (await this.operator.apply(direction)).product);
    }
    return mean;
  }

  private accumulate(mean: Float64Array, space: ParameterSpace, part: ParameterVector): void {
    const values = space.flatten(part);
    for (let i = 0; i < mean.length; i += 1) mean[i]! += values[i]! / this.batches.length;
  }
}
