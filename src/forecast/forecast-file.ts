import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { RunConfiguration } from '../run/manifest.js';
import { type Fields, fieldDifference, fieldsOf, pick } from '../sweep/configuration-fields.js';
import { writeAtomically } from '../system/atomic.js';
import { readJsonFile } from '../system/json-file.js';
import { UsageError } from '../system/usage-error.js';
import type { Forecast } from './forecast.js';

/** A forecast on disk, beside the runs of its probe. */

export const FORECAST_FILE = 'forecast.json';

/** JSON has no NaN: an error that is not known is null there. */
const error = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const EstimateSchema = z.strictObject({ mean: z.number(), error });

const NoiseSchema = z.strictObject({
  shares: z.array(
    z.strictObject({ elr: z.number(), share: EstimateSchema, decay: EstimateSchema, gradientDecay: EstimateSchema }),
  ),
  plateau: EstimateSchema,
  relaxation: z.strictObject({ decay: EstimateSchema, exponent: EstimateSchema }).nullable(),
});

const ForecastSchema = z.strictObject({
  /** Steps of a run of the sweep to come. */
  steps: z.number().int().min(1),
  cost: z.strictObject({
    /** Steps of training that the probe took. */
    steps: z.number().int(),
    /** What it cost, in units of a sweep of ten runs. */
    ofTenRuns: z.number(),
  }),
  /** What the runs of the probe share with those of the sweep that it is for. */
  network: z.record(z.string(), z.unknown()),
  divergence: z.strictObject({
    below: z.number().nullable(),
    above: z.number().nullable(),
    disputed: z.array(z.number()).optional(),
    undecided: z.array(z.number()).optional(),
  }),
  convergence: EstimateSchema.nullable(),
  forecasts: z
    .array(
      z.strictObject({
        name: z.string(),
        source: z.string(),
        threshold: EstimateSchema.nullable(),
        note: z.string().optional(),
      }),
    )
    .optional(),
  noise: NoiseSchema.nullable().optional(),
  readings: z.array(
    z.strictObject({
      name: z.string(),
      source: z.string(),
      threshold: EstimateSchema,
      shares: z.array(z.number()),
      note: z.string().optional(),
    }),
  ),
  elrs: z.array(z.number()),
});

/** What the forecast cost, and for what. */
export interface ForecastRecord extends Forecast {
  readonly steps: number;
  readonly cost: { readonly steps: number; readonly ofTenRuns: number };
  readonly network: Fields;
}

/** Fields of a configuration that say nothing of the network, its data or how it is trained. */
const NOT_OF_NETWORK = new Set(['elr', 'seed', 'steps', 'engine', 'threads', 'observation', 'order']);

/** The fields of a run that a forecast is about: model, data, batch and settings of training. */
export const networkOf = (configuration: RunConfiguration): Fields =>
  pick(fieldsOf(configuration), (name) => !NOT_OF_NETWORK.has(name));

/** Why a forecast is not about runs, in words; undefined where it is. */
export function forecastObstacle(
  { network, steps }: Pick<ForecastRecord, 'network' | 'steps'>,
  configuration: RunConfiguration,
): string | undefined {
  const difference = fieldDifference(network, networkOf(configuration), new Set());
  if (difference !== undefined) return `the forecast is for another network: ${difference}`;
  return steps === configuration.steps ? undefined : `the forecast is for ${steps} steps, not ${configuration.steps}`;
}

export const writeForecast = (directory: string, forecast: ForecastRecord): void =>
  writeAtomically(join(directory, FORECAST_FILE), `${JSON.stringify(forecast, null, 2)}\n`);

/** The forecast in a folder. Throws a UsageError where there is none, and one line where it cannot be read. */
export function readForecast(directory: string): ForecastRecord {
  const path = join(directory, FORECAST_FILE);
  if (!existsSync(path)) {
    throw new UsageError(`${directory} holds no forecast; allowed: a folder written by regimes predict --out`);
  }
  const problem = 'is not a forecast of this version of regimes';
  return readJsonFile(path, (value) => ForecastSchema.parse(value) as ForecastRecord, { problem });
}
