import {
  hasPlainThresholds,
  type NoClosedForm,
  type ToyClosedForm,
  type ToyMotion,
  toyClosedForm,
} from '../../toy/theory/closed-form.js';
import type { ToySettings } from './toy-messages.js';

/** How the toy as it is set moves at an ELR, or at a learning rate in full space where there is weight decay. */
export function motionAt({ alpha, noise, weightDecay }: ToySettings, elr: number) {
  const noisy = noise > 0 ? { noise } : {};
  return weightDecay > 0
    ? ({ alpha, learningRate: elr, weightDecay, ...noisy, projection: 'none' } as const satisfies ToyMotion)
    : ({ alpha, elr, ...noisy, projection: 'joint' } as const satisfies ToyMotion);
}

/** What the theory says of the toy as it is set, or why it says nothing. */
export const closedFormAt = (settings: ToySettings, elr: number, tolerance: number): ToyClosedForm | NoClosedForm =>
  toyClosedForm({ ...motionAt(settings, elr), tolerance });

/** Whether the thresholds of T3 and T6 hold for the toy as it is set; they do at every ELR or at none. */
export const hasThresholds = (settings: ToySettings): boolean => hasPlainThresholds(motionAt(settings, 1));
