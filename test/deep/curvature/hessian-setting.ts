import { HessianOperator, type HessianPoint, type ParameterVector } from '../../../deep/curvature/hessian-operator.js';
import type { Engine, TensorFunction } from '../../../deep/engine/engine.js';
import { initialTensors, type Model, namesWithRole } from '../../../deep/models/model.js';
import type { BatchShape } from '../../../deep/step/batch.js';
import { randomSource } from '../../../src/numerics/random.js';

interface Setting {
  readonly engine: Engine;
  readonly model: Model;
  readonly shape: BatchShape;
  readonly point: HessianPoint;
  readonly multiply?: TensorFunction;
}

/** Compiles the operator of the Hessian, or of what `multiply` multiplies by, puts it at a point and hands it over; disposes it afterwards. */
export async function withOperator<T>(
  { engine, model, shape, point, multiply }: Setting,
  use: (operator: HessianOperator) => Promise<T>,
): Promise<T> {
  const operator = await HessianOperator.compile(engine, model, shape, multiply);
  operator.moveTo(point);
  const result = await use(operator);
  await operator.dispose();
  return result;
}

/** Initial weights and a batch of random images. */
export function randomPoint(model: Model, { batch, channels, height, width }: BatchShape, seed: number): HessianPoint {
  const random = randomSource(seed);
  return {
    tensors: initialTensors(model, random),
    images: Float32Array.from({ length: batch * channels * height * width }, () => random.gaussian()),
    labels: Int32Array.from({ length: batch }, () => random.below(model.classes)),
  };
}

export function randomDirection(model: Model, { tensors }: HessianPoint, seed: number): Map<string, Float32Array> {
  const random = randomSource(seed);
  const names = namesWithRole(model, 'sphere');
  return new Map(names.map((name) => [name, tensors.get(name)!.map(() => random.gaussian())]));
}

type Numbers = ReadonlyMap<string, ArrayLike<number>>;

export const flat = (vector: Numbers): number[] => [...vector.values()].flatMap((values) => Array.from(values));
export const inner = (a: Numbers, b: Numbers): number => {
  const other = flat(b);
  return flat(a).reduce((sum, value, i) => sum + value * other[i]!, 0);
};
export const norm = (a: Numbers): number => Math.sqrt(inner(a, a));

/** a + factor b. */
export const combine = (a: ParameterVector, b: ParameterVector, factor: number): Map<string, Float32Array> =>
  new Map([...a].map(([name, values]) => [name, values.map((value, i) => value + factor * b.get(name)![i]!)]));
