import { simulateToy, type ToySummary } from '../toy/simulate.js';
import type { SweepView } from './sweep-view.js';

export const TOY_STEPS = 3000;

let last: { readonly key: string; readonly run: ToySummary } | undefined;

/** The toy's run at an ELR; kept until another one is asked for. */
export function toyRun({ alpha, tolerance }: Pick<SweepView, 'alpha' | 'tolerance'>, elr: number): ToySummary {
  const key = `${alpha} ${elr} ${tolerance}`;
  if (last?.key !== key) last = { key, run: simulateToy(alpha, elr, { steps: TOY_STEPS, seed: 1, tolerance }) };
  return last.run;
}
