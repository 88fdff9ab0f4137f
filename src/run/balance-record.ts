import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from './atomic.js';

/** What decides whether steps lower the loss, at weights that a run has left: kept beside them. All on the unit sphere. */

export const BALANCE_FILE = 'balance.json';

/** Of a pair of independent batches a, b: losses and gradients are those of single batches. */
export interface BalancePair {
  readonly loss: number;
  /** |g_b|^2. */
  readonly squaredEgn: number;
  /** g_a . g_b: its mean is the squared EGN of the mean gradient. */
  readonly slope: number;
  /** g_a . H_b g_a: its mean is what the mean loss bends by along a batch's gradient. */
  readonly curvature: number;
}

const EstimateSchema = z.strictObject({ mean: z.number(), error: z.number() });

const BalancePointSchema = z.strictObject({
  /** Steps that the run had taken. */
  step: z.number().int().min(0),
  /** Means over the pairs, with their standard errors. */
  loss: EstimateSchema,
  squaredEgn: EstimateSchema,
  slope: EstimateSchema,
  curvature: EstimateSchema,
});
export type BalancePoint = z.infer<typeof BalancePointSchema>;

const BalanceSchema = z.strictObject({
  batch: z.number().int().min(1),
  pairs: z.number().int().min(2),
  seed: z.number().int().min(0),
  /** By rising step. */
  points: z.array(BalancePointSchema).min(1),
  seconds: z.number(),
});
export type Balance = z.infer<typeof BalanceSchema>;

export const writeBalance = (directory: string, balance: Balance): void =>
  writeAtomically(join(directory, BALANCE_FILE), `${JSON.stringify(balance, null, 2)}\n`);

/** The balance kept with a run; undefined where there is none. Throws one line where it cannot be read. */
export function readBalance(directory: string): Balance | undefined {
  const path = join(directory, BALANCE_FILE);
  if (!existsSync(path)) return undefined;
  try {
    return BalanceSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new Error(`${path} is not a balance of this version of regimes`);
  }
}
