import type { MeasuredRun, Thresholds } from '../measure.js';
import type { Prediction } from '../prediction.js';
import type { Verification } from '../verify.js';
import { formatNumber, formatTable } from './output.js';

const formatValue = (value: number | string | null): string =>
  value === null ? '-' : typeof value === 'number' ? formatNumber(value) : value;

function formatError({ error, errorKind }: Prediction): string {
  if (error === null) return '-';
  if (errorKind === 'relative') return `${formatNumber(100 * error)}%`;
  return errorKind === 'factor' ? `x ${formatNumber(error)}` : formatNumber(error);
}

/** A verdict in a word, without colour: readable in any terminal and in a file. */
export const verdict = ({ holds }: Pick<Prediction, 'holds'>): string =>
  holds === null ? 'untested' : holds ? 'holds' : 'FAILS';

const WORDS_TOO_LONG = 24;

/** Rows whose numbers are words are printed below the table, where they have room. */
const isLong = ({ predicted, measured }: Prediction): boolean =>
  [predicted, measured].some((value) => typeof value === 'string' && value.length > WORDS_TOO_LONG);

/** The table of predictions: predicted, measured, error, verdict. */
export function predictionTable(predictions: readonly Prediction[]): string {
  const columns = [
    { title: 'prediction' },
    { title: 'from' },
    { title: 'predicted', align: 'right' as const },
    { title: 'measured', align: 'right' as const },
    { title: 'error', align: 'right' as const },
    { title: 'allowed', align: 'right' as const },
    { title: 'verdict' },
  ];
  const rows = predictions.map((prediction) => {
    const { name, source, predicted, measured, tolerance } = prediction;
    const values = isLong(prediction) ? ['see below', 'see below'] : [predicted, measured].map(formatValue);
    const allowed = isLong(prediction) ? '-' : formatError({ ...prediction, error: tolerance });
    return [name, source, ...values, formatError(prediction), allowed, verdict(prediction)];
  });
  const long = predictions
    .filter(isLong)
    .map(({ name, predicted, measured }) => `${name}\n  predicted: ${predicted}\n  measured:  ${measured}`);
  return [formatTable(columns, rows), ...long].join('\n\n');
}

/** The runs of a sweep, one line each. */
export function runTable(runs: readonly MeasuredRun[]): string {
  const right = (title: string) => ({ title, align: 'right' as const });
  const columns = [
    right('ELR'),
    { title: 'regime' },
    ...['loss', 'accuracy', 'EGN', 'ESS'].map(right),
    { title: 'why' },
  ];
  const rows = runs.map(({ elr, regime, loss, accuracy, egn, ess, evidence, status }) => [
    formatNumber(elr),
    regime,
    ...[loss, accuracy, egn, ess].map((value) => formatNumber(value)),
    status === 'failed' ? `failed; ${evidence.reason}` : evidence.reason,
  ]);
  return formatTable(columns, rows);
}

const side = (value: number | null): string => (value === null ? 'not seen' : formatNumber(value));

/** The measured thresholds as two lines. */
export function thresholdLines({ convergence, divergence }: Thresholds): string {
  return [
    `convergence up to ELR ${side(convergence.below)}, no longer at ${side(convergence.above)}`,
    `divergence not yet at ELR ${side(divergence.below)}, from ${side(divergence.above)}`,
  ].join('\n');
}

/** Everything that `regimes verify` says, as text. */
export function verificationText({ runs, thresholds, predictions }: Verification): string {
  const held = predictions.filter(({ holds }) => holds === true).length;
  const failed = predictions.filter(({ holds }) => holds === false).length;
  const untested = predictions.length - held - failed;
  return [
    runTable(runs),
    thresholdLines(thresholds),
    predictionTable(predictions),
    `${held} predictions hold, ${failed} fail, ${untested} untested.`,
  ].join('\n\n');
}
