import { type Cadence, inSteps } from '../../src/run/epoch.js';
import { UsageError } from '../../src/system/usage-error.js';

/** The steps of a cadence. Throws a UsageError where a program without types gives something else, such as a bare number. */
export function cadenceSteps(name: string, cadence: Cadence, stepsPerEpoch: number): number {
  const { count, unit } = cadence;
  if (Number.isSafeInteger(count) && count >= 1 && (unit === 'steps' || unit === 'epochs'))
    return inSteps(cadence, stepsPerEpoch);
  throw new UsageError(
    `${name} ${JSON.stringify(cadence)} is not a number of steps or epochs; allowed: like { count: 100, unit: 'steps' }`,
  );
}
