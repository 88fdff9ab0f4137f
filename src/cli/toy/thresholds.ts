import { Command } from 'commander';
import { groupThresholds } from '../../../toy/theory/frozen-shares.js';
import { momentumThreshold } from '../../../toy/theory/momentum.js';
import { samplingThreshold } from '../../../toy/theory/noise.js';
import { randomLoss } from '../../../toy/theory/points.js';
import { convergenceThreshold, divergenceThreshold, sumOfAlpha } from '../../../toy/theory/thresholds.js';
import { NETWORK_TOLERANCE } from '../../regime/analyse.js';
import { formatNumber, formatTable, printJson, printLine } from '../../text/output.js';
import { type MotionOptions, withMotionOptions } from './motion-options.js';
import { refuseOptions } from './refuse-options.js';
import { readSubject, type SubjectOptions, withClosedFormOptions } from './subject-options.js';
import { printUserThreshold } from './user-function.js';

interface ThresholdOptions extends Pick<MotionOptions, 'momentum' | 'probability'> {
  readonly alpha: readonly number[];
  readonly tolerance: number;
  readonly shares?: readonly number[];
  readonly json?: true;
}

const range = (from: number, to: number): string => `${formatNumber(from)} to ${formatNumber(to)}`;

/** What other motions do to the convergence threshold: T7, T10, T12. */
function otherThresholds({ alpha, momentum, probability, shares }: ThresholdOptions) {
  return {
    ...(momentum !== undefined && { momentum: { beta: momentum, convergence: momentumThreshold(alpha, momentum) } }),
    ...(probability !== undefined && {
      probability: { p: probability, convergence: samplingThreshold(alpha, probability) },
    }),
    ...(shares !== undefined && { frozen: { shares, convergence: groupThresholds(alpha, shares) } }),
  };
}

/** What divergence means here, and where it begins by the wider criterion that networks are judged by. */
function divergenceText(alpha: readonly number[], tolerance: number): string {
  const text = (fraction: number): string => `${formatNumber(fraction * 100)}%`;
  const here = `Divergence: an equilibrium loss within ${text(tolerance)} of that`;
  if (tolerance === NETWORK_TOLERANCE) return `${here}, as for networks (tolerance ${tolerance}).`;
  const elr = formatNumber(divergenceThreshold(alpha, NETWORK_TOLERANCE));
  return `${here} (tolerance ${tolerance}).\nNetworks are judged within ${text(NETWORK_TOLERANCE)}: there divergence begins at ELR ${elr} of the toy.`;
}

/** `regimes toy thresholds`, also shown by the main job. */
export function printThresholds(options: ThresholdOptions): void {
  const { alpha, tolerance, json } = options;
  const convergence = convergenceThreshold(alpha);
  const divergence = { tolerance, elr: divergenceThreshold(alpha, tolerance) };
  const others = otherThresholds(options);
  if (json) {
    printJson({ alpha, sum: sumOfAlpha(alpha), convergence, divergence, ...others });
    return;
  }
  const largest = 1 / tolerance;
  const columns = [{ title: 'regime' }, { title: 'ELR' }, { title: 'k = ELR * sum(alpha)' }];
  printLine(
    formatTable(columns, [
      ['convergence', `up to ${formatNumber(convergence)}`, 'up to 1'],
      ['chaotic equilibrium', range(convergence, divergence.elr), range(1, largest)],
      ['divergence', `from ${formatNumber(divergence.elr)}`, `from ${formatNumber(largest)}`],
    ]),
  );
  printLine();
  const sum = formatNumber(sumOfAlpha(alpha));
  printLine(`sum(alpha) = ${sum}; a random point has loss ${formatNumber(randomLoss(alpha))}.`);
  printLine(divergenceText(alpha, tolerance));
  const { momentum, probability, frozen } = others;
  if (momentum)
    printLine(`With momentum ${momentum.beta}: convergence up to ELR ${formatNumber(momentum.convergence)} (T12).`);
  if (probability) {
    printLine(
      `With batch probability ${probability.p}: convergence up to ELR ${formatNumber(probability.convergence)} (T10).`,
    );
  }
  if (frozen) {
    const each = frozen.convergence.map((elr) => formatNumber(elr)).join(', ');
    printLine(`With frozen shares, group by group: convergence up to ELR ${each} (T7).`);
  }
}

/** `regimes toy thresholds`. */
export const toyThresholdsCommand = (): Command =>
  withMotionOptions(
    withClosedFormOptions(
      new Command('thresholds').description('ELRs at which the regime changes (T3, T6, T7, T10, T12).'),
    ),
  ).action(async (options: ThresholdOptions & MotionOptions & SubjectOptions) => {
    const subject = await readSubject(options);
    const { lr, weightDecay, noise, projection, momentum, probability, shares } = options;
    refuseOptions({ lr, weightDecay, noise, projection }, 'allowed: --momentum, --probability, --shares');
    if (subject.alpha !== undefined) printThresholds(options);
    else {
      refuseOptions({ momentum, probability, shares }, 'they require --alpha');
      await printUserThreshold(subject, options.json);
    }
  });
