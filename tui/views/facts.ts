import type { MeasuredRun } from '../../src/regime/analyse.js';
import { formatNumber } from '../../src/text/output.js';
import { type ClosedForm, closedForm } from '../data/closed-form.js';
import type { RunSnapshot } from '../data/sweep.js';
import type { ToyRun } from '../data/toy.js';
import { levelsAt } from '../figure/closed-form.js';
import { REGIME_STYLE } from '../line/regime-style.js';
import { type Line, plainLine, type Span } from '../line/styled.js';
import { firstFitting, firstLine, numberList, paragraph } from '../line/view-options.js';
import type { Scene } from './scene.js';

/** Lines of either side below its plot. */
export const FACTS = 7;

/** The mark of a run: that of its regime, a point where there is no run yet. */
export function stateMark({ measured, state }: Pick<RunSnapshot, 'measured' | 'state'>): Span {
  if (state === 'waiting') return { text: '.', color: REGIME_STYLE.undecided.color, bold: true };
  if (state === 'damaged') return { text: '!', color: 'red', bold: true };
  const { mark, color } = REGIME_STYLE[measured?.regime ?? 'undecided'];
  return { text: mark, color, bold: true };
}

/** What a run is doing, in a few words. */
export function stateText({ measured, state, step }: Pick<RunSnapshot, 'measured' | 'state' | 'step'>): string {
  if (state === 'waiting') return 'not started';
  if (state === 'damaged') return 'damaged';
  if (state === 'failed') return step === 0 ? 'failed at once' : `failed, step ${step}`;
  if (state === 'interrupted') return step === 0 ? 'interrupted' : `stopped, step ${step}`;
  if (state === 'running') return step === 0 ? 'starting' : `running, step ${step}`;
  return measured?.regime ?? 'undecided';
}

const twoDigits = (value: number | undefined): string => (value === undefined ? '...' : formatNumber(value));

/** Whether a simulation is of this ELR: one that is on its way is not shown for another. */
const isAt = (run: ToyRun | undefined, elr: number): run is ToyRun =>
  run !== undefined && Math.abs(run.elr / elr - 1) < 1e-9;

function headOf(closed: ClosedForm | undefined, width: number): Line {
  if (closed === undefined) return plainLine(firstFitting(width, 'rate x weight decay is 1 or more', 'no training'));
  const k = `k ${formatNumber(closed.k)} `;
  if (closed.regime === null)
    return plainLine(firstFitting(width, `${k}in full space, closed form ${closed.source}`, `${k}full space`));
  const { mark, color } = REGIME_STYLE[closed.regime];
  return [{ text: k }, { text: mark, color, bold: true }, { text: ` ${closed.regime}` }];
}

/** Closed form and simulation of the toy at the cursor, in lines of at most `width` >= 29 columns. */
export function toyFacts({ state, data, tolerance, toyElr }: Scene, width: number): Line[] {
  if (toyElr === undefined) return [];
  const closed = closedForm(state.toy, toyElr, tolerance);
  const simulated = isAt(data.toy?.run, toyElr) ? data.toy.run : undefined;
  const row = (name: string, predicted: string, measured: string): Line =>
    plainLine(`${name.padEnd(12)}${predicted.padStart(7)}${measured.padStart(10)}`);
  const pair = (name: string, predicted: number | undefined, measured: number | undefined): Line =>
    plainLine(
      `${name.padEnd(10)}${(predicted === undefined ? '-' : formatNumber(predicted)).padStart(9)}${twoDigits(measured).padStart(10)}`,
    );
  const rate = state.toy.weightDecay > 0 ? 'rate' : 'ELR';
  const shares = simulated?.shares;
  return [
    headOf(closed, width),
    row(`${rate} ${formatNumber(toyElr)}`, 'closed', 'simulated'),
    pair('loss', closed?.loss, simulated?.loss),
    pair('EGN', closed?.egn, simulated?.egn),
    pair('ESS', closed?.ess, simulated?.ess),
    closed === undefined ? plainLine('') : numberList(`shares  ${closed.isBound ? '>= ' : ''}`, closed.shares, width),
    collapseLine(simulated, width) ??
      (shares === undefined ? plainLine('  sim.  ...') : numberList('  sim.  ', shares, width)),
  ];
}

const collapseLine = (run: ToyRun | undefined, width: number): Line | undefined =>
  run?.collapsed == null ? undefined : plainLine(firstFitting(width, `! ${run.collapsed}`, '! collapsed'));

/** What the network's run at the cursor shows, in lines of at most `width` >= 29 columns. */
export function networkFacts({ run, elr, elrs, threshold }: Scene, width: number): Line[] {
  if (elr === undefined) return [];
  if (run === undefined) return betweenRuns(elr, elrs, width);
  const text = stateText(run);
  const line = (before: string, after: string): Line => [{ text: before }, stateMark(run), { text: ` ${after}` }];
  const of = run.state === 'running' ? ` of ${run.steps}` : '';
  const head = firstLine(
    width,
    line(`ELR ${formatNumber(elr)}: `, `${text}${of}`),
    line(`ELR ${formatNumber(elr)}: `, text),
    line(`${formatNumber(elr)}: `, text),
    line(`${formatNumber(elr)} `, text.replace('chaotic ', '')),
  );
  const problem = run.problem === null ? [] : paragraph(run.problem, width);
  const measured = run.measured === null ? [] : measuredFacts(run.measured, threshold, width);
  return [head, ...problem.slice(0, 2), ...measured].slice(0, FACTS);
}

/** The cursor has been put where no run is. */
function betweenRuns(elr: number, elrs: readonly number[], width: number): Line[] {
  const nearest = elrs.reduce((a, b) => (Math.abs(Math.log(b / elr)) < Math.abs(Math.log(a / elr)) ? b : a), elrs[0]!);
  return [
    plainLine(firstFitting(width, `ELR ${formatNumber(elr)}: no run there`, `${formatNumber(elr)}: no run`)),
    ...(nearest === undefined
      ? []
      : [plainLine(firstFitting(width, `the nearest is at ${formatNumber(nearest)}: ← or →`))]),
  ];
}

/** What the closed form says at the same k, in the units of the network. */
function predictedFacts(run: MeasuredRun, threshold: number | undefined, width: number): Line {
  if (threshold === undefined)
    return plainLine(firstFitting(width, 'no closed form yet: no threshold seen', 'no closed form yet'));
  const levels = levelsAt({ threshold, randomLoss: run.randomLoss }, run.elr);
  const [loss, egn, ess] = [levels.loss, levels.egn, levels.ess].map((value) => formatNumber(value, 3));
  return plainLine(
    firstFitting(
      width,
      `closed form: loss ${loss}  EGN ${egn}  ESS ${ess}`,
      `closed: loss ${loss} EGN ${egn} ESS ${ess}`,
      `closed: loss ${loss}, ESS ${ess}`,
      `closed: loss ${loss}`,
    ),
  );
}

function measuredFacts(run: MeasuredRun, threshold: number | undefined, width: number): Line[] {
  const [loss, random, egn, ess] = [run.loss, run.randomLoss, run.egn, run.ess].map((value) => formatNumber(value));
  const error = run.errors === null ? Number.NaN : run.errors.loss;
  const uncertainty = Number.isFinite(error) ? ` +-${formatNumber(error, 2)}` : '';
  return [
    plainLine(
      firstFitting(
        width,
        `loss ${loss}${uncertainty}, at random points ${random}`,
        `loss ${loss}${uncertainty}, random ${random}`,
        `loss ${loss}, random ${random}`,
      ),
    ),
    predictedFacts(run, threshold, width),
    plainLine(
      firstFitting(
        width,
        `EGN ${egn}  ESS ${ess}  accuracy ${formatNumber(run.accuracy, 3)}`,
        `EGN ${egn}  ESS ${ess}  acc. ${formatNumber(run.accuracy, 2)}`,
        `EGN ${egn}  ESS ${ess}`,
      ),
    ),
    stepList(run.groupEffectiveSteps, width),
    numberList('shares  ', run.shares, width),
    numberList('g_i/sum ', run.equilibriumShares, width),
  ];
}

/** Step sizes span decades, so they have no fixed number of digits. */
function stepList(values: readonly number[], width: number): Line {
  const texts = values.map((value) => formatNumber(value, 2));
  for (let count = texts.length; count > 0; count--) {
    const rest = count < texts.length ? ` +${texts.length - count}` : '';
    const text = `ess_i   ${texts.slice(0, count).join(' ')}${rest}`;
    if (text.length <= width) return plainLine(text);
  }
  return plainLine('');
}
