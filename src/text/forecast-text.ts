import type { ForecastRecord } from '../forecast/forecast-file.js';
import { bracketCentre } from '../measure.js';
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

/** A forecast as text: both thresholds, the ways of reading the network, what it cost, and the sweep to run. */
export function forecastText(forecast: ForecastRecord): string {
  const { convergence, readings, elrs, steps, cost } = forecast;
  const first =
    convergence === null
      ? 'convergence  no threshold: the loss does not rise with the ELR as A - B/elr'
      : `convergence  up to ELR ${estimateText(convergence, 3)}, from the equilibrium curve`;
  const sweep = elrs.length === 0 ? [] : [`worth running: --elr ${elrs.join(',')}`];
  return [
    `For runs of ${steps} steps:`,
    first,
    divergenceLine(forecast),
    '',
    ...(readings.length > 0 ? [readingTable(readings), ''] : []),
    `cost: ${cost.steps} steps, ${formatNumber(100 * cost.ofTenRuns, 2)}% of ten such runs, ${formatNumber(cost.seconds, 3)} s`,
    ...sweep,
  ].join('\n');
}
