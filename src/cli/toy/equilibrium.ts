import { Command } from 'commander';
import { type ToyClosedForm, toyClosedForm } from '../../../toy/theory/closed-form.js';
import type { FrozenEquilibrium } from '../../../toy/theory/frozen-shares.js';
import { type NoiseShareForm, noiseShareForm } from '../../../toy/theory/noise-share-form.js';
import { regimeWords } from '../../../toy/theory/noisy-convergence.js';
import { type WeightDecayEquilibrium, weightDecayOscillation } from '../../../toy/theory/weight-decay.js';
import type { Equilibrium } from '../../regime/theory.js';
import { UsageError } from '../../system/usage-error.js';
import { positiveNumber } from '../../text/grammar/value-grammar.js';
import { formatNumber, formatTable, printJson, printLine } from '../../text/output.js';
import { type MotionOptions, motionOf, withMotionOptions } from './motion-options.js';
import { refuseOptions } from './refuse-options.js';
import { readSubject, type SubjectOptions, withClosedFormOptions } from './subject-options.js';
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

/** R in closed form; a dash where there is none. */
const shareRow = (share: NoiseShareForm | undefined): Row => [
  'noise share R',
  share === undefined ? '-' : `${formatNumber(share.value)}, ${share.condition}`,
];

/** The same as fields of `--json`. */
const shareFields = (share: NoiseShareForm | undefined) => ({
  noiseShare: share === undefined ? null : { value: share.value, condition: share.condition },
});

/** T8, T9: ordinary training with weight decay. */
function printWeightDecay(options: EquilibriumOptions, state: WeightDecayEquilibrium): void {
  const { lr, weightDecay, json } = options;
  const share = noiseShareForm(motionOf(options));
  const oscillation = weightDecayOscillation(lr!, weightDecay!);
  print(json, { ...state, oscillation, ...shareFields(share) }, [
    ['k', formatNumber(state.k)],
    ['ELR', formatNumber(state.elr)],
    ['squared norm', formatNumber(state.squaredNorm)],
    ...stateRows(state),
    ...shareRows(state.shares),
    shareRow(share),
    ['period, steps', formatNumber(oscillation.period)],
  ]);
}

/** T7: each group on a sphere of its own. */
function printFrozen(options: EquilibriumOptions, state: FrozenEquilibrium): void {
  const { shares, json } = options;
  const share = noiseShareForm(motionOf(options));
  const groups = state.groups.flatMap(({ k, regime, loss }, i): Row[] => [
    [`group ${i + 1}`, `${regime}, k ${formatNumber(k)}, loss ${formatNumber(loss)}`],
  ]);
  print(json, { ...state, shares, ...shareFields(share) }, [...stateRows(state), shareRow(share), ...groups]);
}

/** T3, T4, and T11 where there is noise below the threshold: its loss is the floor. */
function printJoint(options: EquilibriumOptions, form: ToyClosedForm): void {
  const { noise, json } = options;
  const motion = motionOf(options);
  const share = noiseShareForm(motion);
  const { k, regime, loss, egn, ess, shares, sharesAreBounds } = form;
  const hasFloor = noise !== undefined && regime === 'convergence';
  const fields = { k, regime, loss, egn, ess, shares, ...shareFields(share) };
  print(json, { ...fields, ...(hasFloor && { noiseFloor: loss }) }, [
    ['k', formatNumber(k)],
    ['regime', regimeWords(regime, motion) ?? '-'],
    ...stateRows(form),
    shareRow(share),
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
