import { z } from 'zod';

/** What a run that is kept does between its steps, without changing them: part of the manifest. */

const whole = z.number().int();

const MeasuringSchema = z.strictObject({
  /** Whether the start is measured; the end always is. */
  start: z.boolean(),
  /** Steps from one measurement to the next; null: none between start and end. */
  every: whole.min(1).nullable(),
});
export type Measuring = z.infer<typeof MeasuringSchema>;

export const ObservationSettingsSchema = z.strictObject({
  /** Measurements on all images; null: none. */
  measure: MeasuringSchema.nullable(),
  /** The weights at the ends of epochs from this step on are averaged; null: they are not. */
  average: whole.min(0).nullable(),
  /** Steps from one copy of the weights to the next, the start included; null: no copies. */
  keep: whole.min(1).nullable(),
});
/**
 * What is measured and kept between the steps of a run.
 *
 * @interface
 */
export type ObservationSettings = z.infer<typeof ObservationSettingsSchema>;

/** Whether a measurement is due after this many of all steps. */
export const isMeasured = ({ start, every }: Measuring, step: number, steps: number): boolean =>
  step === steps || (step === 0 ? start : every !== null && step % every === 0);
