import type { Command } from 'commander';
import type { ExperimentTraining } from '../../../deep/study/experiment-training.js';
import type { TrainedRuns } from '../../../deep/study/run-study.js';
import type { NetworkSpec, ObservationSpec, SweepSpec, Written } from '../../../deep/study/spec.js';
import { written } from '../../../deep/study/written.js';
import { log } from '../../text/output.js';
import { positiveNumbers, threadCount, valuesOrRange } from '../../text/value-grammar.js';
import { listOption } from '../options/list-options.js';
import { networkFields, networkOptions } from '../options/run-options.js';
import { type PlaceOptions, withPlaceOptions } from '../sweep/slurm-options.js';
import { type PlacedTraining, placedTraining } from '../sweep/trainer-at.js';

/** Options of a protocol that trains a network: the network, its data and seeds, and the folder of the runs. */
export interface ProtocolOptions extends Omit<NetworkSpec, 'batch' | 'seed' | 'steps' | 'epochs' | 'order'> {
  /** What trains it. */
  readonly placed: PlacedTraining;
  readonly out: string;
  readonly steps: number;
  readonly seed: readonly Written[];
  /** Several values if the experiment varies the batch size. */
  readonly batch: number | readonly Written[];
  readonly workers?: number;
  readonly json?: true;
}

/** Options that all experiments share. */
export interface ExperimentOptions extends ProtocolOptions {
  readonly elr: readonly number[];
}

/** A network small enough for a few minutes on two cores. */
const DEFAULTS = { width: 4, batch: 16 };
/** The protocol sets the number of steps; order and checkpoints do not affect what is tested. */
const LEFT_OUT = ['epochs', 'order', 'checkpointEvery'];

export interface ProtocolDefaults {
  readonly steps: number;
  /** Defaults of other network options. */
  readonly network?: NetworkSpec;
  /** Options that accept several values in this protocol, with their defaults. */
  readonly lists?: Readonly<Record<string, readonly number[]>>;
  /** Network options that the protocol sets itself. */
  readonly leftOut?: readonly string[];
}

/** Adds the options of a protocol that trains a network; those of `lists` and the seed take several values. */
export function withProtocolOptions(
  command: Command,
  { steps, network, lists = {}, leftOut = [] }: ProtocolDefaults,
): Command {
  const absent = new Set([...LEFT_OUT, ...leftOut]);
  for (const option of networkOptions({ ...DEFAULTS, ...network, steps })) {
    const name = option.attributeName();
    if (absent.has(name)) continue;
    const values = lists[name];
    const isList = values !== undefined || name === 'seed';
    const added = isList ? listOption(option) : option;
    command.addOption(values === undefined ? added : added.default(values.map(written), String(values)));
  }
  return withPlaceOptions(command)
    .option('--workers <count>', 'runs side by side (default: all cores)', threadCount)
    .option(
      '--out <dir>',
      'where the runs are kept; an unfinished experiment there is continued',
      `runs/${command.name()}`,
    )
    .option('--json', 'print JSON only');
}

/** The action of a command whose networks are trained where its options say. */
export const placed =
  <Options extends ProtocolOptions>(run: (options: Options) => Promise<void>) =>
  async (options: Omit<Options, 'placed'> & PlaceOptions, command: Command): Promise<void> =>
    run({ ...options, placed: await placedTraining(options, command) } as unknown as Options);

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
  command.option('--alpha <list>', 'one positive number per group of the toy', positiveNumbers, alpha);

/** The values of a list. */
export const valuesOf = (list: readonly Written[]): number[] => list.map(({ value }) => value as number);

/** The network that the options describe, without the options that vary. Nothing is measured during training. */
export function networkSpec(options: ProtocolOptions): NonNullable<SweepSpec['base']> {
  const single = Object.entries(networkFields(options)).filter(([, value]) => !Array.isArray(value));
  return { ...Object.fromEntries(single), measure: 'none' };
}

/** What makes runs measure loss and errors on all images at their start and end. */
export const measuredAtEnd = (steps: number): Pick<ObservationSpec, 'measure'> => ({
  measure: { count: steps, unit: 'steps' },
});

/** How that network is trained, with progress shown. */
export const trainingOf = (options: ProtocolOptions): ExperimentTraining => ({
  network: networkSpec(options),
  workers: options.workers,
  ...options.placed,
  onNote: log,
});

/** Trains a sweep of the network that the options describe, changed by `base`, and reads its runs. */
export async function trainNetwork(
  directory: string,
  options: ProtocolOptions,
  sweep: SweepSpec,
): Promise<TrainedRuns> {
  const { trainExperiment } = await import('../../../deep/study/experiment-training.js');
  return trainExperiment(directory, [sweep], trainingOf(options));
}

/** Ends the process with exit code 1, once everything is printed, where runs failed. */
export function reportFailures(failed: number): void {
  if (failed > 0) process.exitCode = 1;
}
