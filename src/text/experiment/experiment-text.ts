import type { JudgedSweep, SubjectPrediction } from '../../experiments/experiment.js';
import { type Bracket, bracketCentre } from '../../regime/thresholds.js';
import type { Prediction } from '../../verify/prediction.js';
import { formatNumber, formatTable, rightAligned } from '../output.js';
import { REGIME_MARK } from '../regime-mark.js';
import { predictionTable, summary } from '../verification/prediction-table.js';

/** What an experiment shows, as text: who converges where, and the table of predictions. */

const LEGEND = Object.entries(REGIME_MARK)
  .map(([regime, mark]) => `${mark} ${regime}`)
  .join('  ');

function thresholdText(bracket: Bracket): string {
  const { below, above } = bracket;
  const centre = bracketCentre(bracket);
  if (centre === undefined) {
    if (below === null && above === null) return 'no run judged';
    return below === null ? `below ${formatNumber(above!)}` : `above ${formatNumber(below)}`;
  }
  return `${formatNumber(centre)} x/ ${formatNumber(Math.sqrt(above! / below!), 3)}`;
}

/**
 * Sweeps over one grid, a line each: the regime at every ELR, a mark each, and the threshold of convergence with the factor
 * to either end of its bracket. ELRs of the toy are in units of its threshold.
 */
export function regimeMatrix(sweeps: readonly JudgedSweep[], elrs: readonly number[]): string {
  const rows = sweeps.map(({ of, label, runs, thresholds }) => [
    of,
    label,
    ...runs.map(({ regime }) => REGIME_MARK[regime]),
    thresholdText(thresholds.convergence),
  ]);
  const columns = [
    { title: 'of' },
    { title: '' },
    ...elrs.map((elr) => rightAligned(formatNumber(elr, 3))),
    { title: 'converges up to' },
  ];
  return `${LEGEND}\n${formatTable(columns, rows)}`;
}

/** The rows of network and toy, with whom each is about, and how many of each hold. */
export function sideBySideText(rows: readonly SubjectPrediction[], width = process.stdout.columns): string {
  const of = (row: Prediction): string => rows.find((each) => each === row)?.of ?? '';
  const counts = (['network', 'toy'] as const).flatMap((subject) => {
    const own = rows.filter((row) => row.of === subject);
    return own.length === 0 ? [] : [`${subject}: ${summary(own)}`];
  });
  return `${predictionTable(rows, width, { title: 'of', of })}\n\n${counts.join('\n')}`;
}
