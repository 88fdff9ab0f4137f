import type { RatioOfMeans } from '../numerics/statistics/ratio.js';
import { studentQuantile } from '../numerics/statistics/student.js';
import { type Prediction, withoutVerdict } from './prediction.js';

/** Standard errors by which a ratio has to be away from 1; more of them where few seeds say how large they are. */
const CLEAR = 2;

/** The row of a statement that a ratio is below 1: holds where it clearly is, fails where it is clearly above, and is untested between. */
export function belowOnePrediction(
  { name, source }: Pick<Prediction, 'name' | 'source'>,
  { mean, error, degrees }: RatioOfMeans,
): Prediction {
  const row: Prediction = {
    ...{ name, source, predicted: 1, measured: mean, measuredError: error },
    ...{ error: Math.max(0, mean - 1), errorKind: 'relative', tolerance: 0, holds: mean < 1 },
  };
  if (Math.abs(mean - 1) > studentQuantile(CLEAR, degrees) * error) return row;
  return withoutVerdict(row, Number.isNaN(error) ? 'the error of the ratio is not known' : 'not clearly away from 1');
}
