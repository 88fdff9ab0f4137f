import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { encodeNumber } from '../system/json-numbers.js';
import { eachWholeLine } from '../system/line-file.js';
import { DamagedRun } from './damaged-run.js';

/** What a run measures of its weights now and then, besides what every step records: a line a measurement. */

export const MEASUREMENTS_FILE = 'measurements.jsonl';

/** JSON has no NaN or infinity; they are kept as text. No z.enum: declarations would name its keys NaN and Infinity, which is no TypeScript. */
const number = z.union([z.number(), z.literal(['NaN', 'Infinity', '-Infinity']).transform(Number)]);

const QualitySchema = z.strictObject({ loss: number, accuracy: number });
/**
 * Mean loss and accuracy over a set of images.
 *
 * @interface
 */
export type Quality = z.infer<typeof QualitySchema>;

/** The same with the statistics of each batch (PyTorch's train mode) and with running statistics (its eval mode). */
const ModesSchema = z.strictObject({ training: QualitySchema, evaluation: QualitySchema });

const ComparisonSchema = z.strictObject({ cosine: number, distance: number });
/** Two points of the space of all scale-invariant parameters. */
export type Comparison = z.infer<typeof ComparisonSchema>;

export const MeasurementSchema = z.strictObject({
  /** Steps taken; 0: the start. */
  step: z.number().int().min(0),
  /** Passes over the training images; a fraction inside an epoch. */
  epoch: z.number().min(0),
  train: ModesSchema,
  test: ModesSchema,
  /** Of the scale-invariant parameters at these fixed weights, over the batches of one pass in the order of the images. */
  gradient: z.strictObject({
    /** Mean norm of a batch's gradient times the joint norm: the mean stochastic EGN. */
    egn: number,
    /** Norm of the mean of these gradients times the joint norm. */
    meanGradientEgn: number,
    /** The same of the mean of batches, in which a smaller last batch counts as much as the others; absent in older files. */
    meanOfBatchesEgn: number.optional(),
    /** Norm of the standard deviations over batches of the gradient's components times the joint norm; NaN of one batch. */
    deviationEgn: number.optional(),
    /** Mean norm of a batch's gradient in each group times the group's norm. */
    groups: z.array(z.strictObject({ name: z.string(), egn: number })),
  }),
  /** Joint norm of the scale-invariant parameters. */
  norm: number,
  /** Norm of every parameter, running statistics excepted, under its name. */
  norms: z.record(z.string(), number),
  /** Against the start of the run. */
  start: ComparisonSchema,
  /** Against the end of the last epoch before this step; null at the start. */
  previousEpoch: ComparisonSchema.nullable(),
  /** The average of the weights at the ends of epochs so far, with statistics estimated anew; null if there is none. */
  average: z.strictObject({ epochs: z.number().int().min(1), train: QualitySchema, test: QualitySchema }).nullable(),
});
/**
 * What was measured at fixed weights between two steps of a run.
 *
 * @interface
 */
export type Measurement = z.infer<typeof MeasurementSchema>;

export const encodeMeasurement = (measurement: Measurement): string => JSON.stringify(measurement, encodeNumber);

/**
 * All measurements of a run so far, or in the first `bytes` of the file; a last line still being written is left out. Throws one
 * line if one is damaged or out of order.
 */
export function readMeasurements(directory: string, bytes = Number.POSITIVE_INFINITY): Measurement[] {
  const path = join(directory, MEASUREMENTS_FILE);
  const measurements: Measurement[] = [];
  if (!existsSync(path)) return measurements;
  eachWholeLine(
    path,
    (line) => {
      const parsed = parsedMeasurement(line);
      if (parsed === undefined || parsed.step <= (measurements.at(-1)?.step ?? -1))
        throw new DamagedRun(`${path}, line ${measurements.length + 1}, is not a measurement`);
      measurements.push(parsed);
    },
    { to: bytes },
  );
  return measurements;
}

function parsedMeasurement(line: string): Measurement | undefined {
  try {
    return MeasurementSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
