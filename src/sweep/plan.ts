import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ElrConfiguration, RunConfiguration } from '../run/manifest.js';

/** What the runs of a sweep are to be, known before the first of them begins. */

/** The options that vary, by their names in code (`weightDecay`), with a value each: a number, or text as it is given. */
export type Varied = Readonly<Record<string, number | string>>;

/** One run of a sweep: where it goes, what varies, and its whole configuration. */
export interface PlannedRun {
  /** Name of its folder inside that of the sweep. */
  readonly folder: string;
  readonly varied: Varied;
  readonly configuration: RunConfiguration;
  /** Added where a threshold was still wide; absent in runs that were asked for. */
  readonly refined?: true | undefined;
  /** Steps that were asked for, of a run that was lengthened since; absent in all others. */
  readonly lengthenedFrom?: number | undefined;
}

/** A run as it was asked for, before it was lengthened. */
export function asAsked({ lengthenedFrom, ...run }: PlannedRun): PlannedRun {
  if (lengthenedFrom === undefined) return run;
  return { ...run, configuration: { ...run.configuration, steps: lengthenedFrom } };
}

/** The runs of a sweep, and the names of what varies between them. */
export interface SweepPlan {
  /** Names of the options that vary, the rate first. */
  readonly varied: readonly string[];
  /** Options that do not vary themselves, but decide fields that do: `epochs` decides the steps where `batch` varies. */
  readonly given: Readonly<Record<string, string>>;
  readonly runs: readonly PlannedRun[];
}

/** What a run steps with: the one option that varies in every sweep. */
export const RATES: readonly string[] = ['elr', 'lr'];

/** The name of an option on the command line: `weight-decay` for `weightDecay`. */
export const optionName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const SAFE = /^[A-Za-z0-9][A-Za-z0-9.+-]*$/;
const LONGEST_VALUE = 40;
const LONGEST_NAME = 180;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** A value as part of a file name. A value that cannot be one becomes its usable end and a checksum. */
function safeValue(value: number | string): string {
  const text = String(value);
  if (SAFE.test(text) && text.length <= LONGEST_VALUE) return text;
  const last = text.split(/[/\\]/).findLast((part) => part !== '') ?? '';
  const readable = last
    .replace(/[^A-Za-z0-9.+-]+/g, '-')
    .slice(-LONGEST_VALUE)
    .replace(/^[^A-Za-z0-9]+/, '');
  return [readable, digest(text)].filter((part) => part !== '').join('-');
}

const valueName = ([name, value]: [string, number | string]): string =>
  typeof value === 'number' && RATES.includes(name) ? value.toExponential() : safeValue(value);

/** The folder of a run by what varies, in that order: `elr-1e-3_seed-2_batch-64`. */
export function runFolder(varied: Varied): string {
  const name = Object.entries(varied)
    .map((each) => `${optionName(each[0])}-${valueName(each)}`)
    .join('_');
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}-${digest(name)}`;
}

/** The run of a configuration in a sweep where these options vary; another ELR for another `varied.elr`. */
export const plannedRun = (configuration: RunConfiguration, varied: Varied): PlannedRun => ({
  folder: runFolder(varied),
  varied,
  configuration,
});

/** Runs that differ in their ELR alone. */
export const elrPlan = (configurations: readonly ElrConfiguration[]): SweepPlan => ({
  varied: ['elr'],
  given: {},
  runs: configurations.map((configuration) => plannedRun(configuration, { elr: configuration.rate.value })),
});

/** The folder of the run at an ELR, in a sweep where nothing else varies. */
export const runDirectory = (sweep: string, elr: number): string => join(sweep, runFolder({ elr }));

/** Both plans: the runs of the first, then those that only the second has, each folder once. */
export function unite(first: SweepPlan, second: SweepPlan): SweepPlan {
  const runs = new Map(first.runs.map((run) => [run.folder, run]));
  for (const run of second.runs) if (!runs.has(run.folder)) runs.set(run.folder, run);
  return { ...first, runs: [...runs.values()] };
}
