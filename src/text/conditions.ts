import { ValueError } from './value-grammar.js';

/** A setting, under its name on the command line or in code, and a value of it as text. */
export interface Condition {
  readonly name: string;
  readonly value: string;
}

/**
 * The conditions in `name=value,name=value`: the one grammar of `--where`. A comma behind a backslash belongs to the value.
 * Throws a ValueError that says what is allowed.
 */
export const parseConditions = (text: string): Condition[] =>
  text.split(/(?<!\\),/).map((pair) => {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new ValueError('Allowed: NAME=VALUE pairs separated by commas, like seed=2,batch=64.');
    const value = pair.slice(equals + 1).replaceAll('\\,', ',');
    return { name: pair.slice(0, equals).trim(), value: value.trim() };
  });

/** Whether every setting that is named has one of the values given for it: several values of one setting mean any of them. */
export const meetsConditions = (conditions: readonly Condition[], has: (condition: Condition) => boolean): boolean =>
  conditions.every(({ name }) => conditions.some((each) => each.name === name && has(each)));

/** Whether a value is the one wanted: numbers are compared as numbers, so that 1e-3 means 0.001. */
export const isSameValue = (value: number | string, wanted: string): boolean =>
  String(value) === wanted || (typeof value === 'number' && wanted !== '' && Number(wanted) === value);
