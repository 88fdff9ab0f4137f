import type { SweepRun } from './recorded-run.js';

/** Whether training stopped because its numbers were no longer finite: it would again, and is as informative as a completed run. */
export function brokeOnNumbers({ steps }: Pick<SweepRun, 'steps'>): boolean {
  const last = steps.at(-1);
  return last !== undefined && !(Number.isFinite(last.loss) && Number.isFinite(last.egn));
}
