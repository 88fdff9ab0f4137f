import {
  hasPlainThresholds,
  type NoClosedForm,
  type ToyClosedForm,
  type ToyMotion,
  toyClosedForm,
} from '../../toy/theory/closed-form.js';
import { type NoiseShareForm, noiseShareForm } from '../../toy/theory/noise-share-form.js';
import type { ToySettings } from './toy-messages.js';

/** How the toy as it is set moves at an ELR, or at a learning rate in full space where there is weight decay. */
export function motionAt(settings: ToySettings, elr: number) {
  const { alpha, weightDecay } = settings;
  const noises = noisesOf(settings);
  return weightDecay > 0
    ? ({ alpha, learningRate: elr, weightDecay, ...noises, projection: 'none' } as const satisfies ToyMotion)
    : ({ alpha, elr, ...noises, projection: 'joint' } as const satisfies ToyMotion);
}

/** The noises that are not 0, and batches of a finite set where there is one. */
function noisesOf({ noise, law, secondMoment, samples, batch, sampling }: ToySettings) {
  return {
    ...(noise > 0 && { noise }),
    ...(secondMoment !== 1 && { noiseLaw: law, secondMoment }),
    ...(samples > 0 && { batches: { samples, batchSize: batch, sampling } }),
  };
}

/** What the theory says of the toy as it is set, or why it says nothing. */
export const closedFormAt = (settings: ToySettings, elr: number, tolerance: number): ToyClosedForm | NoClosedForm =>
  toyClosedForm({ ...motionAt(settings, elr), tolerance });

/** R in closed form of the toy as it is set, at the norm shares that a run has. */
export const noiseShareAt = (
  settings: ToySettings,
  elr: number,
  shares?: readonly number[],
): NoiseShareForm | undefined => noiseShareForm(motionAt(settings, elr), shares);

/** Whether the thresholds of T3 and T6 hold for the toy as it is set; they do at every ELR or at none. */
export const hasThresholds = (settings: ToySettings): boolean => hasPlainThresholds(motionAt(settings, 1));
