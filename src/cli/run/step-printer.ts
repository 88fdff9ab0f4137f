import { mean } from '../../numerics/means.js';
import type { RecordedStep } from '../../run/step-columns.js';
import { formatNumber, printJson, printLine } from '../../text/output.js';

/** Means over the steps of one epoch, in the fields of a step; `step` is the first of them. */
function epochMeans(steps: readonly RecordedStep[]): RecordedStep {
  const average = (quantity: (step: RecordedStep) => number): number => mean(steps.map(quantity));
  const first = steps[0]!;
  return {
    step: first.step,
    loss: average(({ loss }) => loss),
    accuracy: average(({ accuracy }) => accuracy),
    elr: average(({ elr }) => elr),
    egn: average(({ egn }) => egn),
    ess: average(({ ess }) => ess),
    norm: average(({ norm }) => norm),
    groups: first.groups.map(({ name }, i) => ({
      name,
      share: average(({ groups }) => groups[i]!.share),
      egn: average(({ groups }) => groups[i]!.egn),
      ess: average(({ groups }) => groups[i]!.ess),
    })),
  };
}

/** The fields of a line that scripts depend on, in their order. */
const lineFields = ({ step, loss, accuracy, elr, egn, ess, norm, groups }: RecordedStep) => ({
  step,
  loss,
  accuracy,
  elr,
  egn,
  ess,
  norm,
  groups: groups.map(({ name, share, egn: groupEgn, ess: groupEss }) => ({
    name,
    share,
    egn: groupEgn,
    ess: groupEss,
  })),
});

const lineText = ({ step, loss, accuracy, egn, ess, groups }: RecordedStep): string =>
  [
    `step ${step}`,
    `loss ${formatNumber(loss)}`,
    `accuracy ${formatNumber(accuracy)}`,
    `EGN ${formatNumber(egn)}`,
    `ESS ${formatNumber(ess)}`,
    `shares ${groups.map(({ share }) => share.toFixed(3)).join(' ')}`,
  ].join('  ');

export interface PrinterOptions {
  readonly cadence: 'step' | 'epoch' | 'none';
  readonly json: boolean;
  readonly stepsPerEpoch: number;
  /** Steps of the whole run: the last epoch may be a part of one. */
  readonly steps: number;
  /** Steps of an epoch that were taken before those that are printed, for its means; default: none. */
  readonly before?: (step: number) => readonly RecordedStep[];
}

/** Prints steps as they come, one by one or an epoch at a time. */
export function stepPrinter({
  cadence,
  json,
  stepsPerEpoch,
  steps,
  before,
}: PrinterOptions): (step: RecordedStep) => void {
  const print = (step: RecordedStep) => (json ? printJson(lineFields(step)) : printLine(lineText(step)));
  if (cadence === 'none') return () => {};
  if (cadence === 'step') return print;
  let epoch: RecordedStep[] = [];
  return (step) => {
    if (epoch.length === 0 && step.step % stepsPerEpoch !== 0) epoch = [...(before?.(step.step) ?? [])];
    epoch.push(step);
    const taken = step.step + 1;
    if (taken % stepsPerEpoch !== 0 && taken !== steps) return;
    print(epochMeans(epoch));
    epoch = [];
  };
}
