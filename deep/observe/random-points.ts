import { mean, standardError } from '../../src/numerics/means.js';
import { type RandomSource, shuffledIndices } from '../../src/numerics/random.js';
import type { DataSet } from '../data/image-set.js';
import type { Engine } from '../engine/engine.js';
import type { Model } from '../models/model.js';
import { uploadTensors } from '../models/network.js';
import type { LossName } from '../step/loss.js';
import { BatchFeeder, disposeAll } from '../training/batch-feeder.js';
import { evaluationPrograms } from './batch-pass.js';

export interface RandomLoss {
  readonly mean: number;
  /** Standard error of `mean` over the points. */
  readonly standardError: number;
}

export interface RandomLossOptions {
  readonly points?: number;
  readonly batch: number;
  readonly loss?: LossName;
}

/**
 * Mean training loss, with batch statistics, at random points on the sphere: directions of all scale-invariant
 * parameters drawn uniformly, the other tensors as given, each point with a random batch of its own. The level that no
 * trained network should do worse than (T6). Its scale plays no part, so only directions are drawn.
 */
export async function randomPointLoss(
  engine: Engine,
  model: Model,
  data: DataSet,
  tensors: ReadonlyMap<string, Float32Array>,
  random: RandomSource,
  { points = 32, batch, loss }: RandomLossOptions,
): Promise<RandomLoss> {
  const size = Math.min(batch, data.train.count);
  const programs = evaluationPrograms({ engine, model, data, ...(loss && { loss }) }, 'training');
  const feeder = new BatchFeeder(engine, data.train, data);
  const losses: number[] = [];
  try {
    const program = await programs.forBatch(size);
    for (let point = 0; point < points; point += 1) {
      const state = uploadTensors(engine, model, randomDirections(model, tensors, random));
      const inputs = feeder.upload(shuffledIndices(data.train.count, random).subarray(0, size));
      const outputs = await program.run({ ...state, ...inputs });
      losses.push((await outputs.loss!.read())[0]!);
      disposeAll(state, inputs, outputs);
    }
  } finally {
    await programs.dispose();
  }
  return { mean: mean(losses), standardError: standardError(losses) };
}

const randomDirections = (
  model: Model,
  tensors: ReadonlyMap<string, Float32Array>,
  random: RandomSource,
): Map<string, Float32Array> =>
  new Map(
    model.tensors.map(({ name, role }) => {
      const values = tensors.get(name)!;
      return [name, role === 'sphere' ? values.map(() => random.gaussian()) : values];
    }),
  );
