import { Command } from 'commander';
import { type ToyClosedForm, toyClosedForm } from '../../../toy/theory/closed-form.js';
import type { FrozenEquilibrium } from '../../../toy/theory/frozen-shares.js';
import { type WeightDecayEquilibrium, weightDecayOscillation } from '../../../toy/theory/weight-decay.js';
import type { Equilibrium } from '../../regime/theory.js';
import { UsageError } from '../../system/usage-error.js';
import { formatNumber, formatTable, printJson, printLine } from '../../text/output.js';
import { positiveNumber } from '../../text/value-grammar.js';
import {
  type MotionOptions,
  motionOf,
  readSubject,
  refuseOptions,
  type SubjectOptions,
  withClosedFormOptions,
  withMotionOptions,
} from './toy-options.js';
import { printUserEquilibrium } from './user-function.js';

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

/** With noise the closed form tells nothing of gradients. */
const knownOr = (value: number): string => (Number.isNaN(value) ? '-' : formatNumber(value));

const shareRows = (shares: readonly number[], bound = ''): Row[] =>
  shares.map((share, i) => [`norm share ${i + 1}`, bound + formatNumber(share)]);

const stateRows = ({ loss, egn, ess }: Pick<Equilibrium, 'loss' | 'egn' | 'ess'>): Row[] => [
  ['loss', formatNumber(loss)],
  ['EGN', knownOr(egn)],
  ['ESS', knownOr(ess)],
];

/** T8, T9: ordinary training with weight decay. */
function printWeightDecay({ lr, weightDecay, json }: EquilibriumOptions, state: WeightDecayEquilibrium): void {
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
function printFrozen({ shares, json }: EquilibriumOptions, state: FrozenEquilibrium): void {
  const groups = state.groups.flatMap(({ k, regime, loss }, i): Row[] => [
    [`group ${i + 1}`, `${regime}, k ${formatNumber(k)}, loss ${formatNumber(loss)}`],
  ]);
  print(json, { ...state, shares }, [...stateRows(state), ...groups]);
}

/** T3, T4, and T11 where there is noise below the threshold: its loss is the floor. */
function printJoint({ noise, json }: EquilibriumOptions, form: ToyClosedForm): void {
  const { k, regime, loss, egn, ess, shares, sharesAreBounds } = form;
  const hasFloor = noise !== undefined && regime === 'convergence';
  print(json, { k, regime, loss, egn, ess, shares, ...(hasFloor && { noiseFloor: loss }) }, [
    ['k', formatNumber(k)],
    ['regime', regime ?? '-'],
    ...stateRows(form),
    ...shareRows(shares, sharesAreBounds ? '>= ' : ''),
  ]);
}

/** Options that say nothing without others. */
function checkOptions({ elr, lr, weightDecay, projection, shares, batch, sampling }: EquilibriumOptions): void {
  refuseOptions({ batch, sampling }, 'there is no closed form with batches');
  if (lr !== undefined) {
    if (weightDecay === undefined)
      throw new UsageError('--lr needs --weight-decay here: without it the norm only grows');
    refuseOptions({ elr, shares }, 'allowed with --lr: --weight-decay');
    if (projection !== undefined && projection !== 'none')
      throw new UsageError('with --weight-decay only --projection none is allowed');
    return;
  }
  refuseOptions({ weightDecay }, 'it needs --lr');
  if (elr === undefined) throw new UsageError('give --elr, or --lr with --weight-decay');
  if (projection === 'group' && shares === undefined)
    throw new UsageError('--projection group needs --shares: the frozen norm share of each group');
}

function printEquilibrium(options: EquilibriumOptions): void {
  checkOptions(options);
  const form = toyClosedForm(motionOf(options));
  if (form.source === null) {
    const way = form.obstacle === 'weight decay' ? 'allowed: below 1' : 'regimes toy simulate runs it';
    throw new UsageError(`${form.reason}; ${way}`);
  }
  if (form.source === 'T8') printWeightDecay(options, form.orbit);
  else if (form.source === 'T7') printFrozen(options, form.frozen);
  else printJoint(options, form);
}

/** `regimes toy equilibrium`. */
export const toyEquilibriumCommand = (): Command =>
  withMotionOptions(
    withClosedFormOptions(new Command('equilibrium').description('Where training settles (T3, T4, T7, T8, T9, T11).')),
  )
    .option('--elr <number>', 'effective learning rate', positiveNumber)
    .action(async (options: EquilibriumOptions & SubjectOptions) => {
      const subject = await readSubject(options);
      if (subject.alpha !== undefined) printEquilibrium(options);
      else {
        const { lr, weightDecay, momentum, probability, noise, projection, shares } = options;
        const others = { lr, weightDecay, momentum, probability, noise, projection, shares };
        refuseOptions(others, 'with --function only --elr is allowed; toy simulate supports the others');
        await printUserEquilibrium(subject, options);
      }
    });
