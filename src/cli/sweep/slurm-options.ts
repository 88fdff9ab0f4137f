import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { EngineName } from '../../../deep/engine/names.js';
import type { SlurmOptions } from '../../../deep/study/slurm-executor.js';
import { DEFAULT_RUN, type NetworkSpec } from '../../../deep/study/spec.js';
import { valueText } from '../../../deep/study/written.js';
import { limitSeconds, refuseExtra } from '../../cluster/job-script.js';
import type { Cadence } from '../../run/epoch.js';
import { packageRoot } from '../../system/package.js';
import { UsageError } from '../../system/usage-error.js';
import { count, oneOf, ValueError } from '../../text/grammar/value-grammar.js';

/** Options of a sweep that say who trains it, and what is asked of Slurm for each run. */
export interface PlaceOptions {
  readonly on: 'local' | 'slurm';
  readonly partition?: string;
  readonly time?: string;
  readonly cpus?: number;
  readonly gpus?: string;
  readonly memory?: string;
  readonly account?: string;
  readonly arrayLimit?: number;
  /** One a line: the lists of a sweep are what varies. */
  readonly sbatch?: string;
  readonly dryRun?: true;
}

const matching =
  (pattern: RegExp, allowed: string) =>
  (text: string): string => {
    if (!pattern.test(text)) throw new ValueError(`Allowed: ${allowed}.`);
    return text;
  };

function timeLimit(text: string): string {
  if (limitSeconds(text)) return text;
  throw new ValueError('Allowed: minutes, or a time as Slurm writes it, such as 90, 12:00:00 or 2-00.');
}

function sbatchLine(text: string, before?: string): string {
  try {
    refuseExtra(text);
  } catch (error) {
    throw new ValueError(`${(error as Error).message}.`);
  }
  return before === undefined ? text : `${before}\n${text}`;
}

const NAME = matching(/^[\w.@:,+-]+$/, 'a name without blanks');
const GPUS = matching(/^([\w.-]+:)?[1-9]\d*$/, 'a number, or a kind and a number such as a100:2');
const MEMORY = matching(/^[1-9]\d*[KMGT]?$/, 'a number of megabytes, or a number with K, M, G or T');

/** Adds the options that say where a sweep is trained. */
export const withPlaceOptions = (command: Command): Command =>
  command
    .option(
      '--on <where>',
      'who trains: local (processes of this machine), slurm (job arrays)',
      oneOf(['local', 'slurm']),
      'local',
    )
    .option('--partition <name>', 'Slurm: partition of the jobs', NAME)
    .option(
      '--time <limit>',
      'Slurm: time limit of a task, such as 90 (minutes), 12:00:00 or 2-00; a run may take several',
      timeLimit,
    )
    .option('--cpus <count>', 'Slurm: cores per run', count)
    .option('--gpus <count>', 'Slurm: GPUs per run, with their kind if need be, such as a100:1', GPUS)
    .option('--memory <size>', 'Slurm: memory per run, such as 4G', MEMORY)
    .option('--account <name>', 'Slurm: account that is charged', NAME)
    .option('--array-limit <count>', 'Slurm: at most this many tasks of an array at a time', count)
    .option('--sbatch <option>', "Slurm: a further option of sbatch, such as '-C a100'; may be repeated", sbatchLine)
    .option('--dry-run', 'Slurm: print the scripts of the jobs, and submit nothing');

/** The options that only Slurm takes, by the names of their fields. */
export const ONLY_SLURM: readonly string[] = [
  'partition',
  'time',
  'cpus',
  'gpus',
  'memory',
  'account',
  'arrayLimit',
  'sbatch',
  'dryRun',
];

/** Throws a UsageError where an option is for another place than the one that is chosen. */
export function refuseMisplaced({ on }: PlaceOptions, command: Command): void {
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  const flagOf = (name: string): string => command.options.find((option) => option.attributeName() === name)!.long!;
  const forSlurm = ONLY_SLURM.find(isGiven);
  if (on === 'local' && forSlurm !== undefined)
    throw new UsageError(`${flagOf(forSlurm)} goes with --on slurm; without it the runs are trained here`);
  const forHere = ['workers', 'together'].find(isGiven);
  if (on === 'slurm' && forHere !== undefined)
    throw new UsageError(
      `${flagOf(forHere)} is for runs on this machine; with --on slurm every run is a task, and --array-limit says how many run at a time`,
    );
}

/** The engine of runs on other machines: named, since which one works or is fast here says nothing of them. */
export async function namedEngine({ engine = DEFAULT_RUN.engine }: Pick<NetworkSpec, 'engine'>): Promise<EngineName> {
  if (engine !== 'auto') return engine;
  throw new UsageError(
    '--engine auto tries the engines of this machine; with --on slurm, name the one that the nodes have',
  );
}

/** How each task of a sweep is to be trained. */
interface TaskSettings {
  readonly checkpointEvery?: Cadence | undefined;
  readonly redoDamaged?: true | undefined;
}

/** What the options ask of Slurm for the runs of a sweep. */
export function slurmOptionsOf(directory: string, options: PlaceOptions & TaskSettings): SlurmOptions {
  const { partition, time, cpus, gpus, memory, account, arrayLimit, sbatch, checkpointEvery, redoDamaged } = options;
  const command = (submission: number): string[] => [
    ...[process.execPath, resolve(packageRoot(), 'scripts', 'regimes.js'), 'sweep-task', resolve(directory)],
    ...['--submission', `${submission}`],
    ...(checkpointEvery === undefined ? [] : ['--checkpoint-every', valueText(checkpointEvery)]),
    ...(redoDamaged ? ['--redo-damaged'] : []),
  ];
  const job = { partition, time, cpus, gpus, memory, account, arrayLimit, extra: sbatch?.split('\n') };
  return { directory, command, ...job };
}
