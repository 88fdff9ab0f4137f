import { z } from 'zod';
import { usualLastLayer, usualNorm } from '../run/network-variants.js';
import { type RunConfiguration, StoredConfigurationSchema, storedConfiguration } from '../run/stored-configuration.js';

/** The configuration of a run as one flat list of named values, to filter, sort and compare by. */

export type FieldValue = string | number | boolean | null;
export type Fields = Readonly<Record<string, FieldValue>>;

/** Names of the fields that a schema describes, as `flatten` gives them. */
function schemaNames(name: string, schema: z.core.$ZodType): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return schemaNames(name, schema.unwrap());
  }
  if (schema instanceof z.ZodDiscriminatedUnion) return schema.options.flatMap((option) => schemaNames(name, option));
  if (!(schema instanceof z.ZodObject)) return [name];
  return Object.entries(schema.shape).flatMap(([key, part]) => schemaNames(partName(name, key), part));
}

/** `kind` gives an object its value; settings of training stand beside those of the configuration. */
const partName = (name: string, key: string): string =>
  name === '' || name === 'training' ? key : key === 'kind' ? name : `${name}.${key}`;

/** Names of all fields that a configuration can have. */
export const FIELD_NAMES: readonly string[] = [...new Set(schemaNames('', StoredConfigurationSchema))];

const isPlain = (value: unknown): value is FieldValue => value === null || typeof value !== 'object';

function flatten(name: string, value: unknown): [string, FieldValue][] {
  if (value === undefined) return [];
  if (isPlain(value)) return [[name, value]];
  if (Array.isArray(value)) return [[name, value.join(' ')]];
  return Object.entries(value as object).flatMap(([key, part]) => flatten(partName(name, key), part));
}

/** Every value of a configuration under its name; null where a setting is absent. */
export const configurationFields = (configuration: RunConfiguration): Fields =>
  Object.fromEntries(
    flatten('', {
      ...storedConfiguration(configuration),
      norm: configuration.norm ?? usualNorm(configuration.model),
      groups: configuration.groups ?? null,
      lastLayer: configuration.lastLayer ?? usualLastLayer(configuration.model),
      corrupt: configuration.corrupt ?? null,
      noiseSeed: configuration.noiseSeed ?? null,
      labels: configuration.labels ?? null,
      augment: configuration.augment ?? null,
      sampling: configuration.sampling ?? 'without',
      normalisation: configuration.normalisation ?? 'own',
      validation: configuration.validation ?? null,
    }),
  );

/** Names of the fields that are not the same in all of several configurations. */
export function variedFields(configurations: readonly Fields[]): string[] {
  const names = [...new Set(configurations.flatMap((fields) => Object.keys(fields)))];
  return names.filter((name) => new Set(configurations.map((fields) => fields[name] ?? null)).size > 1);
}

/** A value as text: `none` for what is absent. */
export const fieldText = (value: FieldValue | undefined): string => ((value ?? null) === null ? 'none' : String(value));
