import type { MeasuredDecay } from '../../experiments/decay-run.js';
import type { Subject } from '../../experiments/experiment.js';
import { formatNumber, formatTable, rightAligned } from '../output.js';

const COLUMNS = ['lr', 'decay', 'p', 'stationary', 'ess', 'sqrt(p(2-p))', 'ELR', '+-'];

/** Runs with weight decay: a line for each learning rate and decay, its step size beside that of K5, and the ELR at which it settles. */
export function decayTable(
  subjects: readonly { readonly of: Subject; readonly runs: readonly MeasuredDecay[] }[],
  settledEss: (learningRate: number, weightDecay: number) => number,
): string {
  const rows = subjects.flatMap(({ of, runs }) =>
    runs.map(({ learningRate, weightDecay, decay, stationarySteps, step, logElr }) => [
      of,
      ...[learningRate, weightDecay, decay].map((value) => formatNumber(value)),
      stationarySteps === 0 ? 'no' : `${stationarySteps} steps`,
      formatNumber(step.mean),
      formatNumber(settledEss(learningRate, weightDecay)),
      formatNumber(Math.exp(logElr.mean)),
      formatNumber(Math.exp(logElr.mean) * logElr.error, 2),
    ]),
  );
  return formatTable([{ title: 'of' }, ...COLUMNS.map(rightAligned)], rows);
}
