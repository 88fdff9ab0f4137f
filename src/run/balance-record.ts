import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../system/atomic.js';
import { decodeNumber, encodeNumber } from '../system/json-numbers.js';

/** What decides whether steps lower the loss, at weights that a run has left: kept beside them. All on the unit sphere. */

export const BALANCE_FILE = 'balance.json';

/** As JSON keeps it, which has no NaN and no infinity: those are text in the file. */
const NumberSchema = z.custom<number>((value) => typeof value === 'number');

/** A mean with its standard error; NaN if that is not known. */
const EstimateSchema = z.strictObject({ mean: NumberSchema, error: NumberSchema });

const BalancePointSchema = z.strictObject({
  /** Steps that the run had taken. */
  step: z.number().int().min(0),
  /** Means over the pairs, with their standard errors. */
  loss: EstimateSchema,
  squaredEgn: EstimateSchema,
  slope: EstimateSchema,
  curvature: EstimateSchema,
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

export const writeBalance = (directory: string, balance: Balance): void =>
  writeAtomically(join(directory, BALANCE_FILE), `${JSON.stringify(balance, encodeNumber, 2)}\n`);

/** The balance kept with a run; undefined if there is none. Throws one line if it cannot be read. */
export function readBalance(directory: string): Balance | undefined {
  const path = join(directory, BALANCE_FILE);
  if (!existsSync(path)) return undefined;
  try {
    return BalanceSchema.parse(JSON.parse(readFileSync(path, 'utf8'), decodeNumber));
  } catch {
    throw new Error(`${path} is not a balance of this version of regimes`);
  }
}
