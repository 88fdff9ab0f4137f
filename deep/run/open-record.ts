import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { randomSource } from '../../src/numerics/random.js';
import { hasCheckpoint, latestCheckpoint, removeCheckpoints } from '../../src/run/checkpoint.js';
import { MANIFEST_FORMAT, type Manifest } from '../../src/run/manifest.js';
import { readManifest } from '../../src/run/run-directory.js';
import { RunWriter } from '../../src/run/run-writer.js';
import { refuseDamaged } from '../../src/run/whole-run.js';
import { packageVersion } from '../../src/system/package.js';
import { UnreadableFile } from '../../src/system/reading-error.js';
import { UsageError } from '../../src/system/usage-error.js';
import { checksum } from '../data/image-set.js';
import type { Engine } from '../engine/engine.js';
import { invariantGroups, type Model, namesWithRole } from '../models/model.js';
import { randomPointLoss } from '../observe/random-points.js';
import { STREAMS, type TrainingState } from '../training/train.js';
import { checkpointAtEnd, isLonger } from './lengthen.js';
import type { PreparedRun } from './prepare.js';

/** The record of a run in its folder: begun, gone on with, begun anew where it is damaged, or lengthened. */

/** What becomes of a run that is in the directory already. */
export interface OpenRecordOptions {
  /** Called with each line of information for the user. */
  readonly onNote?: (line: string) => void;
  /** Continues the same run if the directory holds it unfinished, or finished after fewer steps. */
  readonly resume?: boolean;
  /** Begins a damaged run anew, in place of what is left of it; default: it is refused. */
  readonly redoDamaged?: boolean;
}

/** Checksum of the initial parameters. */
const startChecksum = (initial: PreparedRun['initial']): string =>
  [...initial.values()].reduce((hash, values) => hash.update(values), createHash('sha256')).digest('hex');

/** The scale-invariant groups, if they are not simply the single tensors. */
function groupsOf(model: Model): Pick<Manifest, 'invariantGroups'> {
  const groups = invariantGroups(model).map(({ name, tensors }) => ({ name, tensors: [...tensors] }));
  return groups.every(({ tensors }) => tensors.length === 1) ? {} : { invariantGroups: groups };
}

async function createManifest(run: PreparedRun, engine: Engine): Promise<Manifest> {
  const { configuration, data, model, initial } = run;
  const { seed, batch, training } = configuration;
  const random = randomSource(seed, STREAMS.randomPoints);
  return {
    format: MANIFEST_FORMAT,
    version: packageVersion(),
    node: process.version,
    status: 'running',
    configuration,
    data: {
      name: data.name,
      sha256: checksum(data),
      trainImages: data.train.count,
      testImages: data.test.count,
      classes: data.classes,
    },
    start: startChecksum(initial),
    groups: namesWithRole(model, 'sphere'),
    ...groupsOf(model),
    randomLoss: await randomPointLoss(engine, model, data, initial, random, { batch, loss: training.loss }),
    created: new Date().toISOString(),
    outcome: null,
    failure: null,
  };
}

/** Throws one line if a run cannot go on as it began. */
function refuseChanged({ data, initial, configuration }: PreparedRun, manifest: Manifest): void {
  if (checksum(data) !== manifest.data.sha256)
    throw new Error(`the data in ${configuration.data} has changed since the run started`);
  if (manifest.start !== null && startChecksum(initial) !== manifest.start) {
    throw new Error(`${configuration.init ?? 'the initialisation'} has changed since the run started`);
  }
}

/** Whether a run is none that could be gone on with. Throws where its files cannot be read now, and may be whole. */
function isDamaged(directory: string): boolean {
  try {
    const manifest = readManifest(directory);
    if (manifest === undefined) return false;
    if (manifest.status === 'finished') refuseDamaged(directory, manifest);
    else latestCheckpoint(directory, () => {});
    return false;
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    return true;
  }
}

/** What a run is written with, where it is, and the seconds that earlier steps took where they count. */
export interface OpenRecord {
  readonly writer: RunWriter;
  readonly state: TrainingState | undefined;
  readonly seconds: number;
}

/** Begins a run in its directory, or goes on with it: what to write with, and where it is. Throws a UsageError where another run is in the way. */
export async function openRecord(
  run: PreparedRun,
  directory: string,
  engine: Engine,
  options: OpenRecordOptions,
): Promise<OpenRecord> {
  const { resume = false, redoDamaged = false, onNote = () => {} } = options;
  const isAnew = redoDamaged && isDamaged(directory);
  if (isAnew) {
    onNote(`${directory} is damaged and begins anew`);
    removeCheckpoints(directory);
  }
  const known = isAnew ? undefined : readManifest(directory);
  if (known?.status === 'finished') {
    refuseDamaged(directory, known);
    if (resume && isLonger(known.configuration, run.configuration)) return lengthenRecord(run, directory, known);
    throw new UsageError(`${directory} holds a finished run; choose another --out or remove it`);
  }
  if (known === undefined || !resume || !isDeepStrictEqual(known.configuration, run.configuration)) {
    if (hasCheckpoint(directory)) {
      throw new UsageError(`${directory} holds an unfinished run; --resume continues it, or remove it`);
    }
    return { writer: RunWriter.create(directory, await createManifest(run, engine)), state: undefined, seconds: 0 };
  }
  refuseChanged(run, known);
  const checkpoint = latestCheckpoint(directory, onNote);
  const writer = RunWriter.resume(directory, known, checkpoint);
  return { writer, state: checkpoint satisfies TrainingState | undefined, seconds: 0 };
}

/** Goes on with a finished run as a longer one; the seconds that it took so far count. */
function lengthenRecord(run: PreparedRun, directory: string, known: Manifest): OpenRecord {
  refuseChanged(run, known);
  const state = checkpointAtEnd(directory, known, run.model);
  const { files: _, ...manifest } = known;
  const longer = { ...manifest, configuration: run.configuration, outcome: null };
  return { writer: RunWriter.resume(directory, longer, state), state, seconds: known.outcome?.seconds ?? 0 };
}
