import { join } from 'node:path';
import { balancePoint } from '../../src/regime/break-even.js';
import { type Balance, type BalancePoint, writeBalance } from '../../src/run/balance-record.js';
import type { Manifest } from '../../src/run/manifest.js';
import { keptWeightSteps, keptWeightsFile, WEIGHTS_FILE } from '../../src/run/run-directory.js';
import { isGradientStep } from '../../src/run/training-settings.js';
import { UsageError } from '../../src/system/usage-error.js';
import type { Engine } from '../engine/engine.js';
import { measuredManifest, openExaminedRun } from '../evaluate/examined-run.js';
import { namesWithRole } from '../models/model.js';
import { readCheckpoint } from '../run/read-checkpoint.js';
import { BalanceMeter, type BalanceOptions, DEFAULT_PAIRS } from './break-even.js';

/** At how many weights of a run the break-even ELR is measured, and how precisely. */
export interface RunBalanceOptions extends BalanceOptions {
  /** Maximum number of weights kept in the second half of the run to use, evenly spaced and including the last. */
  readonly points?: number;
  /** Called with the number of points measured, and the total. */
  readonly onPoint?: (done: number, total: number) => void;
}

const DEFAULT_POINTS = 16;

/** Weights on disk, and the steps that the run had taken. */
interface KeptWeights {
  readonly step: number;
  readonly file: string;
}

/** `count` of the list at most, evenly spaced, the last one among them. */
export function evenly<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.round(((i + 1) * items.length) / count) - 1]!);
}

/** The final weights, and before them those that were kept in the second half of the run. */
function lateWeights(directory: string, steps: number): KeptWeights[] {
  const kept = keptWeightSteps(directory)
    .filter((step) => step >= steps / 2 && step < steps)
    .map((step) => ({ step, file: keptWeightsFile(step) }));
  return [...kept, { step: steps, file: WEIGHTS_FILE }];
}

/** The manifest of a run whose steps T13 is about. Throws a UsageError where it is none. */
function balancedManifest(directory: string): Manifest {
  const manifest = measuredManifest(directory);
  if (manifest.status !== 'finished') throw new UsageError(`${directory} is not finished; allowed: a run that is`);
  if (manifest.configuration.training.fullBatch) {
    throw new UsageError(`${directory} takes a step a pass over the images; allowed: a run with a step a batch`);
  }
  return manifest;
}

/** The ELR of a whole step, where all steps are along the gradient at one ELR. */
function triedElr({ configuration: { rate, training } }: Manifest): { readonly elr?: number } {
  const isPlain = isGradientStep(training) && training.schedule.kind === 'constant';
  return rate.kind === 'elr' && isPlain ? { elr: rate.value } : {};
}

/**
 * Measures what decides whether steps lower the loss (T13) at weights of a finished run, and keeps it in the run's folder: at its
 * final weights and at those it kept in its second half (`--keep`). Throws a UsageError where there is no finished run, or one
 * of full batches, and one line where its data has changed.
 */
export async function balanceOfRun(
  engine: Engine,
  directory: string,
  { points: most = DEFAULT_POINTS, onPoint = () => {}, pairs = DEFAULT_PAIRS, seed = 1 }: RunBalanceOptions = {},
): Promise<Balance> {
  const begin = performance.now();
  const manifest = balancedManifest(directory);
  const { steps, training } = manifest.configuration;
  const { data, model, batch, loss } = openExaminedRun(manifest);
  const chosen = evenly(lateWeights(directory, steps), most);
  const subject = { model, data, batch, ...(loss === undefined ? {} : { loss }) };
  const meter = await BalanceMeter.open(engine, subject, { pairs, seed, ...triedElr(manifest) });
  const points: BalancePoint[] = [];
  try {
    for (const { step, file } of chosen) {
      const tensors = readCheckpoint(model, join(directory, file), { rescale: false });
      points.push(balancePoint(step, await meter.at(tensors)));
      onPoint(points.length, chosen.length);
    }
  } finally {
    await meter.dispose();
  }
  const othersTrained = namesWithRole(model, 'free').length > 0 && training.freeLr !== 0;
  const seconds = (performance.now() - begin) / 1000;
  const balance = { batch, pairs, seed, ...(othersTrained && { othersTrained }), points, seconds };
  writeBalance(directory, balance);
  return balance;
}
