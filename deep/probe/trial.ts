import { median } from '../../src/numerics/means.js';
import { elrRate } from '../../src/run/rate.js';
import { randomImages } from '../data/random-images.js';
import type { Engine } from '../engine/engine.js';
import { createModel, type ModelOptions } from '../models/network.js';
import { startTraining, type TrainingStep } from '../training/train.js';

/** A few training steps that show whether an engine works, whether it computes the right thing, and how fast. */
export interface TrialTask extends Omit<ModelOptions, 'initScale'> {
  readonly batch: number;
  /** Steps after the first two, which make the engine ready; the time of a step is their median. */
  readonly timedSteps: number;
}

/** Small enough for half a second where compiling shaders is slow; every kind of operation of a step is in it. */
export const SMALLEST: TrialTask = { model: 'convnet', width: 1, batch: 2, timedSteps: 0 };

export interface Trial {
  /** Milliseconds until the first step was done, compilation included. */
  readonly firstMilliseconds: number;
  readonly stepMilliseconds: number;
  /** What the first two steps measured; engines are compared by it. */
  readonly numbers: readonly number[];
}

const STEPS_COMPARED = 2;
const ELR = 1e-3;

const numbersOf = ({ loss, egn, angle, groups }: TrainingStep): number[] => [
  loss,
  egn,
  angle!,
  ...groups.flatMap(({ share, egn: groupEgn }) => [share, groupEgn]),
];

/** Trains on random images for a few steps. */
export async function runTrial(engine: Engine, task: TrialTask): Promise<Trial> {
  const { batch, timedSteps } = task;
  const data = randomImages(batch);
  const model = createModel(task, data);
  const training = startTraining(engine, model, data, { rate: elrRate(ELR), batch, seed: 1 });
  const times: number[] = [];
  const numbers: number[] = [];
  for (let i = 0; i < STEPS_COMPARED + timedSteps; i += 1) {
    const begin = performance.now();
    const step = await training.step();
    times.push(performance.now() - begin);
    if (i < STEPS_COMPARED) numbers.push(...numbersOf(step));
  }
  await training.dispose();
  const settled = times.slice(timedSteps > 0 ? STEPS_COMPARED : 1);
  return { firstMilliseconds: times[0]!, stepMilliseconds: median(settled), numbers };
}

/** Largest relative difference between what two engines measured. */
export const trialDeviation = (a: Pick<Trial, 'numbers'>, b: Pick<Trial, 'numbers'>): number =>
  Math.max(...a.numbers.map((value, i) => Math.abs(value - b.numbers[i]!) / Math.abs(b.numbers[i]!)));
