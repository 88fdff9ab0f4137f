import { type RunConfiguration, RunConfigurationSchema } from '../run/manifest.js';
import { TrainingSettingsSchema } from '../run/training-settings.js';

/** The configuration of a run as one flat list of named values, to filter, sort and compare by. */

export type FieldValue = string | number | boolean | null;
export type Fields = Readonly<Record<string, FieldValue>>;

const SCHEDULE_FIELDS = ['factor', 'from', 'to', 'milestones'].map((name) => `schedule.${name}`);

/** Names of all fields: those of the configuration and, beside them, the settings of training. */
export const FIELD_NAMES: readonly string[] = [
  ...Object.keys(RunConfigurationSchema.shape).filter((name) => name !== 'training'),
  ...Object.keys(TrainingSettingsSchema.shape),
  ...SCHEDULE_FIELDS,
];

const isPlain = (value: unknown): value is FieldValue => value === null || typeof value !== 'object';

/** `kind` gives an object its value; what else it holds gets a field each. */
function flatten(name: string, value: unknown): [string, FieldValue][] {
  if (value === undefined) return [];
  if (isPlain(value)) return [[name, value]];
  if (Array.isArray(value)) return [[name, value.join(' ')]];
  return Object.entries(value as object).flatMap(([key, part]) =>
    flatten(key === 'kind' ? name : `${name}.${key}`, part),
  );
}

/** Every value of a configuration under its name; null where a setting is absent. */
export function configurationFields({ training, ...rest }: RunConfiguration): Fields {
  const absent = { corrupt: null, augment: null };
  return Object.fromEntries(
    Object.entries({ ...absent, ...rest, ...training }).flatMap(([name, value]) => flatten(name, value)),
  );
}

/** Names of the fields that are not the same in all of several configurations. */
export function variedFields(configurations: readonly Fields[]): string[] {
  const names = [...new Set(configurations.flatMap((fields) => Object.keys(fields)))];
  return names.filter((name) => new Set(configurations.map((fields) => fields[name] ?? null)).size > 1);
}

/** A value as text: `none` for what is absent. */
export const fieldText = (value: FieldValue | undefined): string => ((value ?? null) === null ? 'none' : String(value));
