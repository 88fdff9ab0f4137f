import { simulateToy, type ToySummary } from '../../toy/dynamics/simulate.js';
import { blockMeansOf } from './block-means.js';
import type { ToyRun, ToySettings } from './toy-messages.js';

/** Steps times groups up to which every step is kept: some hundred bytes each. */
const MOST_RECORDED = 200_000;

function seriesOfRun(elr: number, run: ToySummary): Pick<ToyRun, 'series' | 'groups'> {
  const { loss, ess } = run.trajectory;
  const { recorded } = run;
  if (recorded === undefined) {
    const steps = blockMeansOf(ess, (value) => value);
    const series = {
      step: blockMeansOf(Float64Array.from(loss.keys()), (step) => step),
      loss: blockMeansOf(loss, (value) => value),
      egn: steps.map((value) => value / elr),
      ess: steps,
    };
    return { series, groups: [] };
  }
  const series = {
    step: blockMeansOf(recorded, ({ step }) => step),
    loss: blockMeansOf(recorded, (step) => step.loss),
    egn: blockMeansOf(recorded, ({ egn }) => egn),
    ess: blockMeansOf(recorded, (step) => step.ess),
  };
  const groups = run.groups.map((_, i) => ({
    name: `${i + 1}`,
    share: blockMeansOf(recorded, (step) => step.groups[i]!.share),
    ess: blockMeansOf(recorded, (step) => step.groups[i]!.ess),
  }));
  return { series, groups };
}

const runOf = (elr: number, steps: number, run: ToySummary): ToyRun => ({
  elr,
  steps,
  loss: run.loss.mean,
  egn: run.egn.mean,
  ess: run.ess.mean,
  shares: run.groups.map(({ share }) => share),
  groupEss: run.groups.map((group) => group.ess),
  collapsed: run.collapsed === undefined ? null : `${run.collapsed.reason} at step ${run.collapsed.step}`,
  ...seriesOfRun(elr, run),
  regime: run.decision.regime,
});

export interface ToyRunOptions {
  readonly steps: number;
  /** Tolerance of divergence. */
  readonly tolerance: number;
}

/** A run of the toy at an ELR, or at a learning rate with weight decay: averages over its last half, and its steps. */
export function simulateToyRun(settings: ToySettings, elr: number, { steps, tolerance }: ToyRunOptions): ToyRun {
  const { alpha, noise, weightDecay } = settings;
  const rate = weightDecay > 0 ? { learningRate: elr } : elr;
  const motion = { ...(noise > 0 && { noise }), ...(weightDecay > 0 && { weightDecay }) };
  // With a learning rate the EGN is not that of the ESS: every step is needed, however many there are.
  const record = weightDecay > 0 || steps * alpha.length <= MOST_RECORDED;
  return runOf(elr, steps, simulateToy(alpha, rate, { steps, seed: 1, tolerance, record, ...motion }));
}
