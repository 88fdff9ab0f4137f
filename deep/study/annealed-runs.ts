import { join } from 'node:path';
import { ANNEALING_FACTOR, annealingSteps } from '../../src/experiments/anneal.js';
import type { AnnealedPair } from '../../src/experiments/annealed-pair.js';
import { stepsPerEpoch } from '../../src/run/epoch.js';
import { hasFinished, type RecordedRun } from '../../src/sweep/recorded-run.js';
import { type ExperimentTraining, trainExperiment } from './experiment-training.js';
import { trainImagesOf } from './image-counts.js';
import { lastWeights } from './last-weights.js';
import { DEFAULT_RUN, type NetworkSpec, type SweepSpec } from './spec.js';

/** Runs at fixed rates, and runs that go on from their last weights with a rate that falls to almost nothing (T14). */

/** One way to train: the name of its folders, the rates, and whatever else is set. */
export interface AnnealedArmSpec extends SweepSpec {
  readonly label: string;
}

/** Where and how the runs are trained. */
export interface AnnealingProtocol {
  readonly directory: string;
  /** Steps during which the rate falls. */
  readonly annealSteps: number;
  readonly training: ExperimentTraining;
}

/** Steps of an epoch of runs. */
export const epochOf = (network: NetworkSpec): number =>
  stepsPerEpoch({ batch: network.batch ?? DEFAULT_RUN.batch }, trainImagesOf(network));

/** The sweep of the one run that anneals another. */
function annealingOf(run: RecordedRun, base: SweepSpec['base'], annealSteps: number, perEpoch: number): SweepSpec {
  const { rate, seed } = run.manifest.configuration;
  const steps = annealingSteps(annealSteps, perEpoch);
  return {
    base: { ...base, steps, schedule: 'linear', factor: ANNEALING_FACTOR, span: { from: 0, to: annealSteps / steps } },
    vary: { [rate.kind]: [rate.value], seed: [seed], init: [lastWeights(run)] },
  };
}

/**
 * Trains an arm at its fixed rates, then anneals each run that finished from its last weights; unfinished ones stay unpaired. Runs
 * on disk are not trained again. Throws a UsageError where a folder holds another sweep or the settings contradict each other.
 */
export async function trainAnnealed(
  { label, base, vary }: AnnealedArmSpec,
  { directory, annealSteps, training }: AnnealingProtocol,
): Promise<{ readonly pairs: readonly AnnealedPair[]; readonly failed: number }> {
  const fixed = await trainExperiment(join(directory, label), [{ ...(base && { base }), vary }], training);
  const finished = fixed.runs.filter(hasFinished);
  if (finished.length === 0) return { pairs: [], failed: fixed.failed };
  const perEpoch = epochOf({ ...training.network, ...base });
  const sweeps = finished.map((run) => annealingOf(run, base, annealSteps, perEpoch));
  const annealed = await trainExperiment(join(directory, `${label}-annealed`), sweeps, training);
  const pairs = finished.flatMap((before): AnnealedPair[] => {
    const after = annealed.runs.find((run) => run.manifest.configuration.init === lastWeights(before));
    return after !== undefined && hasFinished(after) ? [{ before, after, perEpoch, annealSteps }] : [];
  });
  return { pairs, failed: fixed.failed + annealed.failed };
}
