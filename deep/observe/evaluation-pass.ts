import type { Measurement, Quality } from '../../src/run/measurements.js';
import type { ImageSet } from '../data/image-set.js';
import type { NamedTensors, TensorFunction } from '../engine/engine.js';
import { ProgramCache } from '../engine/program-cache.js';
import type { Model, NormalisationMode } from '../models/model.js';
import { batchShape, evaluationInputs } from '../step/batch.js';
import type { LossName } from '../step/loss.js';
import { evaluation } from '../step/step.js';
import { disposeAll } from '../training/batch-feeder.js';
import {
  EVALUATION,
  type PassSetting,
  passOver,
  QualityMean,
  TRAINING,
  uploadWeights,
  type Weights,
} from './batch-pass.js';

/** Loss and accuracy with the statistics of each batch, and with running ones. */
export type BothModes = Measurement['train'];

const NAMES = { training: TRAINING, evaluation: EVALUATION } as const;

/** Loss and accuracy of a batch in one mode, under the names of that mode. */
export function qualityIn(
  mode: NormalisationMode,
  model: Model,
  inputs: NamedTensors,
  loss: LossName = 'cross-entropy',
): NamedTensors {
  const found = evaluation(model, mode, loss)(inputs);
  return { [NAMES[mode].loss]: found.loss!, [NAMES[mode].accuracy]: found.accuracy! };
}

/** Evaluates weights on whole sets of images; programs are made when first needed. */
export class EvaluationPass {
  private readonly one: ProgramCache;
  private readonly both: ProgramCache;

  constructor(private readonly setting: PassSetting) {
    const { engine, model, data, loss } = setting;
    const inputs = (count: number) => evaluationInputs(model, batchShape(data, count));
    const inEvaluation: TensorFunction = (given) => qualityIn('evaluation', model, given, loss);
    const inBoth: TensorFunction = (given) => ({
      ...qualityIn('training', model, given, loss),
      ...qualityIn('evaluation', model, given, loss),
    });
    this.one = new ProgramCache(engine, inEvaluation, inputs);
    this.both = new ProgramCache(engine, inBoth, inputs);
  }

  /** With running statistics, those among the weights. */
  async evaluate(set: ImageSet, weights: Weights): Promise<Quality> {
    const [found] = await this.means(this.one, set, weights, ['evaluation']);
    return found!;
  }

  async inBothModes(set: ImageSet, weights: Weights): Promise<BothModes> {
    const [training, inEvaluation] = await this.means(this.both, set, weights, ['training', 'evaluation']);
    return { training: training!, evaluation: inEvaluation! };
  }

  async dispose(): Promise<void> {
    await this.one.dispose();
    await this.both.dispose();
  }

  private async means(programs: ProgramCache, set: ImageSet, weights: Weights, modes: readonly NormalisationMode[]) {
    const state = uploadWeights(this.setting, weights);
    const means = modes.map((mode) => ({ names: NAMES[mode], mean: new QualityMean() }));
    try {
      await passOver(
        this.setting,
        set,
        programs,
        () => state,
        async (outputs, batch) => {
          for (const { names, mean } of means) await mean.add(outputs, batch, names);
          disposeAll(outputs);
        },
      );
    } finally {
      disposeAll(state);
    }
    return means.map(({ mean }) => mean.value());
  }
}
