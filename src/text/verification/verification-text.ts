import type { MeasuredRun } from '../../regime/analyse.js';
import { GROUPS, type Prediction, type PredictionGroup } from '../../verify/prediction.js';
import type { Verification } from '../../verify/verify.js';
import { type FittedColumn, fitTable } from '../narrow-table.js';
import { formatNumber, rightAligned } from '../output.js';
import { counts, formatUncertainty, predictionTable, summary } from './prediction-table.js';
import { thresholdLines } from './threshold-text.js';

/** What becomes of the reason of a run where a table is too narrow for it. */
export type ReasonFit = 'wrapping' | 'cutting';

const runColumns = (reasons: ReasonFit): readonly FittedColumn[] => [
  rightAligned('ELR'),
  { title: 'regime' },
  rightAligned('loss'),
  { ...rightAligned('R'), dropOrder: 4 },
  { ...rightAligned('+-'), dropOrder: 0 },
  { ...rightAligned('accuracy'), dropOrder: 0.5 },
  { ...rightAligned('EGN'), dropOrder: 3 },
  rightAligned('ESS'),
  { title: 'why', dropOrder: 1, shrink: { by: reasons, minimum: 18 } },
];

/** The runs of a sweep, one line each, at most `width` columns wide; reasons that are wrapped go on in lines of their own. */
export function runTable(runs: readonly MeasuredRun[], width?: number, reasons: ReasonFit = 'cutting'): string {
  const rows = runs.map(({ elr, regime, loss, noiseShare, accuracy, egn, ess, evidence, status }) => [
    formatNumber(elr),
    regime,
    formatNumber(loss),
    formatNumber(noiseShare.value, 3),
    formatUncertainty(noiseShare.error),
    ...[accuracy, egn, ess].map((value) => formatNumber(value)),
    status === 'failed' ? `failed; ${evidence.reason}` : evidence.reason,
  ]);
  return fitTable(runColumns(reasons), rows, width);
}

/** Headings of the groups of predictions. */
export const GROUP_TITLES: Readonly<Record<PredictionGroup, string>> = {
  regimes: 'Regimes',
  thresholds: 'Thresholds',
  equilibrium: 'Equilibrium',
  kinematics: 'Kinematics',
};

/** The rows of every group as a table of its own, the counts of its verdicts above it. */
function groupTables(predictions: readonly Prediction[], width?: number): string[] {
  return GROUPS.flatMap((group) => {
    const rows = predictions.filter((row) => row.group === group);
    if (rows.length === 0) return [];
    return [`${GROUP_TITLES[group]}: ${counts(rows)}`, predictionTable(rows, width)];
  });
}

/** Everything that `regimes verify` says, as text: as wide as it needs in a pipe, no wider than a terminal. */
export const verificationText = (
  { runs, thresholds, predictions }: Verification,
  width: number | undefined = process.stdout.columns,
): string =>
  [runTable(runs, width), thresholdLines(thresholds), ...groupTables(predictions, width), summary(predictions)].join(
    '\n\n',
  );
