import type { Schedule } from '../../src/run/training-settings.js';

/** How far `step` is on the way from one fraction of a run's `steps` to another: 0 before, 1 after. */
function progress({ from, to }: { readonly from: number; readonly to: number }, step: number, steps: number): number {
  const [begin, end] = [from * steps, to * steps];
  if (step < begin) return 0;
  return step >= end ? 1 : (step - begin) / (end - begin);
}

/** How long a run is. */
export interface RunSteps {
  readonly steps: number;
  /** Steps of an epoch; needed where the schedule goes by epochs. */
  readonly perEpoch?: number;
}

/**
 * What the rate of step `step` (from 0) of a run is, in units of the rate given. By epochs, every step of an epoch has the rate of
 * its first one.
 */
export function scheduledFactor(schedule: Schedule, step: number, { steps, perEpoch = 1 }: RunSteps): number {
  const byEpoch = schedule.kind !== 'constant' && schedule.by === 'epoch';
  return factorAt(schedule, byEpoch ? step - (step % perEpoch) : step, steps);
}

function factorAt(schedule: Schedule, step: number, steps: number): number {
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'cosine': {
      const { factor } = schedule;
      return factor + ((1 - factor) * (1 + Math.cos(Math.PI * progress(schedule, step, steps)))) / 2;
    }
    case 'linear':
      return 1 + (schedule.factor - 1) * progress(schedule, step, steps);
    case 'step':
      return schedule.factor ** schedule.milestones.filter((milestone) => milestone <= step).length;
  }
}
