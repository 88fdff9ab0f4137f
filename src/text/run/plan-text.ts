import type { SweepPlan } from '../../sweep/plan.js';
import { formatNumber } from '../output.js';
import { optionWords } from '../setting-text.js';

/** Values of an option that are listed before the others are only counted. */
const LISTED = 12;

/** What a sweep is about to train: how many runs, and every value of what varies. */
export function planText({ varied, runs }: SweepPlan): string {
  const lists = varied.map((name) => {
    const values = [...new Set(runs.map((run) => run.varied[name]!))];
    const texts = values.map((value) => (typeof value === 'number' ? formatNumber(value) : value));
    const more = texts.length > LISTED ? ` ... ${texts.at(-1)} (${texts.length} values)` : '';
    return `${optionWords(name)} ${texts.slice(0, more === '' ? LISTED : LISTED - 1).join(', ')}${more}`;
  });
  return `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}: ${lists.join('; ')}`;
}
