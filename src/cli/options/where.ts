import { InvalidArgumentError } from 'commander';
import { NETWORK_TOLERANCE } from '../../regime/analyse.js';
import { readSweepPlan } from '../../sweep/directory.js';
import { type Condition, type SweepSetting, selectRuns, sweepSettings } from '../../sweep/groups.js';
import { UsageError } from '../../system/usage-error.js';
import { fraction } from './arguments.js';

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

/**
 * Settings of a sweep on disk whose runs meet conditions, one at least; runs of one differ `within` these options, their rate
 * where nothing is said. Throws a UsageError where there is no sweep, and
 * where its runs are not at a fixed ELR.
 */
export function settingsOnDisk(
  directory: string,
  where: readonly Condition[] = [],
  within?: readonly string[],
): SweepSetting[] {
  const plan = readSweepPlan(directory);
  if (!plan.varied.includes('elr')) {
    throw new UsageError(`${directory} is a sweep over learning rates in full space; this needs runs at fixed ELRs`);
  }
  const settings = sweepSettings(selectRuns(plan, where), within);
  return settings.length > 0 ? settings : [{ setting: {}, planned: [] }];
}
