import type { Comparison, Quality } from '../../src/run/measurements.js';
import type { HostTensor } from '../../src/system/safetensors.js';
import { type Model, namesWithRole } from '../models/model.js';
import { StatisticsEstimator } from '../observe/batch-norm-recalibration.js';
import type { PassSetting, Weights } from '../observe/batch-pass.js';
import { comparePoints, normOf } from '../observe/compare.js';
import { EvaluationPass } from '../observe/evaluation-pass.js';

/** Loss and accuracy at one point of a path. */
export interface PathPoint {
  /** From 0, the first end, to 1, the second. */
  readonly t: number;
  readonly train: Quality;
  readonly test: Quality;
}

/** Loss and accuracy along the line between two points in weight space. */
export interface LinearPath {
  /** The ends, in the space of all scale-invariant parameters. */
  readonly ends: Comparison;
  readonly points: readonly PathPoint[];
  /** The most by which the training loss is above the line between its values at the ends; 0 where it never is. */
  readonly barrier: number;
}

/** How many points, and whether they are brought back to the sphere. */
export interface LinearPathOptions {
  /** Points, both ends included; default: 11. */
  readonly points?: number;
  /** Leaves points on the straight line; default: the scale-invariant parameters are brought back to the sphere. */
  readonly straight?: boolean;
  /** Called after every point. */
  readonly onPoint?: (point: PathPoint) => void;
}

const onSphere = (model: Model, weights: Weights): HostTensor['data'][] =>
  namesWithRole(model, 'sphere').map((name) => weights.get(name)!.data);

/**
 * The point (1 - t) a + t b. On the sphere the scale-invariant parameters together are rescaled to the norm
 * (1 - t) |a| + t |b|; throws where they are zero.
 */
export function pointBetween(model: Model, a: Weights, b: Weights, t: number, straight = false): Weights {
  const mix = (name: string): Float32Array => {
    const [from, to] = [a.get(name)!.data, b.get(name)!.data];
    return Float32Array.from(from, (value, i) => (1 - t) * value + t * to[i]!);
  };
  const mixed = new Map(
    model.tensors.map(({ name, shape }): [string, HostTensor] => [name, { shape, data: mix(name) }]),
  );
  if (straight) return mixed;
  const norm = normOf(onSphere(model, mixed));
  if (norm === 0) throw new Error(`the line between the ends goes through zero at t = ${t}`);
  const scale = ((1 - t) * normOf(onSphere(model, a)) + t * normOf(onSphere(model, b))) / norm;
  for (const values of onSphere(model, mixed)) for (let i = 0; i < values.length; i += 1) values[i]! *= scale;
  return mixed;
}

const barrierOf = (points: readonly PathPoint[]): number => {
  const [first, last] = [points[0]!.train.loss, points.at(-1)!.train.loss];
  return Math.max(...points.map(({ t, train }) => train.loss - (1 - t) * first - t * last));
};

/** Loss and accuracy along the line between two points, each with statistics of normalisation estimated anew. */
export async function linearPath(
  setting: PassSetting,
  a: Weights,
  b: Weights,
  { points: count = 11, straight = false, onPoint = () => {} }: LinearPathOptions = {},
): Promise<LinearPath> {
  const { model, data } = setting;
  const estimator = new StatisticsEstimator(setting);
  const evaluations = new EvaluationPass(setting);
  const points: PathPoint[] = [];
  try {
    for (let i = 0; i < count; i += 1) {
      const t = i / (count - 1);
      const weights = await estimator.withStatistics(pointBetween(model, a, b, t, straight));
      const [train, test] = [
        await evaluations.evaluate(data.train, weights),
        await evaluations.evaluate(data.test, weights),
      ];
      points.push({ t, train, test });
      onPoint(points.at(-1)!);
    }
  } finally {
    await estimator.dispose();
    await evaluations.dispose();
  }
  return { ends: comparePoints(onSphere(model, a), onSphere(model, b)), points, barrier: barrierOf(points) };
}
