import { stepsPerEpoch } from '../../src/run/epoch.js';
import type { Measurement } from '../../src/run/measurements.js';
import type { RunWriter } from '../../src/run/run-writer.js';
import type { Engine } from '../engine/engine.js';
import { StatisticsEstimator } from '../observe/batch-norm-recalibration.js';
import type { PassSetting, Weights } from '../observe/batch-pass.js';
import { Measurer } from '../observe/measurer.js';
import { type Observer, Observers } from '../observe/observer.js';
import { WeightAverage } from '../observe/weight-average.js';
import { WeightKeeper } from '../observe/weight-keeper.js';
import type { Training, TrainingState } from '../training/train.js';
import type { PreparedRun } from './prepare.js';

interface Observed {
  readonly run: PreparedRun;
  readonly engine: Engine;
  readonly training: Training;
  readonly writer: RunWriter;
}

/** What a run on disk is observed by, as its configuration says; from the start, or from where it was. */
export function observersOf({ run, engine, training, writer }: Observed, resume: TrainingState | undefined): Observers {
  const { configuration, data, model } = run;
  const { observation, batch, steps, training: settings } = configuration;
  if (observation === undefined) return new Observers([]);
  const setting: PassSetting = { engine, model, data, batch, loss: settings.loss };
  const epoch = { stepsPerEpoch: stepsPerEpoch({ batch, fullBatch: settings.fullBatch }, data.train.count) };
  const { measure, average: from, keep } = observation;
  const observers: Observer[] = [];
  if (keep !== null) observers.push(new WeightKeeper(keep, (step, weights) => writer.keepWeights(step, weights)));
  let average: WeightAverage | undefined;
  if (from !== null) {
    const estimator = new StatisticsEstimator(setting);
    const keepAverage = (weights: Weights): void => writer.keepAverage(weights);
    average = new WeightAverage({ from, ...epoch, estimator, keep: keepAverage, ...(resume && { resume }) });
    observers.push(average);
  }
  if (measure !== null) {
    const write = (measurement: Measurement): void => writer.appendMeasurement(measurement);
    const places = { start: training.initial, ...(resume && { resume: resume.tensors }) };
    observers.push(new Measurer({ setting, when: measure, steps, ...epoch, ...places, average, write }));
  }
  return new Observers(observers);
}
