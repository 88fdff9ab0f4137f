import { type AnnealedArm, type AnnealedRate, summariseArm } from '../../experiments/anneal.js';
import { formatNumber, formatTable, rightAligned } from '../output.js';

/** What annealing shows, as text: a line for every rate, and how far off the noise floor and T4's curve are. */

const COLUMNS = [
  'loss',
  'fell',
  'R',
  'floor',
  '+-',
  'lost',
  '+-',
  'lost / floor',
  '+-',
  'p',
  'balance',
  'distance',
  'T4',
  'lost / T4',
];

const cells = ({
  loss: { loss, fall, noiseShare, predicted, lost, ratio },
  byCurve,
  valley,
}: AnnealedRate): string[] => [
  ...[loss.mean, fall, noiseShare].map((value) => formatNumber(value, 3)),
  ...[predicted, lost, ratio].flatMap(({ mean, error }) => [formatNumber(mean, 3), formatNumber(error, 2)]),
  ...[valley?.degree, valley?.balance, valley?.distance].map((value) =>
    value === undefined ? '-' : formatNumber(value, 3),
  ),
  ...[byCurve, lost.mean / byCurve].map((value) => formatNumber(value, 3)),
];

function summaryText(arm: AnnealedArm): string {
  const { rates, floor, curve } = summariseArm(arm);
  const over = rates === arm.rates.length ? `${rates}` : `the ${rates} that do not diverge`;
  return (
    `${arm.of}, ${arm.label}: mean |log ratio| ${formatNumber(floor, 3)} of the noise floor (T14), ` +
    `${formatNumber(curve, 3)} of T4's curve; rates: ${over}`
  );
}

/** The table of all arms and a line for each below it. `fell` is what the loss fell by from the quarter before the last one. */
export function annealingTable(arms: readonly AnnealedArm[]): string {
  const columns = [{ title: 'of' }, { title: 'training' }, { title: 'rate' }, ...COLUMNS.map(rightAligned)];
  const rows = arms.flatMap((arm) => arm.rates.map((rate) => [arm.of, arm.label, rate.words, ...cells(rate)]));
  return [formatTable(columns, rows), '', ...arms.map(summaryText)].join('\n');
}
