import type { Schedule } from '../../src/run/training-settings.js';

/** How far `step` is on the way from one fraction of a run's `steps` to another: 0 before, 1 after. */
function progress({ from, to }: { readonly from: number; readonly to: number }, step: number, steps: number): number {
  const [begin, end] = [from * steps, to * steps];
  if (step < begin) return 0;
  return step >= end ? 1 : (step - begin) / (end - begin);
}

/** What the rate of step `step` (from 0) of a run of `steps` is, in units of the rate given. */
export function scheduledFactor(schedule: Schedule, step: number, steps: number): number {
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
