import { type Condition, conditionText } from '../sweep/conditions.js';
import { optionName, type Varied } from '../sweep/plan.js';

const SAFE = /^[\w@%+=:,./-]+$/;

/** A word as a POSIX shell takes it. */
export const shellWord = (word: string): string => (SAFE.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Conditions as --where takes them; a comma inside a value separates none. */
export const conditionWords = (conditions: readonly Condition[]): string =>
  conditions.map((each) => conditionText({ ...each, value: each.value.replaceAll(',', '\\,') })).join(',');

/** The values that vary of a setting, as conditions. */
export const settingConditions = (setting: Varied): Condition[] =>
  Object.entries(setting).map(([name, value]) => ({ name: optionName(name), value: String(value) }));

/** A folder of runs and those of them that are meant, as a command takes them. */
export function runsWords(directory: string, where: readonly Condition[]): string {
  const only = where.length === 0 ? '' : ` --where ${shellWord(conditionWords(where))}`;
  return `${shellWord(directory)}${only}`;
}
