import type { HostTensor } from '../../src/system/safetensors.js';
import type { DataSet } from '../data/image-set.js';
import type { Engine } from '../engine/engine.js';
import { ProgramCache } from '../engine/program-cache.js';
import type { Model } from '../models/model.js';
import { batchShape, uploadTensors } from '../models/network.js';
import type { LossName } from '../step/loss.js';
import { evaluation, evaluationInputs } from '../step/step.js';
import { BatchFeeder, disposeAll } from '../training/batch-feeder.js';

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
  weights: ReadonlyMap<string, HostTensor>,
  loss?: LossName,
): Promise<Evaluation> {
  const contents = new Map([...weights].map(([name, { data: values }]) => [name, values as Float32Array]));
  const state = uploadTensors(engine, model, contents);
  const programs = new ProgramCache(engine, evaluation(model, 'evaluation', loss), (count) =>
    evaluationInputs(model, batchShape(data, count)),
  );
  const feeder = new BatchFeeder(engine, data.test, data);
  const sums = { loss: 0, accuracy: 0 };
  try {
    for (let start = 0; start < data.test.count; start += BATCH) {
      const size = Math.min(BATCH, data.test.count - start);
      const inputs = feeder.upload(Int32Array.from({ length: size }, (_, i) => start + i));
      const outputs = await (await programs.forBatch(size)).run({ ...state, ...inputs });
      sums.loss += (await outputs.loss!.read())[0]! * size;
      sums.accuracy += (await outputs.accuracy!.read())[0]! * size;
      disposeAll(inputs, outputs);
    }
  } finally {
    disposeAll(state);
    await programs.dispose();
  }
  return { loss: sums.loss / data.test.count, accuracy: sums.accuracy / data.test.count };
}
