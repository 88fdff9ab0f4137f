import type { Engine, Program } from '../engine/engine.js';
import type { Model } from '../models/model.js';
import { uploadTensors } from '../models/network.js';
import { type BatchShape, evaluationInputs, type HostBatch, uploadBatch } from '../step/batch.js';
import type { LossName } from '../step/loss.js';
import { evaluation } from '../step/step.js';
import { disposeAll } from '../training/batch-feeder.js';
import type { ParameterVector } from './hessian-operator.js';

/** The loss of a batch, in training mode, where a step would lead: a forward pass, without any order of approximation. */
export class StepTrial {
  private constructor(
    private readonly engine: Engine,
    private readonly model: Model,
    private readonly shape: BatchShape,
    private readonly program: Program,
  ) {}

  static async open(engine: Engine, model: Model, shape: BatchShape, loss?: LossName): Promise<StepTrial> {
    const program = await engine.compile(evaluation(model, 'training', loss), evaluationInputs(model, shape));
    return new StepTrial(engine, model, shape, program);
  }

  /** Loss of the batch at the weights minus `rate` times the direction. */
  async lossAfter(
    tensors: ReadonlyMap<string, Float32Array>,
    direction: ParameterVector,
    rate: number,
    batch: HostBatch,
  ): Promise<number> {
    const moved = [...direction].map(([name, values]): [string, Float32Array] => {
      const before = tensors.get(name)!;
      return [name, before.map((value, i) => value - rate * values[i]!)];
    });
    const inputs = {
      ...uploadTensors(this.engine, this.model, new Map([...tensors, ...moved])),
      ...uploadBatch(this.engine, this.shape, batch),
    };
    const outputs = await this.program.run(inputs);
    const loss = (await outputs.loss!.read())[0]!;
    disposeAll(inputs, outputs);
    return loss;
  }

  dispose(): Promise<void> {
    return this.program.dispose();
  }
}
