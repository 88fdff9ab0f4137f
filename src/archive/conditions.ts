import { UsageError } from '../system/usage-error.js';
import { FIELD_NAMES, type Fields, fieldText } from './setting-differences.js';

/** What runs must have to be listed: `key=value,...`, every part of it. */
export interface Condition {
  readonly name: string;
  readonly value: string;
}

const camelCase = (text: string): string => text.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The field of that name, in the spelling of the manifest or of the options. Throws a UsageError where there is none. */
export function fieldName(text: string, allowed: readonly string[] = FIELD_NAMES): string {
  const name = camelCase(text);
  if (allowed.includes(name)) return name;
  throw new UsageError(`unknown field ${text || "''"}; allowed: ${allowed.join(', ')}`);
}

/** Throws a UsageError that says what is allowed. */
export function parseConditions(text: string): Condition[] {
  return text.split(',').map((part) => {
    const equals = part.indexOf('=');
    if (equals < 1)
      throw new UsageError(`--where ${text} is not understood; allowed: KEY=VALUE,... like model=convnet`);
    return { name: fieldName(part.slice(0, equals).trim()), value: part.slice(equals + 1).trim() };
  });
}

/** Whether fields fulfil all conditions. Numbers are compared as numbers, so that 1e-3 finds 0.001. */
export const fulfils = (fields: Fields, conditions: readonly Condition[]): boolean =>
  conditions.every(({ name, value }) => {
    const found = fields[name] ?? null;
    return typeof found === 'number' && value !== '' ? Number(value) === found : fieldText(found) === value;
  });
