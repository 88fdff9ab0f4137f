import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../system/atomic.js';
import { decodeNumber, encodeNumber } from '../system/json-numbers.js';

/** What a run lost when its rate was decayed from its last weights on: kept beside them. Losses of mini-batches. */

export const ANNEALING_FILE = 'annealing.json';

/** As JSON keeps it, which has no NaN and no infinity: those are text in the file. */
const NumberSchema = z.custom<number>((value) => typeof value === 'number');

/** A value with its standard error; NaN where that is not known. */
const EstimateSchema = z.strictObject({ value: NumberSchema, error: NumberSchema });

const LossLostSchema = z.strictObject({
  /** Mean loss in the last quarter of the run. */
  loss: EstimateSchema,
  /** How much lower that is than in the quarter before it. */
  fall: NumberSchema,
  /** Mean loss at the end of annealing. */
  annealed: EstimateSchema,
  /** `loss` - `annealed`. */
  lost: EstimateSchema,
  /** The noise floor ELR E|g_a|^2 / 4 of the last quarter (T14). */
  predicted: EstimateSchema,
  /** `lost` / `predicted`. */
  ratio: EstimateSchema,
});
export type LossLost = z.infer<typeof LossLostSchema>;

const AnnealingSchema = z.strictObject({
  ...LossLostSchema.shape,
  /** Steps of the run before annealing. */
  steps: z.number().int().min(1),
  /** Steps during which the rate fell linearly to `factor` of itself. */
  annealSteps: z.number().int().min(1),
  factor: z.number().min(0).lt(1),
});
export type Annealing = z.infer<typeof AnnealingSchema>;

export const writeAnnealing = (directory: string, annealing: Annealing): void =>
  writeAtomically(join(directory, ANNEALING_FILE), `${JSON.stringify(annealing, encodeNumber, 2)}\n`);

/** What is kept with a run; undefined where nothing is. Throws one line where it cannot be read. */
export function readAnnealing(directory: string): Annealing | undefined {
  const path = join(directory, ANNEALING_FILE);
  if (!existsSync(path)) return undefined;
  try {
    return AnnealingSchema.parse(JSON.parse(readFileSync(path, 'utf8'), decodeNumber));
  } catch {
    throw new Error(`${path} is not an annealing of this version of regimes`);
  }
}
