import { optionName, type Varied } from '../sweep/plan.js';
import { formatNumber } from './output.js';

const WORDS: Readonly<Record<string, string>> = { elr: 'ELR', lr: 'learning rate' };

/** What an option is called for people. */
export const optionWords = (name: string): string => WORDS[name] ?? optionName(name);

/** What varies, for people: `ELR 0.001, seed 2, weight-decay 0.0001`. */
export const variedText = (varied: Varied): string =>
  Object.entries(varied)
    .map(([name, value]) => {
      const words = WORDS[name];
      return words === undefined
        ? `${optionName(name)} ${value}`
        : `${words} ${typeof value === 'number' ? formatNumber(value) : value}`;
    })
    .join(', ');
