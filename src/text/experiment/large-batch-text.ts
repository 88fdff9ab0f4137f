import { type LargeBatchSweep, type NoiselessToy, sharpnessOf } from '../../experiments/large-batch.js';
import { formatNumber, formatTable, rightAligned } from '../output.js';
import { REGIME_MARK } from '../regime-mark.js';

/** Batches up to all images, as text. */

const COLUMNS = ['ELR or k', 'loss', 'R', 'ELR lambda / 2', 'T4'];

/** A line for each run of a batch size: regime, loss, R, and the sharpness of those that converged. */
function networkLines({ batch, sweep, converged }: LargeBatchSweep): string[][] {
  return sweep.measured.map(({ elr, loss, regime, noiseShare }) => {
    const curved = converged.find(({ run }) => run.elr === elr);
    const sharpness = curved === undefined ? '' : formatNumber(sharpnessOf(curved), 3);
    const numbers = [elr, loss, noiseShare.value].map((value) => formatNumber(value, 3));
    return ['network', `batch ${batch}`, REGIME_MARK[regime], ...numbers, sharpness, ''];
  });
}

/** All runs, and the toy without noise. Losses are means over the stationary part, or the second half. */
export function largeBatchTable(sweeps: readonly LargeBatchSweep[], toys: readonly NoiselessToy[]): string {
  const columns = [{ title: 'of' }, { title: '' }, { title: '' }, ...COLUMNS.map(rightAligned)];
  const ofToy = toys.map(({ k, regime, loss, closedForm, sharpness }) => {
    const mark = REGIME_MARK[regime as keyof typeof REGIME_MARK];
    const numbers = [formatNumber(k, 3), formatNumber(loss, 3), '', formatNumber(sharpness, 3)];
    return ['toy', 'no noise', mark, ...numbers, formatNumber(closedForm, 3)];
  });
  return formatTable(columns, [...sweeps.flatMap(networkLines), ...ofToy]);
}
