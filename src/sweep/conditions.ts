import { formatNumber } from '../numerics/format-number.js';
import { RATES } from './plan.js';

/** How a value compares with the one that is named. */
export type Relation = '=' | '!=' | '>' | '>=' | '<' | '<=';
/** The longer ones first: one begins like the other. */
export const RELATIONS: readonly Relation[] = ['>=', '<=', '!=', '=', '>', '<'];

/** A setting, under its name on the command line or in code, and a value of it as text. */
export interface Condition {
  readonly name: string;
  readonly value: string;
  /** Default: it has the value. */
  readonly relation?: Relation;
}

/**
 * Whether all conditions are met: of several values that one setting is to have, any of them; of other relations each.
 */
export const meetsConditions = (conditions: readonly Condition[], has: (condition: Condition) => boolean): boolean =>
  conditions.every((condition) =>
    condition.relation === undefined
      ? conditions.some((each) => each.name === condition.name && each.relation === undefined && has(each))
      : has(condition),
  );

/** Whether a value is the one wanted: numbers are compared as numbers, so that 1e-3 means 0.001. */
export const isSameValue = (value: number | string, wanted: string): boolean =>
  String(value) === wanted || (typeof value === 'number' && wanted !== '' && Number(wanted) === value);

/** The same for a rate, which may be given as tables show it: with four digits. */
export const isSameRate = (rate: number | string, wanted: string): boolean =>
  isSameValue(rate, wanted) ||
  (typeof rate === 'number' && wanted !== '' && formatNumber(rate) === formatNumber(Number(wanted)));

/** Which values of a setting of that name are the same. */
export const sameValues = (name: string): typeof isSameValue => (RATES.includes(name) ? isSameRate : isSameValue);

const COMPARED: Readonly<Record<Exclude<Relation, '=' | '!='>, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
};

/** Whether a value compares as a condition asks; what is no number is neither larger nor smaller. `is` says which values are the same. */
export function isMet(value: number | string, { value: wanted, relation = '=' }: Condition, is = isSameValue): boolean {
  if (relation === '=') return is(value, wanted);
  if (relation === '!=') return !is(value, wanted);
  return typeof value === 'number' && wanted !== '' && COMPARED[relation](value, Number(wanted));
}

/** A condition as it is typed. */
export const conditionText = ({ name, value, relation = '=' }: Condition): string => `${name}${relation}${value}`;
