import type { ForecastRecord } from '../forecast/forecast-file.js';
import { bracketCentre } from '../regime/analyse.js';
import { formatNumber } from './output.js';
import { estimateText, readingTable } from './reading-text.js';

function divergenceLine({ divergence }: ForecastRecord): string {
  const { below, above } = divergence;
  const centre = bracketCentre(divergence);
  if (centre !== undefined) {
    const factor = formatNumber(Math.sqrt(above! / below!), 3);
    return `divergence   from ELR ${formatNumber(centre, 3)} x/ ${factor}, as short runs show`;
  }
  return below === null
    ? `divergence   below ELR ${formatNumber(above!)}: no run keeps a loss below that of random points`
    : `divergence   not up to ELR ${formatNumber(below)}`;
}

function convergenceLine({ convergence, divergence }: ForecastRecord): string {
  if (convergence !== null) return `convergence  up to ELR ${estimateText(convergence, 3)}, from the equilibrium curve`;
  return bracketCentre(divergence) === undefined
    ? 'convergence  not looked for without an ELR from which training diverges'
    : 'convergence  no threshold: the loss does not rise with the ELR as A - B/elr';
}

/** A forecast as text: both thresholds, the ways of reading the network, what it cost, and the sweep to run. */
export function forecastText(forecast: ForecastRecord): string {
  const { convergence, readings, elrs, steps, cost } = forecast;
  const guess = convergence === null ? ', the convergence threshold guessed from divergence' : '';
  const sweep = elrs.length === 0 ? [] : [`worth running${guess}: --elr ${elrs.join(',')}`];
  return [
    `For runs of ${steps} steps:`,
    convergenceLine(forecast),
    divergenceLine(forecast),
    '',
    ...(readings.length > 0 ? [readingTable(readings), ''] : []),
    `cost: ${cost.steps} steps, ${formatNumber(100 * cost.ofTenRuns, 2)}% of ten such runs`,
    ...sweep,
  ].join('\n');
}
