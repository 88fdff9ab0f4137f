import { z } from 'zod';
import { STATUSES } from '../archive/run-summary.js';
import { FIELD_NAMES } from '../archive/setting-differences.js';
import { REGIMES } from '../regime/regime.js';

/** A number; null where there is none, or where it is not finite. */
export const numberOrNull = z.number().nullable();

/** A value with its standard error. */
export const estimated = z.strictObject({ value: numberOrNull, error: numberOrNull });

export const regimeOrUndecided = z.enum([...REGIMES, 'undecided']);

/** A line of `regimes runs list --json`. */
export const RunListLine = z.strictObject({
  path: z.string().describe('folder of the run'),
  status: z.enum(STATUSES),
  reason: z.string().nullable().describe('why it failed, or what is damaged'),
  configuration: z
    .partialRecord(z.enum(FIELD_NAMES), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .nullable()
    .describe('settings by name; null where the manifest is damaged, like all that follows'),
  dataName: z.string().nullable(),
  steps: z.number().nullable().describe('steps taken'),
  loss: numberOrNull.describe('mean training loss of the last epoch'),
  accuracy: numberOrNull.describe('mean training accuracy of the last epoch, 0 to 1'),
  test: numberOrNull.describe('test accuracy at the end; null before the run is finished'),
  regime: regimeOrUndecided.nullable(),
  noiseShare: estimated.nullable().describe('R, the noise share of the loss (T14), over the part that is judged'),
  created: z.string().nullable().describe('when the run began, ISO 8601'),
});
