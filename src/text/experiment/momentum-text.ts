import { impliedSignal, type MomentumRate, summariseMomentum } from '../../experiments/momentum.js';
import { formatNumber, formatTable, rightAligned } from '../output.js';

/** Momentum and the noise floor, as text. */

const COLUMNS = [
  ...['loss', 'fell', 'R', 'lost', '+-'],
  ...['exact floor', 'lost / floor', '+-', 'by 1/(1-beta)', 'lost / floor', '+-', 'signal'],
];

function cells(rate: MomentumRate): string[] {
  const { exact, naive } = rate;
  const short = (values: readonly number[]): string[] => values.map((value) => formatNumber(value, 3));
  const ratio = ({ predicted, ratio: of }: MomentumRate['exact']): string[] => [
    ...short([predicted.mean, of.mean]),
    formatNumber(of.error, 2),
  ];
  return [
    ...short([exact.loss.mean, exact.fall, exact.noiseShare, exact.lost.mean]),
    formatNumber(exact.lost.error, 2),
    ...ratio(exact),
    ...ratio(naive),
    rate.momentum === 0 ? '' : formatNumber(impliedSignal(rate), 3),
  ];
}

/** The table of all rates, and below it how far off both floors are with momentum. */
export function momentumTable(rates: readonly MomentumRate[]): string {
  const columns = [{ title: 'of' }, { title: 'training' }, { title: 'rate' }, ...COLUMNS.map(rightAligned)];
  const rows = rates.map((rate) => [rate.of, rate.label, rate.words, ...cells(rate)]);
  const lines = (['network', 'toy'] as const).flatMap((of) => {
    const { exact, naive } = summariseMomentum(rates.filter((rate) => rate.of === of));
    if (Number.isNaN(exact)) return [];
    const [first, second] = [formatNumber(exact, 3), formatNumber(naive, 3)];
    return [
      `${of}, with momentum: mean |log ratio| ${first} of the exact floor (T14), ${second} of 1 / (1 - beta) alone`,
    ];
  });
  return [formatTable(columns, rows), '', ...lines].join('\n');
}
