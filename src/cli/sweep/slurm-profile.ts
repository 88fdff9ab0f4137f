import type { Command, Option } from 'commander';
import { UsageError } from '../../system/usage-error.js';
import { ValueError } from '../../text/grammar/value-grammar.js';
import { slurmProfile } from '../terminal/terminal-settings.js';
import { ONLY_SLURM, type PlaceOptions } from './slurm-options.js';

/** Options that the settings file may give. */
const IN_PROFILE = ONLY_SLURM.filter((name) => name !== 'dryRun');

function profileValue(option: Option, given: string | number | readonly string[]): unknown {
  const parse = option.parseArg as (text: string, before?: unknown) => unknown;
  const isRepeated = option.attributeName() === 'sbatch';
  if (Array.isArray(given) !== isRepeated)
    throw new ValueError(`Allowed: ${isRepeated ? 'a list of texts' : 'one value'}.`);
  return [given].flat().reduce<unknown>((before, text) => parse(String(text), before), undefined);
}

/**
 * The options with what the settings files say of Slurm where the command line says nothing. Throws a UsageError where they say
 * something that the option does not take.
 */
export function withProfile<Options extends PlaceOptions>(options: Options, command: Command): Options {
  if (options.on !== 'slurm') return options;
  const profile = Object.entries(slurmProfile()).map(([name, given]) => {
    const option = command.options.find((each) => each.attributeName() === name);
    if (option === undefined || !IN_PROFILE.includes(name))
      throw new UsageError(
        `"slurm" in a settings file has no ${JSON.stringify(name)}; allowed: ${IN_PROFILE.join(', ')}`,
      );
    try {
      return [name, profileValue(option, given)];
    } catch (error) {
      throw new UsageError(
        `"slurm" in a settings file: ${JSON.stringify(given)} is no ${name}. ${(error as Error).message}`,
      );
    }
  });
  return { ...Object.fromEntries(profile), ...options };
}
