import { simulateToy, type ToySummary } from '../../toy/dynamics/simulate.js';
import type { ToyMotion } from '../../toy/theory/closed-form.js';
import { blockMeansOf, blockRangesOf, blockSize } from '../figure/block-means.js';
import type { ToyRun, ToySettings } from './toy-messages.js';
import { motionAt } from './toy-motion.js';

/** Steps times groups up to which every step is kept: some hundred bytes each. */
const MOST_RECORDED = 200_000;

const itself = (value: number): number => value;

function seriesOfRun(elr: number, run: ToySummary): Pick<ToyRun, 'series' | 'groups'> {
  const { loss, ess } = run.trajectory;
  const { recorded } = run;
  if (recorded === undefined) {
    const steps = blockMeansOf(ess, itself);
    const ranges = blockRangesOf(ess, itself);
    const byElr = (values: readonly number[]): number[] => values.map((value) => value / elr);
    const egn = { low: byElr(ranges.low), high: byElr(ranges.high) };
    const window = blockSize(ess.length);
    const series = {
      ...(window > 1 && { within: { window, loss: blockRangesOf(loss, itself), egn, ess: ranges } }),
      step: blockMeansOf(Float64Array.from(loss.keys()), (step) => step),
      loss: blockMeansOf(loss, itself),
      egn: byElr(steps),
      ess: steps,
      floor: blockMeansOf(ess, (size) => (size * size) / (4 * elr)),
    };
    return { series, groups: [] };
  }
  const window = blockSize(recorded.length);
  const within = () => ({
    window,
    loss: blockRangesOf(recorded, (step) => step.loss),
    egn: blockRangesOf(recorded, ({ egn }) => egn),
    ess: blockRangesOf(recorded, (step) => step.ess),
  });
  const series = {
    ...(window > 1 && { within: within() }),
    step: blockMeansOf(recorded, ({ step }) => step),
    loss: blockMeansOf(recorded, (step) => step.loss),
    egn: blockMeansOf(recorded, ({ egn }) => egn),
    ess: blockMeansOf(recorded, (step) => step.ess),
    floor: blockMeansOf(recorded, (step) => (step.ess * step.egn) / 4),
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
  noiseShare: run.noiseShare.value,
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
  const { alpha, weightDecay } = settings;
  const rate = weightDecay > 0 ? { learningRate: elr } : elr;
  const { alpha: _, ...motion }: ToyMotion = motionAt(settings, elr);
  const { elr: _elr, learningRate: _rate, ...stepping } = motion;
  // With a learning rate the EGN is not that of the ESS: every step is needed, however many there are.
  const record = weightDecay > 0 || steps * alpha.length <= MOST_RECORDED;
  return runOf(elr, steps, simulateToy(alpha, rate, { ...stepping, steps, seed: 1, tolerance, record }));
}
