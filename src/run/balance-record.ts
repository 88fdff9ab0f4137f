import { z } from 'zod';
import { KeptNumberSchema, keptRecord } from './kept-record.js';

/** What decides whether steps lower the loss, at weights that a run has left: kept beside them. All on the unit sphere. */

export const BALANCE_FILE = 'balance.json';

/** A mean with its standard error; NaN if that is not known. */
const EstimateSchema = z.strictObject({ mean: KeptNumberSchema, error: KeptNumberSchema });

const BalancePointSchema = z.strictObject({
  /** Steps that the run had taken. */
  step: z.number().int().min(0),
  /** Means over the pairs, with their standard errors. */
  loss: EstimateSchema,
  squaredEgn: EstimateSchema,
  slope: EstimateSchema,
  curvature: EstimateSchema,
  /** g_a . H_a g_a, of a batch along its own gradient; absent in balances kept before it was measured. */
  ownCurvature: EstimateSchema.optional(),
  /** How a whole step along a's gradient changes the loss of b, at the ELR of the run; absent where that is not fixed. */
  change: EstimateSchema.optional(),
});
export type BalancePoint = z.infer<typeof BalancePointSchema>;

const BalanceSchema = z.strictObject({
  batch: z.number().int().min(1),
  pairs: z.number().int().min(2),
  seed: z.number().int().min(0),
  /** Parameters that are not scale-invariant were trained too: their steps change the loss as well. Absent: none were. */
  othersTrained: z.literal(true).optional(),
  /** By rising step. */
  points: z.array(BalancePointSchema).min(1),
  seconds: z.number(),
});
export type Balance = z.infer<typeof BalanceSchema>;

const record = keptRecord(BALANCE_FILE, 'a balance', BalanceSchema);

export const writeBalance = (directory: string, balance: Balance): void => record.write(directory, balance);

/** The balance kept with a run; undefined if there is none. Throws one line if it cannot be read. */
export const readBalance = (directory: string): Balance | undefined => record.read(directory);
