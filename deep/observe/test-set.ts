import type { DataSet } from '../data/image-set.js';
import type { Engine, NamedEngineTensors } from '../engine/engine.js';
import type { Model } from '../models/model.js';
import type { LossName } from '../step/loss.js';
import { disposeAll } from '../training/batch-feeder.js';
import { evaluationPrograms, passOver, uploadWeights, type Weights } from './batch-pass.js';

export interface Evaluation {
  readonly loss: number;
  readonly accuracy: number;
}

const BATCH = 250;

/** Mean loss and accuracy on the test images, normalised with the running statistics. */
export async function evaluateOnTest(
  engine: Engine,
  model: Model,
  data: DataSet,
  weights: Weights,
  loss?: LossName,
): Promise<Evaluation> {
  const setting = { engine, model, data, batch: BATCH, ...(loss && { loss }) };
  const state = uploadWeights(setting, weights);
  const programs = evaluationPrograms(setting, 'evaluation');
  const sums = { loss: 0, accuracy: 0 };
  const add = async (outputs: NamedEngineTensors, { size }: { readonly size: number }): Promise<void> => {
    sums.loss += (await outputs.loss!.read())[0]! * size;
    sums.accuracy += (await outputs.accuracy!.read())[0]! * size;
    disposeAll(outputs);
  };
  try {
    await passOver(setting, data.test, programs, () => state, add);
  } finally {
    disposeAll(state);
    await programs.dispose();
  }
  return { loss: sums.loss / data.test.count, accuracy: sums.accuracy / data.test.count };
}
