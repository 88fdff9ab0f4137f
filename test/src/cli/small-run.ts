import { readFileSync, statSync } from 'node:fs';
import { prepareRun } from '../../../deep/run/prepare.js';
import { recordRun } from '../../../deep/run/record.js';
import type { RunConfiguration } from '../../../src/run/manifest.js';
import { regimes } from '../../cli.js';

/** A run of a second, for tests of what becomes of it when it is stopped. */

// Momentum and an affine model: everything that a checkpoint has to hold. Three batches an epoch, the last one smaller.
export const STEPS = 150;
const SETTING = '--model convnet-affine --lr 0.05 --momentum 0.9 --weight-decay 1e-3 --schedule cosine';
const DATA = '--width 2 --train-images 40 --batch 16 --threads 1 --log none';
// Everything else that a run may leave.
const OBSERVED = '--measure 40 --average 0.5 --keep 75';
export const RUN = [...`${SETTING} ${DATA} ${OBSERVED}`.split(' '), '--steps', String(STEPS)];

export const FILES = [
  ...['measurements.jsonl', 'metrics.jsonl'],
  ...['average', 'weights-0', 'weights-150', 'weights-75', 'weights'].map((name) => `${name}.safetensors`),
];

/** What a run computed, byte by byte. */
export const contents = (directory: string): string[] =>
  FILES.map((file) => readFileSync(`${directory}/${file}`, 'latin1'));

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
