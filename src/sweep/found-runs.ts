import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { RunConfiguration } from '../run/manifest.js';
import { readManifest } from '../run/run-directory.js';
import { UsageError } from '../system/usage-error.js';
import type { Condition } from './conditions.js';
import { fieldsOf } from './configuration-fields.js';
import type { SweepPlan, Varied } from './plan.js';
import { SWEEP_FILE } from './plan-file.js';

/** Runs that no sweep has planned: each was begun by itself, and its folder lies beside those of others. */

/** The name under which a condition asks for a run by its folder: `run=NAME`. */
export const RUN = 'run';

/** What is read, and of which of its runs. */
export interface RunsToRead {
  readonly directory: string;
  readonly where: readonly Condition[];
}

/**
 * A folder as it is given: that of a single run stands for this run among those that it lies beside. Throws a UsageError if a single run
 * is at no fixed ELR.
 */
export function runsAt(path: string, where: readonly Condition[] = []): RunsToRead {
  const rate = existsSync(path) ? readManifest(path)?.configuration.rate : undefined;
  if (rate === undefined) return { directory: path, where };
  if (rate.kind === 'lr')
    throw new UsageError(`${path} is a run at a learning rate in full space; this needs runs at fixed ELRs`);
  return { directory: join(path, '..'), where: [...where, { name: RUN, value: basename(resolve(path)) }] };
}

/** Whether somebody has planned a sweep in a folder, which can be extended and continued. */
export const isSweep = (directory: string): boolean => existsSync(join(directory, SWEEP_FILE));

/** Fields that tell no settings apart: what a run steps with is its ELR, and the rest changes none of its steps. */
const NO_SETTING: ReadonlySet<string> = new Set(['elr', 'engine', 'threads', 'observation']);

interface FoundRun {
  readonly folder: string;
  readonly configuration: RunConfiguration;
}

/** The runs at a fixed ELR in the folders; one whose manifest cannot be read is left out, and named by whoever reads its steps. */
function foundRuns(directory: string, isWanted: (folder: string) => boolean): FoundRun[] {
  const entries = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = entries.map(({ name }) => name).filter(isWanted);
  return names.sort().flatMap((folder): FoundRun[] => {
    try {
      const configuration = readManifest(join(directory, folder))?.configuration;
      return configuration?.rate.kind === 'elr' ? [{ folder, configuration }] : [];
    } catch {
      return [];
    }
  });
}

const asValue = (value: unknown): number | string => {
  if (typeof value === 'number' || typeof value === 'string') return value;
  return value === undefined ? 'usual' : JSON.stringify(value);
};

/**
 * The plan that would have led to the runs in the folders of a directory, those that are wanted: settings are told apart by the fields in
 * which their configurations differ, and by their folders where two are the same in all. Undefined where there is none at a fixed ELR.
 */
export function foundPlan(
  directory: string,
  isWanted: (folder: string) => boolean = () => true,
): SweepPlan | undefined {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  const found = foundRuns(directory, isWanted);
  const fields = found.map(({ configuration }) => fieldsOf(configuration));
  const [first] = fields;
  if (first === undefined) return undefined;
  const names = [...new Set(fields.flatMap((each) => Object.keys(each)))].filter(
    (name) => !NO_SETTING.has(name) && fields.some((each) => !isDeepStrictEqual(each[name], first[name])),
  );
  const values = found.map(({ configuration }, i): Varied => {
    const own = names.map((name) => [name, asValue(fields[i]![name])] as const);
    return { elr: configuration.rate.value, ...Object.fromEntries(own) };
  });
  const isTwice = new Set(values.map((each) => JSON.stringify(each))).size < values.length;
  const runs = found.map(({ folder, configuration }, i) => ({
    folder,
    configuration,
    varied: { ...values[i]!, ...(isTwice && { [RUN]: folder }) },
  }));
  return { varied: Object.keys(runs[0]!.varied), given: {}, runs };
}
