import type { ReadEquilibrium, ToyReading } from '../../readings/toy-reading.js';
import type { MeasuredRun } from '../../regime/analyse.js';
import { formatNumber, formatTable } from '../output.js';
import { estimateText } from './reading-text.js';

/** What each reading says of one ELR, and what the run there shows. */
export interface ElrReadings {
  readonly elr: number;
  /** The run at that ELR; absent where there is none. */
  readonly run?: MeasuredRun;
  readonly read: readonly { readonly reading: ToyReading; readonly equilibrium: ReadEquilibrium }[];
}

const COLUMNS = ['', 'regime', 'loss', 'ESS', 'shares'].map((title, i) => ({
  title,
  align: i === 2 || i === 3 ? ('right' as const) : ('left' as const),
}));

const MOST_SHARES = 8;

function sharesText(shares: readonly number[]): string {
  const shown = shares.slice(0, MOST_SHARES).map((share) => share.toFixed(3));
  return [...shown, ...(shares.length > MOST_SHARES ? [`and ${shares.length - MOST_SHARES} more`] : [])].join(' ');
}

function measuredRow({ regime, loss, effectiveStep, shares, errors }: MeasuredRun): string[] {
  const known = (mean: number, error: number | undefined): string => estimateText({ mean, error: error ?? Number.NaN });
  return [
    'measured',
    regime,
    known(loss, errors?.loss),
    known(effectiveStep, errors?.effectiveStep),
    sharesText(shares),
  ];
}

/** In convergence the loss tends to zero, and shares are bounded from below alone (T3). */
function readRow(name: string, { regime, loss, ess, shares }: ReadEquilibrium): string[] {
  const bound = regime === 'convergence' ? '>= ' : '';
  return [name, regime, estimateText(loss), estimateText(ess), `${bound}${sharesText(shares)}`];
}

/** One ELR: a line for what is measured, a line for each reading. */
export function elrReadingsText({ elr, run, read }: ElrReadings): string {
  const rows = [
    ...(run === undefined ? [] : [measuredRow(run)]),
    ...read.map(({ reading, equilibrium }) => readRow(reading.name, equilibrium)),
  ];
  return `ELR ${formatNumber(elr)}\n${formatTable(COLUMNS, rows)}`;
}
