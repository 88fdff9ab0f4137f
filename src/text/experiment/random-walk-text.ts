import type { WalkAtElr } from '../../experiments/random-walk.js';
import { formatNumber, formatTable, rightAligned } from '../output.js';
import { REGIME_MARK } from '../regime-mark.js';

/** Cosines at every lag: a line for each ELR, what was measured and in brackets that of a random walk. */
export function walkTable(runs: readonly WalkAtElr[]): string {
  const lags = [...new Set(runs.flatMap(({ cosines }) => cosines.map(({ lag }) => lag)))].sort((a, b) => a - b);
  const rows = runs.map(({ elr, regime, cosines }) => [
    formatNumber(elr, 3),
    REGIME_MARK[regime],
    ...lags.map((lag) => {
      const found = cosines.find((each) => each.lag === lag);
      return found === undefined ? '' : `${found.measured.mean.toFixed(2)} (${found.walk.toFixed(2)})`;
    }),
  ]);
  const columns = [rightAligned('ELR'), { title: '' }, ...lags.map((lag) => rightAligned(`${lag} steps`))];
  return formatTable(columns, rows);
}
