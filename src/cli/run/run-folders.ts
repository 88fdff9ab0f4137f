import { accessSync, constants, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Option } from 'commander';
import type { Engine } from '../../../deep/engine/engine.js';
import type { EngineName } from '../../../deep/engine/names.js';
import type { Manifest } from '../../run/manifest.js';
import { readStepAt } from '../../run/read-steps.js';
import { MANIFEST_FILE, readManifest } from '../../run/run-directory.js';
import { finishedManifest } from '../../run/whole-run.js';
import { notASweep } from '../../sweep/directory.js';
import { foundPlan } from '../../sweep/found-runs.js';
import { OR_RUNS } from '../../sweep/groups-on-disk.js';
import { readPlan } from '../../sweep/plan-file.js';
import { SweepReader } from '../../sweep/sweep-reader.js';
import { explainWriting } from '../../system/atomic.js';
import { cores } from '../../system/processors.js';
import { UsageError } from '../../system/usage-error.js';
import { threadCount } from '../../text/grammar/value-grammar.js';
import { printJson } from '../../text/output.js';
import type { LeftOut } from './left-out.js';

/** Folders of the runs in a folder: its own, or those of a sweep that have weights to look at. */
function runFolders(directory: string, leftOut: LeftOut): string[] {
  if (existsSync(join(directory, MANIFEST_FILE))) {
    finishedManifest(directory);
    return [directory];
  }
  if (readPlan(directory) === undefined && foundPlan(directory) === undefined) throw notASweep(directory, OR_RUNS);
  const runs = new SweepReader(directory, { onDamaged: leftOut.damaged() })
    .whole()
    .filter(({ manifest }) => manifest.status === 'finished');
  if (runs.length === 0) throw new UsageError(`${directory} has no finished run yet`);
  const rate = ({ manifest }: (typeof runs)[number]): number => manifest.configuration.rate.value;
  return runs.sort((a, b) => rate(a) - rate(b)).map((run) => run.directory);
}

/** The ELR at the end of a run, or after `at` steps: with a schedule or in full space that of the last step until then. */
export const finalElr = (directory: string, { configuration: { rate, training } }: Manifest, at?: number): number =>
  rate.kind === 'elr' && training.schedule.kind === 'constant'
    ? rate.value
    : (readStepAt(directory, at === undefined ? undefined : Math.max(0, at - 1))?.elr ?? Number.NaN);

/** `--threads` of commands that measure at weights. */
export const threadsOption = (): Option =>
  new Option('--threads <count>', 'threads per operation').argParser(threadCount).default(cores(), 'all cores');

/** A run that is to be measured, with the engine that trained it. */
export interface RunAtHand {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly engine: Engine;
}

/** What was measured at the weights of a run. */
interface MeasuredAtWeights<Measurement> {
  /** Name of the run. */
  readonly run: string;
  /** The ELR it ended with. */
  readonly elr: number;
  readonly measurement: Measurement;
}

/** How runs are measured, and where those are counted that cannot be read. */
interface MeasureRunsOptions {
  readonly threads: number;
  readonly json?: true;
  readonly at?: number;
  readonly leftOut: LeftOut;
}

/** Measures the runs in a folder one after another; with `json` each is printed as a line as soon as it is known. */
export async function measureRuns<Measurement extends object>(
  directory: string,
  { threads, json, at, leftOut }: MeasureRunsOptions,
  measure: (run: RunAtHand) => Promise<Measurement>,
): Promise<MeasuredAtWeights<Measurement>[]> {
  const { openEngine } = await import('../../../deep/engine/open.js');
  const { enterEngine } = await import('../../../deep/engine/installed/environment.js');
  const folders = runFolders(directory, leftOut);
  // What was measured is kept with the run: that it cannot be is found out before.
  for (const folder of folders) explainWriting(folder, () => accessSync(folder, constants.W_OK));
  // Before anything is printed: another process begins with the first run.
  for (const folder of folders) enterEngine(readManifest(folder)!.configuration.engine as EngineName);
  const measured: MeasuredAtWeights<Measurement>[] = [];
  for (const folder of folders) {
    const manifest = readManifest(folder)!;
    const engine = await openEngine(manifest.configuration.engine as EngineName, { threads });
    const measurement = await measure({ folder, manifest, engine });
    const elr = finalElr(folder, manifest, at);
    if (json) printJson({ run: folder, elr, ...measurement });
    measured.push({ run: basename(folder), elr, measurement });
  }
  return measured;
}
