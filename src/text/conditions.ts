import { ValueError } from './value-grammar.js';

/** How a value compares with the one that is named. */
export type Relation = '=' | '!=' | '>' | '>=' | '<' | '<=';
/** The longer ones first: one begins like the other. */
const RELATIONS: readonly Relation[] = ['>=', '<=', '!=', '=', '>', '<'];

/** A setting, under its name on the command line or in code, and a value of it as text. */
export interface Condition {
  readonly name: string;
  readonly value: string;
  /** Default: it has the value. */
  readonly relation?: Relation;
}

const CONDITION = new RegExp(`^([^=<>!]+)(${RELATIONS.join('|')})(.*)$`, 's');

/** Throws a ValueError where a sign is none of the six, as in `=>`, or nothing is larger or smaller than the value. */
function refuseUncomparable(name: string, relation: Relation, value: string): void {
  if (/^[=<>]/.test(value))
    throw new ValueError(`Allowed: between ${name} and its value one of ${RELATIONS.join(', ')}.`);
  if (relation !== '!=' && (value === '' || Number.isNaN(Number(value))))
    throw new ValueError(`Allowed: a number after ${name}${relation}.`);
}

/**
 * The conditions in `name=value,name>value`: the one grammar of `--where` and of the filter in the terminal, with `=`, `!=`, `>`, `>=`,
 * `<` and `<=`. A comma behind a backslash belongs to the value. Throws a ValueError that says what is allowed.
 */
export const parseConditions = (text: string): Condition[] =>
  text.split(/(?<!\\),/).map((pair) => {
    const [, name, relation, given] = CONDITION.exec(pair) ?? [];
    if (name === undefined || name.trim() === '')
      throw new ValueError(
        'Allowed: NAME=VALUE pairs separated by commas, like seed=2,batch=64; NAME>VALUE, >=, <, <= and != too.',
      );
    const condition = { name: name.trim(), value: given!.replaceAll('\\,', ',').trim() };
    if (relation === '=' && !/^[=<>]/.test(condition.value)) return condition;
    refuseUncomparable(condition.name, relation as Relation, condition.value);
    return { ...condition, relation: relation as Relation };
  });

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
