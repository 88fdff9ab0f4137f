import { type Condition, isMet, meetsConditions, sameValues } from '../sweep/conditions.js';
import { UsageError } from '../system/usage-error.js';
import { FIELD_NAMES, type Fields, fieldText } from './setting-differences.js';

const camelCase = (text: string): string => text.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The field of that name, in the spelling of the manifest or of the options. Throws a UsageError where there is none. */
export function fieldName(text: string, allowed: readonly string[] = FIELD_NAMES): string {
  const name = camelCase(text);
  if (allowed.includes(name)) return name;
  throw new UsageError(`unknown field ${text || "''"}; allowed: ${allowed.join(', ')}`);
}

const comparable = (value: Fields[string] | undefined): number | string =>
  typeof value === 'number' ? value : fieldText(value);

/**
 * Whether fields meet all conditions (`meetsConditions`); a field without a value is `none`. Throws a UsageError where a
 * condition names no field.
 */
export const fulfils = (fields: Fields, conditions: readonly Condition[]): boolean =>
  meetsConditions(
    conditions.map((condition) => ({ ...condition, name: fieldName(condition.name) })),
    (condition) => isMet(comparable(fields[condition.name]), condition, sameValues(condition.name)),
  );
