import type { MeasuredRun } from '../src/measure.js';
import { formatNumber } from '../src/text/output.js';
import { equilibrium } from '../toy/theory.js';
import { REGIME_STYLE } from './regime-style.js';
import { type Line, plainLine, type Span } from './styled.js';
import type { RunProgress, SweepView } from './sweep-view.js';
import { toyRun } from './toy-run.js';
import { firstFitting, firstLine, numberList, paragraph } from './view-options.js';

/** Lines of either side below its plot. */
export const FACTS = 6;

/** The mark of a run: that of its regime, a point where there is no run yet. */
export function stateMark(regime: MeasuredRun['regime'] | undefined, { state }: RunProgress): Span {
  const { mark, color } = REGIME_STYLE[regime ?? 'undecided'];
  return { text: state === 'waiting' ? '.' : mark, color, bold: true };
}

/** Closed form and simulation of the toy at one ELR, in lines of at most `width` >= 29 columns. */
export function toyFacts(view: SweepView, elr: number, width: number): Line[] {
  const closed = equilibrium(view.alpha, elr, view.tolerance);
  const { mark, color } = REGIME_STYLE[closed.regime];
  const run = toyRun(view, elr);
  const row = (name: string, predicted: string, simulated: string): Line =>
    plainLine(`${name.padEnd(12)}${predicted.padStart(7)}${simulated.padStart(10)}`);
  const pair = (name: string, predicted: number, simulated: number): Line =>
    plainLine(`${name.padEnd(10)}${formatNumber(predicted).padStart(9)}${formatNumber(simulated).padStart(10)}`);
  const bound = closed.regime === 'convergence' ? '>= ' : '';
  return [
    [{ text: `k ${formatNumber(closed.k)} ` }, { text: mark, color, bold: true }, { text: ` ${closed.regime}` }],
    row(`ELR ${formatNumber(elr)}`, 'closed', 'simulated'),
    pair('loss', closed.loss, run.loss.mean),
    pair('ESS', closed.ess, run.ess.mean),
    numberList(`shares  ${bound}`, closed.shares, width),
    numberList(
      '  sim.  ',
      run.groups.map(({ share }) => share),
      width,
    ),
  ];
}

/** What a run is doing, in a few words. */
export function stateText(regime: MeasuredRun['regime'] | undefined, { state, step }: RunProgress): string {
  if (state === 'waiting') return 'not started';
  if (state === 'failed') return step === 0 ? 'failed at once' : `failed, step ${step}`;
  if (state === 'running') return step === 0 ? 'starting' : `running, step ${step}`;
  return regime ?? 'undecided';
}

/** What the network's run at the cursor shows, in lines of at most `width` >= 29 columns. */
export function networkFacts({ verification, progress }: SweepView, elr: number, width: number): Line[] {
  const run = verification.runs.find((candidate) => candidate.elr === elr);
  const going = progress(elr);
  const text = stateText(run?.regime, going);
  const line = (before: string, after: string): Line => [
    { text: before },
    stateMark(run?.regime, going),
    { text: ` ${after}` },
  ];
  const of = going.state === 'running' ? ` of ${going.steps}` : '';
  const head = firstLine(
    width,
    line(`ELR ${formatNumber(elr)}: `, `${text}${of}`),
    line(`ELR ${formatNumber(elr)}: `, text),
    line(`${formatNumber(elr)}: `, text),
    line(`${formatNumber(elr)} `, text.replace('chaotic ', '')),
  );
  const failure = going.failure === null ? [] : paragraph(going.failure, width);
  return [head, ...failure.slice(0, 2), ...(run === undefined ? [] : measuredFacts(run, width))].slice(0, FACTS);
}

function measuredFacts(run: MeasuredRun, width: number): Line[] {
  const [loss, random, egn, ess] = [run.loss, run.randomLoss, run.egn, run.ess].map((value) => formatNumber(value));
  return [
    plainLine(firstFitting(width, `loss ${loss}, at random points ${random}`, `loss ${loss}, random ${random}`)),
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
