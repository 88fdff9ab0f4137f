import { formatNumber } from '../../src/text/output.js';
import type { NoClosedForm, ToyClosedForm, ToyMotion } from '../../toy/theory/closed-form.js';
import { regimeWords } from '../../toy/theory/noisy-convergence.js';
import type { ToyRun } from '../data/toy-messages.js';
import { closedFormAt, motionAt, noiseShareAt } from '../data/toy-motion.js';
import { REGIME_STYLE } from '../line/regime-style.js';
import { type Line, plainLine } from '../line/styled.js';
import { firstFitting, firstLine, numberList } from '../line/view-options.js';
import type { Scene } from './scene.js';

const twoDigits = (value: number | undefined): string => (value === undefined ? '...' : formatNumber(value));

const knownOr = (value = Number.NaN): string => (Number.isNaN(value) ? '-' : formatNumber(value));

/** Whether a simulation is of this ELR: one that is on its way is not shown for another. */
const isAt = (run: ToyRun | undefined, elr: number): run is ToyRun =>
  run !== undefined && Math.abs(run.elr / elr - 1) < 1e-9;

function headOf(closed: ToyClosedForm | NoClosedForm, motion: ToyMotion, width: number): Line {
  if (closed.source === null)
    return plainLine(firstFitting(width, closed.reason, `no closed form: ${closed.obstacle}`));
  const k = `k ${formatNumber(closed.k)} `;
  if (closed.regime === null)
    return plainLine(firstFitting(width, `${k}in full space, closed form ${closed.source}`, `${k}full space`));
  const { mark, color } = REGIME_STYLE[closed.regime];
  const words = regimeWords(closed.regime, motion);
  const line = (text: string): Line => [{ text: k }, { text: mark, color, bold: true }, { text: ` ${text}` }];
  return firstLine(width, line(words), line(words.replace('convergence onto a ', '')));
}

/** Closed form and simulation of the toy at the cursor, in lines of at most `width` >= 29 columns. */
export function toyFacts({ state, data, tolerance, toyElr }: Scene, width: number): Line[] {
  if (toyElr === undefined) return [];
  const form = closedFormAt(state.toy, toyElr, tolerance);
  const closed = form.source === null ? undefined : form;
  const simulated = isAt(data.toy?.run, toyElr) ? data.toy.run : undefined;
  const row = (name: string, predicted: string, measured: string): Line =>
    plainLine(`${name.padEnd(12)}${predicted.padStart(7)}${measured.padStart(10)}`);
  const pair = (name: string, predicted: number | undefined, measured: number | undefined): Line =>
    plainLine(`${name.padEnd(10)}${knownOr(predicted).padStart(9)}${twoDigits(measured).padStart(10)}`);
  const rate = state.toy.weightDecay > 0 ? 'rate' : 'ELR';
  const shares = simulated?.shares;
  return [
    headOf(form, motionAt(state.toy, toyElr), width),
    row(`${rate} ${formatNumber(toyElr)}`, 'closed', 'last half'),
    pair('loss', closed?.loss, simulated?.loss),
    pair('EGN', closed?.egn, simulated?.egn),
    pair('ESS', closed?.ess, simulated?.ess),
    pair('R', noiseShareAt(state.toy, toyElr, simulated?.shares)?.value, simulated?.noiseShare),
    closed === undefined
      ? plainLine('')
      : numberList(`shares  ${closed.sharesAreBounds ? '>= ' : ''}`, closed.shares, width),
    collapseLine(simulated, width) ??
      (shares === undefined ? plainLine('  sim.  ...') : numberList('  sim.  ', shares, width)),
  ];
}

const collapseLine = (run: ToyRun | undefined, width: number): Line | undefined =>
  run?.collapsed == null ? undefined : plainLine(firstFitting(width, `! ${run.collapsed}`, '! collapsed'));
