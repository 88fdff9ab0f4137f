import { Command } from 'commander';
import { count, positiveNumbers, valuesOrRange } from '../options/arguments.js';
import { type Choice, withListOptions } from '../options/list-options.js';
import { type RunOptions, withDataOptions } from '../options/run-options.js';
import type { TrainingOptions } from '../options/training-options.js';
import { type Axis, axisOf } from '../sweep/sweep-candidates.js';

/** What trains a network by a protocol: the network, its data and seeds, and where runs are kept. */
export interface ProtocolOptions extends Omit<RunOptions, 'batch' | 'seed' | 'steps' | keyof TrainingOptions> {
  readonly out: string;
  readonly steps: number;
  readonly seed: readonly Choice[];
  /** Several where the experiment varies them. */
  readonly batch: number | readonly Choice[];
  readonly workers?: number;
  readonly json?: true;
}

/** Options that all experiments share. */
export interface ExperimentOptions extends ProtocolOptions {
  readonly elr: readonly number[];
}

/** A network small enough for a few minutes on two cores. */
const DEFAULTS: Readonly<Record<string, unknown>> = { width: 4, batch: 16 };
/** A number of steps is the protocol's; order and checkpoints have nothing to do with what is tested. */
const LEFT_OUT = new Set(['epochs', 'order', 'checkpointEvery']);

/** Names of the options that are those of a run. */
const NETWORK: ReadonlySet<string> = new Set(
  withDataOptions(new Command())
    .options.map((option) => option.attributeName())
    .filter((name) => !LEFT_OUT.has(name)),
);

export interface ProtocolDefaults {
  readonly steps: number;
  /** Of other options of a network. */
  readonly network?: Readonly<Record<string, unknown>>;
  /** Options of which the protocol takes several values, with what they are by default. */
  readonly lists?: Readonly<Record<string, unknown>>;
}

/** The options of a network with the defaults of experiments. */
function networkOptions({ steps, network }: ProtocolDefaults): Command {
  const declared = withDataOptions(new Command());
  const command = new Command();
  const defaults: Readonly<Record<string, unknown>> = { ...DEFAULTS, ...network, steps };
  for (const option of declared.options) {
    const name = option.attributeName();
    if (LEFT_OUT.has(name)) continue;
    command.addOption(name in defaults ? option.default(defaults[name]) : option);
  }
  return command;
}

/** Adds the options of a protocol that trains a network; those of `lists` and the seed take several values. */
export function withProtocolOptions(command: Command, defaults: ProtocolDefaults): Command {
  const { lists = {} } = defaults;
  const declared = networkOptions(defaults);
  const several = new Set(['seed', ...Object.keys(lists)]);
  const single = new Set(declared.options.map((option) => option.attributeName()).filter((each) => !several.has(each)));
  withListOptions(command, () => declared, single);
  for (const [option, values] of Object.entries(lists)) {
    command.setOptionValueWithSource(option, axisOf(option, values).choices, 'default');
    const listed = command.options.find((each) => each.attributeName() === option)!;
    listed.default(axisOf(option, values).choices, String(values));
  }
  return command
    .option('--workers <count>', 'runs side by side (default: all cores)', count)
    .option(
      '--out <dir>',
      'where the runs are kept; an unfinished experiment there is continued',
      `runs/${command.name()}`,
    )
    .option('--json', 'print JSON only');
}

/** FROM:TO:COUNT or a list, rising, each value once. */
export const risingValues = (text: string): readonly number[] =>
  [...new Set(valuesOrRange(text))].sort((a, b) => a - b);

/** The same for an experiment: with the ELRs at which it looks for thresholds; by default those of the text `elrs`. */
export const withExperimentOptions = (
  command: Command,
  { elrs, ...defaults }: ProtocolDefaults & { readonly elrs: string },
): Command =>
  withProtocolOptions(command, defaults).option(
    '--elr <list>',
    'fixed ELRs that bracket the thresholds: FROM:TO:COUNT or a list',
    risingValues,
    risingValues(elrs),
  );

/** `--alpha`, for experiments whose toy takes no alphas from the network. */
export const withAlpha = (command: Command, alpha: readonly number[]): Command =>
  command.option('--alpha <list>', 'positive number of each group of the toy', positiveNumbers, alpha);

/** What the runs of an experiment are, as axes: the options of a network, and what the experiment adds or replaces. */
export function networkAxes(options: ProtocolOptions, own: Readonly<Record<string, unknown>>): Axis[] {
  const given = Object.entries(options).filter(
    ([name, value]) => NETWORK.has(name) && !(name in own) && value !== undefined && value !== true,
  );
  const axis = ([name, value]: [string, unknown]): Axis =>
    Array.isArray(value) && value.every(isChoice) ? { name, choices: value } : axisOf(name, value);
  return [...given, ['order', 'shuffled'] as [string, unknown], ...Object.entries(own)].map(axis);
}

const isChoice = (value: unknown): value is Choice =>
  typeof value === 'object' && value !== null && 'value' in value && 'text' in value;

/** The values of a list. */
export const valuesOf = (choices: readonly Choice[]): number[] => choices.map(({ value }) => value as number);

/** What an option adds to a run where it is on. */
export const commonOptions = ({ augment }: ProtocolOptions): Partial<RunOptions> => ({
  measure: 'none',
  ...(augment && { augment }),
});
