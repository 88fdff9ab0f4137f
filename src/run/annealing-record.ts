import { z } from 'zod';
import { KeptNumberSchema, keptRecord } from './kept-record.js';

/** What a run lost when its rate was decayed from its last weights on: kept beside them. Losses of mini-batches. */

export const ANNEALING_FILE = 'annealing.json';

/** A value with its standard error; NaN where that is not known. */
const EstimateSchema = z.strictObject({ value: KeptNumberSchema, error: KeptNumberSchema });

const LossLostSchema = z.strictObject({
  /** Mean loss in the last quarter of the run. */
  loss: EstimateSchema,
  /** How much lower that is than in the quarter before it. */
  fall: KeptNumberSchema,
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

/** Where the run stood in the valley that annealing led to: see `Valley` in readings/valley.ts. */
const ValleySchema = z.strictObject({
  distance: KeptNumberSchema,
  degree: KeptNumberSchema,
  balance: KeptNumberSchema,
});

const AnnealingSchema = z.strictObject({
  ...LossLostSchema.shape,
  /** At the last weights before annealing; not in files of before it was measured. */
  valley: ValleySchema.optional(),
  /** Steps of the run before annealing. */
  steps: z.number().int().min(1),
  /** Steps during which the rate fell linearly to `factor` of itself. */
  annealSteps: z.number().int().min(1),
  factor: z.number().min(0).lt(1),
});
export type Annealing = z.infer<typeof AnnealingSchema>;

const record = keptRecord(ANNEALING_FILE, 'an annealing', AnnealingSchema);

export const writeAnnealing = (directory: string, annealing: Annealing): void => record.write(directory, annealing);

/** What is kept with a run; undefined if nothing is. Throws one line if it cannot be read. */
export const readAnnealing = (directory: string): Annealing | undefined => record.read(directory);
