import { DEFAULT_TRAINING, type Schedule, type TrainingSettings } from '../../src/run/training-settings.js';
import { UsageError } from '../../src/system/usage-error.js';
import { cadenceSteps } from './cadence-steps.js';
import type { RunSpec, TrainingSpec } from './spec.js';

const refuseIf = (refused: boolean, message: string): void => {
  if (refused) throw new UsageError(message);
};

const STEP_FACTOR = 0.1;

function scheduleOf(spec: TrainingSpec, stepsPerEpoch: number): Schedule {
  const { schedule: kind = 'constant', factor, span: fall = { from: 0, to: 1 }, milestones } = spec;
  const falls = kind === 'cosine' || kind === 'linear';
  refuseIf(spec.span !== undefined && !falls, '--span is for --schedule cosine and --schedule linear');
  refuseIf(milestones !== undefined && kind !== 'step', '--milestones is for --schedule step');
  refuseIf(factor !== undefined && kind === 'constant', '--factor is for --schedule cosine, linear and step');
  refuseIf(
    spec.scheduleBy !== undefined && kind === 'constant',
    '--schedule-by is for --schedule cosine, linear and step',
  );
  // Left out where it is the usual one, so that saying so makes no other run.
  const by = spec.scheduleBy === 'epoch' ? { by: spec.scheduleBy } : {};
  if (kind === 'constant') return { kind };
  if (falls) return { kind, factor: factor ?? 0, ...fall, ...by };
  if (milestones === undefined) throw new UsageError('--schedule step needs --milestones, like 100,200 or 30e,60e');
  refuseIf(factor === 0, '--factor 0 stops --schedule step; allowed: a number greater than 0');
  const steps = milestones
    .map((milestone) => cadenceSteps('milestones', milestone, stepsPerEpoch))
    .sort((a, b) => a - b);
  return { kind, factor: factor ?? STEP_FACTOR, milestones: steps, ...by };
}

/** The settings of training of a run. Throws a UsageError if fields contradict each other. */
export function trainingSettings(spec: TrainingSpec & Pick<RunSpec, 'rate'>, stepsPerEpoch: number): TrainingSettings {
  const isElr = spec.rate.kind === 'elr';
  const projection = spec.projection ?? (isElr ? 'joint' : 'none');
  refuseIf(isElr && projection === 'none', '--elr needs a sphere; --projection none takes --lr instead');
  const { weightDecay, momentum, freeLr, loss, fullBatch, lastLayerSeed } = DEFAULT_TRAINING;
  return {
    projection,
    weightDecay: spec.weightDecay ?? weightDecay,
    momentum: spec.momentum ?? momentum,
    freeLr: spec.freeLr ?? freeLr,
    loss: spec.loss ?? loss,
    fullBatch: spec.fullBatch ?? fullBatch,
    schedule: scheduleOf(spec, stepsPerEpoch),
    lastLayerSeed: spec.lastLayerSeed ?? lastLayerSeed,
    ...(spec.initScale === undefined ? {} : { initScale: spec.initScale }),
  };
}
