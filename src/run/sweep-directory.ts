import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../usage-error.js';
import { makeDirectory, writeAtomically } from './atomic.js';
import type { Manifest, RunConfiguration } from './manifest.js';
import { METRICS_FILE, type RecordedStep, readManifest, readSteps } from './run-directory.js';

/** A sweep on disk: a folder with one run a folder, named by its ELR, and the configuration they share. */

const SWEEP_FILE = 'sweep.json';

export const runDirectory = (sweep: string, elr: number): string => join(sweep, `elr-${elr.toExponential()}`);

/** A run as read from disk, finished or not. */
export interface SweepRun {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly steps: readonly RecordedStep[];
}

/** What the runs of a sweep have in common. */
const shared = ({ elr, ...rest }: RunConfiguration): Omit<RunConfiguration, 'elr'> => rest;

/**
 * Makes `directory` the home of a sweep with the configuration that `runs` share. A folder that holds the same sweep is
 * continued; one that holds another is refused, so that no two sweeps mix.
 */
export function openSweep(directory: string, runs: readonly RunConfiguration[]): void {
  const path = join(directory, SWEEP_FILE);
  const configuration = shared(runs[0]!);
  const text = `${JSON.stringify({ configuration }, null, 2)}\n`;
  if (existsSync(path)) {
    const known = readFileSync(path, 'utf8');
    if (known !== text)
      throw new UsageError(`${directory} holds another sweep${difference(known, configuration)}; choose another --out`);
    return;
  }
  makeDirectory(directory);
  writeAtomically(path, text);
}

/** The first option in which a sweep on disk differs, as a clause for people. */
function difference(known: string, wanted: Omit<RunConfiguration, 'elr'>): string {
  try {
    const { configuration } = JSON.parse(known) as { configuration: Record<string, unknown> };
    for (const [name, value] of Object.entries(wanted)) {
      if (configuration[name] !== value) return ` (${name} ${configuration[name]}, not ${value})`;
    }
  } catch {
    // A damaged file differs in everything.
  }
  return '';
}

/** Whether the run of this configuration is finished on disk. */
export function isFinished(sweep: string, configuration: RunConfiguration): boolean {
  const manifest = readManifest(runDirectory(sweep, configuration.elr));
  return manifest?.status === 'finished' && JSON.stringify(manifest.configuration) === JSON.stringify(configuration);
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
    if (manifest === undefined) return undefined;
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
