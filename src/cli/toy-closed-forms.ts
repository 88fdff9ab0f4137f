import { Command } from 'commander';
import { frozenEquilibrium, groupThresholds } from '../../toy/frozen-shares.js';
import { momentumThreshold } from '../../toy/momentum.js';
import { phaseNoiseFloor, samplingThreshold } from '../../toy/noise.js';
import {
  convergenceThreshold,
  DIVERGENCE_TOLERANCE,
  divergenceThreshold,
  equilibrium,
  randomLoss,
  sumOfAlpha,
} from '../../toy/theory.js';
import { weightDecayEquilibrium, weightDecayOscillation } from '../../toy/weight-decay.js';
import type { Equilibrium } from '../prediction.js';
import { formatNumber, formatTable, printJson, printLine } from '../text/output.js';
import { UsageError } from '../usage-error.js';
import { fraction, positiveNumber, positiveNumbers } from './arguments.js';
import {
  type MotionOptions,
  readSubject,
  refuseOptions,
  type SubjectOptions,
  withMotionOptions,
  withSubjectOptions,
} from './toy-options.js';
import { printUserEquilibrium, printUserThreshold } from './toy-user.js';

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
  printLine(`Divergence: an equilibrium loss within ${formatNumber(tolerance * 100)}% of that.`);
  const { momentum, probability, frozen } = others;
  if (momentum)
    printLine(`With momentum ${momentum.beta}: convergence up to ELR ${formatNumber(momentum.convergence)} (T12).`);
  if (probability) {
    printLine(
      `Batches with probability ${probability.p}: convergence up to ELR ${formatNumber(probability.convergence)} (T10).`,
    );
  }
  if (frozen) {
    const each = frozen.convergence.map((elr) => formatNumber(elr)).join(', ');
    printLine(`With frozen shares, group by group: convergence up to ELR ${each} (T7).`);
  }
}

interface EquilibriumOptions extends MotionOptions {
  readonly alpha: readonly number[];
  readonly elr?: number;
  readonly tolerance: number;
  readonly shares?: readonly number[];
  readonly json?: true;
}

type Row = readonly [string, string];

const print = (json: true | undefined, value: object, rows: readonly Row[]): void => {
  if (json) printJson(value);
  else
    printLine(
      formatTable(
        [{ title: 'quantity' }, { title: 'closed form' }],
        rows.map((row) => [...row]),
      ),
    );
};

const shareRows = (shares: readonly number[], bound = ''): Row[] =>
  shares.map((share, i) => [`norm share ${i + 1}`, bound + formatNumber(share)]);

const stateRows = ({ loss, egn, ess }: Pick<Equilibrium, 'loss' | 'egn' | 'ess'>): Row[] => [
  ['loss', formatNumber(loss)],
  ['EGN', formatNumber(egn)],
  ['ESS', formatNumber(ess)],
];

/** T8, T9: ordinary training with weight decay. */
function weightDecayForm({ alpha, lr, weightDecay, json }: EquilibriumOptions): void {
  const state = weightDecayEquilibrium(alpha, lr!, weightDecay!);
  const oscillation = weightDecayOscillation(lr!, weightDecay!);
  print(json, { ...state, oscillation }, [
    ['k', formatNumber(state.k)],
    ['ELR', formatNumber(state.elr)],
    ['squared norm', formatNumber(state.squaredNorm)],
    ...stateRows(state),
    ...shareRows(state.shares),
    ['period, steps', formatNumber(oscillation.period)],
  ]);
}

/** T7: each group on a sphere of its own. */
function frozenForm({ alpha, elr, shares, tolerance, json }: EquilibriumOptions): void {
  const state = frozenEquilibrium(alpha, shares!, elr!, tolerance);
  const groups = state.groups.flatMap(({ k, regime, loss }, i): Row[] => [
    [`group ${i + 1}`, `${regime}, k ${formatNumber(k)}, loss ${formatNumber(loss)}`],
  ]);
  print(json, { ...state, shares }, [...stateRows(state), ...groups]);
}

/** T3, T4, and T11 where there is noise below the threshold. */
function jointForm({ alpha, elr, tolerance, noise, json }: EquilibriumOptions): void {
  const state = equilibrium(alpha, elr!, tolerance);
  const floor = noise === undefined ? undefined : phaseNoiseFloor(alpha, elr!, noise);
  print(json, { ...state, ...(floor !== undefined && { noiseFloor: floor }) }, [
    ['k', formatNumber(state.k)],
    ['regime', state.regime],
    ...stateRows(state),
    ...shareRows(state.shares, state.regime === 'convergence' ? '>= ' : ''),
    ...(floor === undefined ? [] : [['loss with noise', formatNumber(floor)] as const]),
  ]);
}

function printEquilibrium(options: EquilibriumOptions): void {
  const { elr, lr, weightDecay, momentum, probability, noise, projection, shares } = options;
  refuseOptions({ momentum, probability }, 'no closed form; allowed: --weight-decay with --lr, --noise, --shares');
  if (lr !== undefined) {
    if (weightDecay === undefined)
      throw new UsageError('--lr needs --weight-decay here: without it the norm only grows');
    refuseOptions({ elr, noise, shares }, 'allowed with --lr: --weight-decay');
    if (projection !== undefined && projection !== 'none')
      throw new UsageError('with weight decay: only --projection none');
    weightDecayForm(options);
    return;
  }
  refuseOptions({ weightDecay }, 'it needs --lr');
  if (elr === undefined) throw new UsageError('give --elr, or --lr with --weight-decay');
  if (projection === 'group' && shares === undefined) {
    throw new UsageError('--projection group needs --shares: the frozen norm share of each group');
  }
  if (shares !== undefined) refuseOptions({ noise }, 'no closed form with frozen shares');
  const form = shares === undefined ? jointForm : frozenForm;
  form(options);
}

const subcommand = (name: string, description: string): Command =>
  withSubjectOptions(new Command(name).description(description))
    .option('--tolerance <fraction>', 'divergence: loss this near to a random one', fraction, DIVERGENCE_TOLERANCE)
    .option('--shares <list>', 'frozen norm shares, each group on its own sphere (T7)', positiveNumbers)
    .option('--json', 'print JSON only');

/** `regimes toy thresholds`. */
export const toyThresholdsCommand = (): Command =>
  withMotionOptions(subcommand('thresholds', 'ELRs at which the regime changes (T3, T6, T7, T10, T12).')).action(
    async (options: ThresholdOptions & MotionOptions & SubjectOptions) => {
      const subject = await readSubject(options);
      const { lr, weightDecay, noise, projection, momentum, probability, shares } = options;
      refuseOptions({ lr, weightDecay, noise, projection }, 'allowed: --momentum, --probability, --shares');
      if (subject.alpha !== undefined) printThresholds(options);
      else {
        refuseOptions({ momentum, probability, shares }, 'they belong to --alpha');
        await printUserThreshold(subject, options.json);
      }
    },
  );

/** `regimes toy equilibrium`. */
export const toyEquilibriumCommand = (): Command =>
  withMotionOptions(subcommand('equilibrium', 'Where training settles (T3, T4, T7, T8, T9, T11).'))
    .option('--elr <number>', 'effective learning rate', positiveNumber)
    .action(async (options: EquilibriumOptions & SubjectOptions) => {
      const subject = await readSubject(options);
      if (subject.alpha !== undefined) printEquilibrium(options);
      else {
        const { lr, weightDecay, momentum, probability, noise, projection, shares } = options;
        const others = { lr, weightDecay, momentum, probability, noise, projection, shares };
        refuseOptions(others, 'allowed with --function: --elr; other motions with toy simulate');
        await printUserEquilibrium(subject, options);
      }
    });
