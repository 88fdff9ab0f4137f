import { join } from 'node:path';
import type { AnnealedPair } from '../../src/experiments/annealed-pair.js';
import { decaySteps, elrAtBatch } from '../../src/experiments/temperature.js';
import { hasFinished, type RecordedRun } from '../../src/run/recorded-run.js';
import { type AnnealingProtocol, annealRuns } from './annealed-runs.js';
import { trainExperiment } from './continued-runs.js';

/** Runs of the same ELR / batch with batches of several sizes, each annealed by a decay as long as the others in ELR x steps (T16). */

/** What is trained. */
export interface TemperedGrid {
  /** Rising. */
  readonly batch: readonly number[];
  /** ELRs of the smallest batches; those of the others are in proportion to their size. */
  readonly elr: readonly number[];
  readonly seed: readonly number[];
}

/** The runs of one size of batches, annealed. */
export interface TemperedRuns {
  readonly batch: number;
  readonly pairs: readonly AnnealedPair[];
}

const elrOf = ({ manifest }: RecordedRun): number => manifest.configuration.rate.value;

/** Trains the grid; `annealSteps` are those of its smallest ELR. Runs that have not finished are left out and counted. */
export async function trainTempered(
  { batch: batches, elr, seed }: TemperedGrid,
  { directory, annealSteps, training }: AnnealingProtocol,
): Promise<{ readonly arms: readonly TemperedRuns[]; readonly failed: number }> {
  const smallest = elr[0]!;
  const arms: TemperedRuns[] = [];
  let failed = 0;
  for (const batch of batches) {
    const base = { batch };
    const elrs = elr.map((value) => elrAtBatch(value, { from: batches[0]!, to: batch }));
    const folder = join(directory, `batch-${batch}`);
    const trained = await trainExperiment(join(folder, 'fixed'), [{ base, vary: { elr: elrs, seed } }], training);
    failed += trained.failed;
    const pairs: AnnealedPair[] = [];
    for (const value of elrs) {
      const runs = trained.runs.filter((run) => hasFinished(run) && elrOf(run) === value);
      const protocol = { annealSteps: decaySteps(annealSteps, smallest, value), training };
      const annealed = await annealRuns(runs, base, { ...protocol, directory: join(folder, `annealed-${value}`) });
      pairs.push(...annealed.pairs);
      failed += annealed.failed;
    }
    arms.push({ batch, pairs });
  }
  return { arms, failed };
}
