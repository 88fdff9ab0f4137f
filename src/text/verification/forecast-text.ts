import type { ForecastRecord } from '../../forecast/forecast-file.js';
import type { ProbedNoise } from '../../forecast/noise-readings.js';
import type { ThresholdForecast } from '../../forecast/simplest-forecast.js';
import { bracketCentre } from '../../regime/thresholds.js';
import { type Column, formatNumber, formatTable, rightAligned } from '../output.js';
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

/** What the headline rests on: the first of the forecasts, in files of before the equilibrium curve. */
function convergenceLine({ convergence, divergence, forecasts }: ForecastRecord): string {
  const basis = forecasts?.[0]?.name ?? 'from the equilibrium curve';
  if (convergence !== null) return `convergence  up to ELR ${estimateText(convergence, 3)}, ${basis}`;
  return bracketCentre(divergence) === undefined
    ? 'convergence  not looked for without an ELR from which training diverges'
    : 'convergence  no threshold: the loss does not rise with the ELR as A - B/elr';
}

/** A line for each way of telling the convergence threshold, the headline first. */
const forecastTable = (forecasts: readonly ThresholdForecast[]): string =>
  formatTable(
    [{ title: 'convergence ends where' }, { title: '' }, rightAligned('ELR'), { title: '' }],
    forecasts.map(({ name, source, threshold, note = '' }) => [
      name,
      source,
      threshold === null ? 'none' : estimateText(threshold, 3),
      note,
    ]),
  );

/** R of the short runs, and how fast their loss and E|g|^2 fall, against the ELR. */
function noiseTable({ shares }: ProbedNoise): string {
  const columns: Column[] = ['ELR', 'R', '-dlogL/dlogt', '-dlog(g^2)/dlogt'].map(rightAligned);
  const rows = shares.map(({ elr, share, decay, gradientDecay }) => [
    formatNumber(elr, 3),
    ...[share, decay, gradientDecay].map((estimate) => estimateText(estimate, 2)),
  ]);
  return formatTable(columns, rows);
}

/** A forecast as text: both thresholds, every way of telling them, the noise of the probe, what it cost, and the sweep to run. */
export function forecastText(forecast: ForecastRecord): string {
  const { convergence, forecasts = [], noise = null, readings, elrs, steps, cost } = forecast;
  const guess = convergence === null ? ', the convergence threshold guessed from divergence' : '';
  const sweep = elrs.length === 0 ? [] : [`worth running${guess}: --elr ${elrs.join(',')}`];
  return [
    `For runs of ${steps} steps:`,
    convergenceLine(forecast),
    divergenceLine(forecast),
    '',
    ...(forecasts.length > 0 ? [forecastTable(forecasts), ''] : []),
    ...(noise === null ? [] : ['Short runs:', noiseTable(noise), '']),
    ...(readings.length > 0 ? ['The network read as a toy, for comparison:', readingTable(readings), ''] : []),
    `cost: ${cost.steps} steps, ${formatNumber(100 * cost.ofTenRuns, 2)}% of ten such runs`,
    ...sweep,
  ].join('\n');
}
