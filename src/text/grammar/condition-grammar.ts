import { type Condition, RELATIONS, type Relation } from '../../sweep/conditions.js';
import { ValueError } from './value-grammar.js';

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
