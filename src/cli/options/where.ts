import { InvalidArgumentError } from 'commander';
import { NETWORK_TOLERANCE } from '../../regime/analyse.js';
import type { Condition } from '../../sweep/groups.js';
import { fraction } from '../../text/value-grammar.js';

/** `name=value` pairs separated by commas; a comma behind a backslash is part of a value. */
export function conditions(text: string): Condition[] {
  return text.split(/(?<!\\),/).map((pair) => {
    const equals = pair.indexOf('=');
    if (equals < 1)
      throw new InvalidArgumentError('Allowed: NAME=VALUE pairs separated by commas, like seed=2,batch=64.');
    return {
      name: pair.slice(0, equals).trim(),
      value: pair
        .slice(equals + 1)
        .replaceAll('\\,', ',')
        .trim(),
    };
  });
}

export const whereOption = [
  '--where <conditions>',
  'only runs with these values of what varies, like seed=2,batch=64',
  conditions,
] as const;

export const toleranceOption = [
  '--tolerance <fraction>',
  'divergence: loss this near to that of random points',
  fraction,
  NETWORK_TOLERANCE,
] as const;
