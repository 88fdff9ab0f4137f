import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { UsageError } from '../usage-error.js';
import { makeDirectory, writeAtomically } from './atomic.js';
import {
  type ElrConfiguration,
  type ElrManifest,
  type Manifest,
  type RunConfiguration,
  RunConfigurationSchema,
} from './manifest.js';
import { METRICS_FILE, type RecordedStep, readManifest, readSteps } from './run-directory.js';

/** A sweep on disk: a folder with one run a folder, named by its ELR, and the configuration they share. */

const SWEEP_FILE = 'sweep.json';

export const runDirectory = (sweep: string, elr: number): string => join(sweep, `elr-${elr.toExponential()}`);

/** A run as read from disk, finished or not. */
export interface SweepRun {
  readonly directory: string;
  readonly manifest: ElrManifest;
  readonly steps: readonly RecordedStep[];
}

const hasElr = (manifest: Manifest): manifest is ElrManifest => manifest.configuration.elr !== null;

/** What the runs of a sweep have in common. */
type SharedConfiguration = Omit<RunConfiguration, 'elr'>;

const shared = ({ elr, ...rest }: ElrConfiguration): SharedConfiguration => rest;

/**
 * Makes `directory` the home of a sweep with the configuration that `runs` share. A folder that holds the same sweep is
 * continued; one that holds another is refused, so that no two sweeps mix.
 */
export function openSweep(directory: string, runs: readonly ElrConfiguration[]): void {
  const path = join(directory, SWEEP_FILE);
  const configuration = shared(runs[0]!);
  if (existsSync(path)) {
    const known = parseShared(readFileSync(path, 'utf8'));
    const clause = known === undefined ? '' : difference(known, configuration);
    if (clause !== undefined) throw new UsageError(`${directory} holds another sweep${clause}; choose another --out`);
    return;
  }
  makeDirectory(directory);
  writeAtomically(path, `${JSON.stringify({ configuration }, null, 2)}\n`);
}

const SharedSchema = z.strictObject({ configuration: RunConfigurationSchema.omit({ elr: true }) });

/** What the runs of a sweep on disk share, whatever version wrote it; undefined where that is not to be understood. */
function parseShared(text: string): SharedConfiguration | undefined {
  try {
    return SharedSchema.parse(JSON.parse(text)).configuration;
  } catch {
    return undefined;
  }
}

const settings = ({ training, observation, ...rest }: SharedConfiguration): Record<string, unknown> => ({
  ...rest,
  ...training,
  ...observation,
});

/** The first option in which a sweep on disk differs, as a clause for people; undefined where none does. */
function difference(known: SharedConfiguration, wanted: SharedConfiguration): string | undefined {
  const [before, now] = [settings(known), settings(wanted)];
  for (const name of Object.keys({ ...now, ...before })) {
    const [old, fresh] = [before[name], now[name]].map((value) =>
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    );
    if (old !== fresh) return ` (${name} ${old}, not ${fresh})`;
  }
  return undefined;
}

/** Whether the run of this configuration is finished on disk. */
export function isFinished(sweep: string, configuration: ElrConfiguration): boolean {
  const manifest = readManifest(runDirectory(sweep, configuration.elr));
  return manifest?.status === 'finished' && isDeepStrictEqual(manifest.configuration, configuration);
}

/** Reads sweeps again and again: a run whose files have not changed since is not read again. */
export class SweepReader {
  private readonly known = new Map<string, { readonly stamp: string; readonly run: SweepRun }>();

  constructor(private readonly directory: string) {}

  /** All runs that have begun, by rising ELR. */
  read(): SweepRun[] {
    if (!existsSync(this.directory)) return [];
    const folders = readdirSync(this.directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const runs = folders.map(({ name }) => this.readRun(join(this.directory, name)));
    return runs
      .filter((run) => run !== undefined)
      .sort((a, b) => a.manifest.configuration.elr - b.manifest.configuration.elr);
  }

  private readRun(directory: string): SweepRun | undefined {
    const manifest = readManifest(directory);
    if (manifest === undefined || !hasElr(manifest)) return undefined;
    const metrics = statSync(join(directory, METRICS_FILE), { throwIfNoEntry: false });
    const stamp = `${manifest.status} ${metrics?.size} ${metrics?.mtimeMs}`;
    const known = this.known.get(directory);
    if (known?.stamp === stamp) return known.run;
    const run = { directory, manifest, steps: readSteps(directory) };
    this.known.set(directory, { stamp, run });
    return run;
  }
}

/** All runs of a sweep on disk, by rising ELR. Throws a UsageError where there is none. */
export function readSweep(directory: string): SweepRun[] {
  if (!existsSync(join(directory, SWEEP_FILE))) {
    throw new UsageError(`${directory} is not a sweep; allowed: a folder written by regimes sweep --out`);
  }
  return new SweepReader(directory).read();
}
