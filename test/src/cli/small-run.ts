import { cpSync, readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, expect } from 'vitest';
import { prepareRun } from '../../../deep/run/prepare.js';
import { recordRun } from '../../../deep/run/record.js';
import type { RunConfiguration } from '../../../src/run/manifest.js';
import { readManifest } from '../../../src/run/run-directory.js';
import { regimes, temporaryFolder } from '../../cli.js';

/** A run of a second, for tests of what becomes of it when it is stopped. */

// Momentum and an affine model: everything that a checkpoint has to hold. Three batches an epoch, the last one smaller.
const SETTING = '--model convnet-affine --lr 0.05 --momentum 0.9 --weight-decay 1e-3 --schedule cosine';
const DATA = '--width 2 --train-images 40 --batch 16 --threads 1 --log none';
// Everything else that a run may leave.
const OBSERVED = '--measure 40 --average 0.5';

/** The options of such a run, the files it leaves and what they hold, byte by byte. */
export function smallRun(steps: number) {
  const words = [...`${SETTING} ${DATA} ${OBSERVED}`.split(' '), '--keep', `${steps / 2}`, '--steps', `${steps}`];
  const weights = ['average', 'weights-0', `weights-${steps}`, `weights-${steps / 2}`, 'weights'];
  const files = ['measurements.jsonl', 'metrics.jsonl', ...weights.map((name) => `${name}.safetensors`)];
  const contents = (directory: string): string[] => files.map((file) => readFileSync(`${directory}/${file}`, 'latin1'));
  return { words, files, contents };
}

export const { words: RUN, contents } = smallRun(60);

export const size = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

export const resume = (out: string, ...words: string[]) =>
  regimes('train', '--out', out, '--resume', '--log', 'none', ...words);

/** An unfinished run in `out` with checkpoints after 20 and 40 steps, and the metrics of five more. */
export async function interruptRun(configuration: RunConfiguration, out: string): Promise<void> {
  const stopAt = ({ step }: { readonly step: number }): void => {
    if (step === 44) throw new Error('interrupted');
  };
  const ended = recordRun(prepareRun(configuration), out, { checkpointEvery: 20, onStep: stopAt });
  const reason = await ended.then(
    () => 'finished',
    (error: Error) => error.message,
  );
  if (reason !== 'interrupted') throw new Error(reason);
}

/** For the tests of a file: `whole`, a finished run of RUN, and copies of the same run as it was when interrupted. */
export function wholeAndInterrupted() {
  const folder = temporaryFolder();
  const [whole, stopped] = [folder.path('whole'), folder.path('stopped')];
  beforeAll(async () => {
    expect((await regimes('train', ...RUN, '--out', whole)).code).toBe(0);
    await interruptRun(readManifest(whole)!.configuration, stopped);
  });
  afterAll(folder.remove);
  const interrupted = (name: string): string => {
    cpSync(stopped, folder.path(name), { recursive: true });
    return folder.path(name);
  };
  return { folder, whole, interrupted };
}
