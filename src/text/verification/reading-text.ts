import type { Estimate } from '../../numerics/statistics/estimate.js';
import { alphaOf, type ToyReading } from '../../readings/toy-reading.js';
import { formatNumber, formatTable, rightAligned } from '../output.js';

/** A number with its standard error where that is known. */
export const estimateText = ({ mean, error }: Estimate, digits = 4): string =>
  Number.isFinite(error) ? `${formatNumber(mean, digits)} +- ${formatNumber(error, 2)}` : formatNumber(mean, digits);

const MOST_GROUPS = 8;

/** alpha_i as a list; of many groups the first ones. */
function alphaText(reading: ToyReading): string {
  const alpha = alphaOf(reading);
  const shown = alpha.slice(0, MOST_GROUPS).map((value) => formatNumber(value, 3));
  return [...shown, ...(alpha.length > MOST_GROUPS ? [`and ${alpha.length - MOST_GROUPS} more`] : [])].join(' ');
}

/** The ways of reading a network as a toy, a line each: the threshold that follows, sum alpha and alpha_i. */
export function readingTable(readings: readonly ToyReading[]): string {
  const rows = readings.map((reading) => [
    reading.name,
    reading.source,
    estimateText(reading.threshold),
    formatNumber(1 / reading.threshold.mean),
    alphaText(reading),
    reading.note ?? '',
  ]);
  return formatTable(
    [
      { title: 'read from' },
      { title: '' },
      rightAligned('threshold'),
      rightAligned('sum alpha'),
      { title: 'alpha_i' },
      { title: '' },
    ],
    rows,
  );
}
