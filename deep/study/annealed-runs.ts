import { join } from 'node:path';
import { ANNEALING_FACTOR, annealingSteps } from '../../src/experiments/anneal.js';
import type { AnnealedPair } from '../../src/experiments/annealed-pair.js';
import { stepsPerEpoch } from '../../src/run/epoch.js';
import { hasFinished, type RecordedRun } from '../../src/run/recorded-run.js';
import { continuationsOf, type ExperimentTraining, trainExperiment, trainFrom } from './continued-runs.js';
import { trainImagesOf } from './image-counts.js';
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
  const { rate } = run.manifest.configuration;
  const steps = annealingSteps(annealSteps, perEpoch);
  return {
    base: { ...base, steps, schedule: 'linear', factor: ANNEALING_FACTOR, span: { from: 0, to: annealSteps / steps } },
    vary: { [rate.kind]: [rate.value] },
  };
}

/** What runs lost by annealing is measured on, and how many failed. */
export interface AnnealedRuns {
  readonly pairs: readonly AnnealedPair[];
  readonly failed: number;
}

/** Anneals runs that have finished, in a folder of their own; `base` is what they differ in from the network of the experiment. */
export async function annealRuns(
  runs: readonly RecordedRun[],
  base: SweepSpec['base'],
  { directory, annealSteps, training }: AnnealingProtocol,
): Promise<AnnealedRuns> {
  const perEpoch = (): number => epochOf({ ...training.network, ...base });
  const annealing = (run: RecordedRun) => annealingOf(run, base, annealSteps, perEpoch());
  const annealed = await trainFrom(runs, annealing, { directory, training });
  const pairs = runs.flatMap((before): AnnealedPair[] => {
    const [after] = continuationsOf(before, annealed.runs);
    return after === undefined ? [] : [{ before, after, perEpoch: perEpoch(), annealSteps }];
  });
  return { pairs, failed: annealed.failed };
}

/** Trains an arm at its fixed rates, then anneals each run that finished; unfinished ones stay unpaired. */
export async function trainAnnealed(
  { label, base, vary }: AnnealedArmSpec,
  { directory, annealSteps, training }: AnnealingProtocol,
): Promise<AnnealedRuns> {
  const { runs, failed } = await trainExperiment(join(directory, label), [{ ...(base && { base }), vary }], training);
  const folder = join(directory, `${label}-annealed`);
  const annealed = await annealRuns(runs.filter(hasFinished), base, { directory: folder, annealSteps, training });
  return { pairs: annealed.pairs, failed: failed + annealed.failed };
}
