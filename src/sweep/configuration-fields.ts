import { isDeepStrictEqual } from 'node:util';
import { type RunConfiguration, StoredTrainingSchema, storedConfiguration } from '../run/stored-configuration.js';
import type { SweepPlan } from './plan.js';

/** Configurations as flat lists of fields, to find those that the runs of a sweep share. */

/** The fields of a configuration, those of its training among them. */
export type Fields = Readonly<Record<string, unknown>>;

/** Some of the fields of a configuration, as they are on disk. */
export interface ConfigurationPart {
  readonly [name: string]: unknown;
  readonly training?: Fields | undefined;
}

export const partFields = ({ training, ...rest }: ConfigurationPart): Fields => ({ ...rest, ...training });

/** The fields of a configuration, under their names on disk. */
export const fieldsOf = (configuration: RunConfiguration): Fields => partFields(storedConfiguration(configuration));

/** The fields in the shape of a configuration. */
export function partOf(fields: Fields): ConfigurationPart {
  const isTraining = ([name]: [string, unknown]): boolean => name in StoredTrainingSchema.shape;
  const entries = Object.entries(fields);
  const training = Object.fromEntries(entries.filter(isTraining));
  return { ...Object.fromEntries(entries.filter((entry) => !isTraining(entry))), training };
}

/** Fields of a configuration that an option decides, besides the one of its own name. */
const DECIDED_BY: Readonly<Record<string, readonly string[]>> = {
  data: ['steps', 'schedule', 'observation'],
  trainImages: ['steps', 'schedule', 'observation'],
  validation: ['steps', 'schedule', 'observation'],
  batch: ['steps', 'schedule', 'observation'],
  epochs: ['steps', 'observation'],
  steps: ['observation'],
  span: ['schedule'],
  milestones: ['schedule'],
  factor: ['schedule'],
  scheduleBy: ['schedule'],
};

/** Fields that options decide, alone or with others. */
export const fieldsDecidedBy = (options: readonly string[]): string[] => [
  ...options,
  ...options.flatMap((name) => DECIDED_BY[name] ?? []),
];

/** Fields that are not the same in all runs, or would not be with more values of what varies. */
export function differingFields({ varied, runs }: SweepPlan): Set<string> {
  const all = runs.map(({ configuration }) => fieldsOf(configuration));
  const names = new Set(all.flatMap((fields) => Object.keys(fields)));
  const uneven = [...names].filter((name) => all.some((fields) => !isDeepStrictEqual(fields[name], all[0]![name])));
  return new Set([...fieldsDecidedBy(varied), ...uneven]);
}

/** Those of the fields whose names are wanted. */
export const pick = (fields: Fields, wanted: (name: string) => boolean): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => wanted(name)));

/** The fields that all runs of a plan share. It has a run at least. */
export const sharedFields = (plan: SweepPlan): Fields => {
  const differing = differingFields(plan);
  return pick(fieldsOf(plan.runs[0]!.configuration), (name) => !differing.has(name));
};

const text = (value: unknown): string => {
  if (value === undefined) return 'not given';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** The first of these fields that differs, as words for people. */
export function fieldDifference(before: Fields, now: Fields, ignored: ReadonlySet<string>): string | undefined {
  for (const name of new Set([...Object.keys(now), ...Object.keys(before)])) {
    if (!ignored.has(name) && !isDeepStrictEqual(before[name], now[name])) {
      return `${name} ${text(before[name])}, not ${text(now[name])}`;
    }
  }
  return undefined;
}
