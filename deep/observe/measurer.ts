import type { Measurement } from '../../src/run/measurements.js';
import { isMeasured, type Measuring } from '../../src/run/observation-settings.js';
import type { HostTensor } from '../../src/system/safetensors.js';
import { namesWithRole } from '../models/model.js';
import type { PassSetting, Weights } from './batch-pass.js';
import { comparePoints, normOf } from './compare.js';
import { EvaluationPass } from './evaluation-pass.js';
import { GradientPass } from './gradient-pass.js';
import type { Moment, Observer } from './observer.js';
import { recall, remember } from './remembered.js';
import type { WeightAverage } from './weight-average.js';

export interface MeasurerOptions {
  readonly setting: PassSetting;
  readonly when: Measuring;
  /** Of the whole run. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** Where the run started. */
  readonly start: ReadonlyMap<string, Float32Array>;
  /** Called at the ends of earlier epochs. */
  readonly average: WeightAverage | undefined;
  readonly write: (measurement: Measurement) => void;
  /** What an earlier process remembered, by name. */
  readonly resume?: Weights;
}

/** Under which name checkpoints hold the scale-invariant parameters at the last end of an epoch. */
export const MEASURER = 'previous';

/** Measures the weights of a run at its cadence. */
export class Measurer implements Observer {
  private readonly names: readonly string[];
  private readonly gradients: GradientPass;
  private readonly evaluations: EvaluationPass;
  /** The scale-invariant parameters at the last end of an epoch. */
  private previous: Weights;

  constructor(private readonly options: MeasurerOptions) {
    const { setting, start, resume } = options;
    this.names = namesWithRole(setting.model, 'sphere');
    this.gradients = new GradientPass(setting);
    this.evaluations = new EvaluationPass(setting);
    const atStart = setting.model.tensors
      .filter(({ name }) => this.names.includes(name))
      .map(({ name, shape }): [string, HostTensor] => [name, { shape, data: start.get(name)! }]);
    this.previous = new Map([...atStart, ...recall(MEASURER, resume ?? new Map())]);
  }

  async after(moment: Moment): Promise<void> {
    const { when, steps, stepsPerEpoch, write } = this.options;
    const { step } = moment;
    if (isMeasured(when, step, steps)) write(await this.measure(step, await moment.weights()));
    if (step % stepsPerEpoch === 0) this.previous = this.onSphere(await moment.weights());
  }

  state(): Weights {
    return remember(MEASURER, this.previous);
  }

  async end(): Promise<void> {}

  async dispose(): Promise<void> {
    await this.gradients.dispose();
    await this.evaluations.dispose();
  }

  /** A copy: what training has read may be gone with its next step. */
  private onSphere(weights: Weights): Weights {
    return new Map(
      this.names.map((name) => {
        const { shape, data } = weights.get(name)!;
        return [name, { shape, data: data.slice() }];
      }),
    );
  }

  private async measure(step: number, weights: Weights): Promise<Measurement> {
    const { setting, stepsPerEpoch, start } = this.options;
    const { gradient, ...train } = await this.gradients.run(weights);
    const here = this.names.map((name) => weights.get(name)!.data);
    const before = this.names.map((name) => this.previous.get(name)!.data);
    return {
      step,
      epoch: step / stepsPerEpoch,
      train,
      test: await this.evaluations.inBothModes(setting.data.test, weights),
      gradient,
      norm: normOf(here),
      norms: this.parameterNorms(weights),
      start: comparePoints(
        here,
        this.names.map((name) => start.get(name)!),
      ),
      previousEpoch: step === 0 ? null : comparePoints(here, before),
      average: await this.measureAverage(),
    };
  }

  private parameterNorms(weights: Weights): Record<string, number> {
    const parameters = this.options.setting.model.tensors.filter(({ role }) => role !== 'buffer');
    return Object.fromEntries(parameters.map(({ name }) => [name, normOf([weights.get(name)!.data])]));
  }

  private async measureAverage(): Promise<Measurement['average']> {
    const { average, setting } = this.options;
    const weights = await average?.weights();
    if (weights === undefined) return null;
    const { train, test } = setting.data;
    return {
      epochs: average!.epochs,
      train: await this.evaluations.evaluate(train, weights),
      test: await this.evaluations.evaluate(test, weights),
    };
  }
}
