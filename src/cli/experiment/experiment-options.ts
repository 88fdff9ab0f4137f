import type { Command } from 'commander';
import type { ExperimentTraining } from '../../../deep/study/continued-runs.js';
import type { NetworkSpec, ObservationSpec, SweepSpec } from '../../../deep/study/spec.js';
import { isWritten, written } from '../../../deep/study/written.js';
import type { RecordedRun } from '../../run/recorded-run.js';
import { positiveNumbers, valuesOrRange } from '../../text/grammar/range-grammar.js';
import { threadCount } from '../../text/grammar/value-grammar.js';
import { log } from '../../text/output.js';
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
  readonly seed: readonly number[];
  /** Several values if the experiment varies the batch size. */
  readonly batch: number | readonly number[];
  readonly workers?: number;
  readonly json?: true;
}

/** Options of experiments that look for thresholds. */
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
  /** Fixed ELRs that bracket the thresholds, as text; absent where the protocol looks for none. */
  readonly elrs?: string;
  /** One number per group of the toy; absent where no toy is asked for, or its groups are those of the network. */
  readonly alpha?: readonly number[];
}

/** FROM:TO:COUNT or a list, rising, each value once. */
export const risingValues = (text: string): readonly number[] =>
  [...new Set(valuesOrRange(text))].sort((a, b) => a - b);

/** Adds the options of a protocol that trains a network; those of `lists` and the seed take several values. */
export function withProtocolOptions(command: Command, defaults: ProtocolDefaults): Command {
  const { steps, network, lists = {}, leftOut = [], elrs, alpha } = defaults;
  const absent = new Set([...LEFT_OUT, ...leftOut]);
  for (const option of networkOptions({ ...DEFAULTS, ...network, steps })) {
    const name = option.attributeName();
    if (absent.has(name)) continue;
    const values = lists[name];
    const isList = values !== undefined || name === 'seed';
    const added = isList ? listOption(option) : option;
    command.addOption(values === undefined ? added : added.default(values.map(written), String(values)));
  }
  withPlaceOptions(command)
    .option('--workers <count>', 'runs side by side (default: all cores)', threadCount)
    .option(
      '--out <dir>',
      'where the runs are kept; an unfinished experiment there is continued',
      `runs/${command.name()}`,
    )
    .option('--json', 'print JSON only');
  if (elrs !== undefined) {
    const meaning = 'fixed ELRs that bracket the thresholds: FROM:TO:COUNT or a list';
    command.option('--elr <list>', meaning, risingValues, risingValues(elrs));
  }
  if (alpha === undefined) return command;
  return command.option('--alpha <list>', 'one positive number per group of the toy', positiveNumbers, alpha);
}

const plainValue = (value: unknown): unknown => (isWritten(value) ? value.value : value);

/** The action of a command whose networks are trained where its options say; values of lists come without their text. */
export const placed =
  <Options extends ProtocolOptions>(run: (options: Options) => Promise<void>) =>
  async (options: PlaceOptions, command: Command): Promise<void> => {
    const plain = Object.entries(options).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(plainValue) : value,
    ]);
    await run({ ...Object.fromEntries(plain), placed: await placedTraining(options, command) });
  };

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

/** What was trained. Where runs failed, the process ends with exit code 1, once everything is printed. */
export function reported<Trained extends { readonly failed: number }>(trained: Trained): Trained {
  if (trained.failed > 0) process.exitCode = 1;
  return trained;
}

/** Trains a sweep of the network that the options describe, changed by `base`, and reads its runs. */
export async function trainNetwork(
  directory: string,
  options: ProtocolOptions,
  sweep: SweepSpec,
): Promise<readonly RecordedRun[]> {
  const { trainExperiment } = await import('../../../deep/study/continued-runs.js');
  return reported(await trainExperiment(directory, [sweep], trainingOf(options))).runs;
}
