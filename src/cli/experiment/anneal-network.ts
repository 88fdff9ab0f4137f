import { join, resolve } from 'node:path';
import type { EngineName } from '../../../deep/engine/names.js';
import type { SweepSpec } from '../../../deep/study/spec.js';
import {
  ANNEALING_FACTOR,
  type AnnealedArm,
  type AnnealedRate,
  annealedRate,
  annealingSteps,
  meanValley,
  measureLoss,
} from '../../experiments/anneal.js';
import type { Valley } from '../../readings/valley.js';
import { writeAnnealing } from '../../run/annealing-record.js';
import { WEIGHTS_FILE } from '../../run/run-directory.js';
import { stepNoiseFloors } from '../../sphere/noise-floor.js';
import type { RecordedRun } from '../../sweep/directory.js';
import { cores } from '../../system/cores.js';
import { type ProtocolOptions, trainNetwork, trainNetworks } from './experiment-options.js';

/** What anneals a network. */
export interface AnnealOptions extends ProtocolOptions {
  /** Steps during which the rate falls. */
  readonly annealSteps: number;
}

/** One way to train: below `--out`, the rates and whatever else is set. */
export interface TrainedArm extends SweepSpec {
  readonly label: string;
}

/** A run at a fixed rate, and the one that began with its last weights. */
interface Pair {
  readonly before: RecordedRun;
  readonly after: RecordedRun;
}

const isFinished = ({ manifest }: RecordedRun): boolean => manifest.status === 'finished';
/** Absolute, as configurations have it. */
const weightsOf = ({ directory }: RecordedRun): string => resolve(directory, WEIGHTS_FILE);

/** The sweep of the one run that anneals another. */
function annealingOf(run: RecordedRun, base: SweepSpec['base'], options: AnnealOptions, perEpoch: number): SweepSpec {
  const { rate, seed } = run.manifest.configuration;
  const steps = annealingSteps(options.annealSteps, perEpoch);
  return {
    base: {
      ...base,
      steps,
      schedule: 'linear',
      factor: ANNEALING_FACTOR,
      span: { from: 0, to: options.annealSteps / steps },
    },
    vary: { [rate.kind]: [rate.value], seed: [seed], init: [weightsOf(run)] },
  };
}

/** Trains at fixed rates, then anneals from the last weights of each run that finished; unfinished ones stay unpaired. */
async function trainPairs({ label, base, vary }: TrainedArm, options: AnnealOptions, perEpoch: number) {
  const fixed = await trainNetwork(join(options.out, label), options, { ...(base && { base }), vary });
  const finished = fixed.runs.filter(isFinished);
  if (finished.length === 0) return { pairs: [], failed: fixed.failed };
  const sweeps = finished.map((run) => annealingOf(run, base, options, perEpoch));
  const annealed = await trainNetworks(join(options.out, `${label}-annealed`), options, sweeps);
  const pairs = finished.flatMap((before): Pair[] => {
    const after = annealed.runs.find((run) => run.manifest.configuration.init === weightsOf(before));
    return after !== undefined && isFinished(after) ? [{ before, after }] : [];
  });
  return { pairs, failed: fixed.failed + annealed.failed };
}

/** The valleys of runs, each with the engine that trained it. */
async function valleysOf(pairs: readonly Pair[]): Promise<Valley[]> {
  const { openExaminedRun, withEngine } = await import('../../../deep/evaluate/examined-run.js');
  const { runValley } = await import('../../../deep/evaluate/run-valley.js');
  const valleys: Valley[] = [];
  for (const { before, after } of pairs) {
    const { manifest, directory, steps } = before;
    const setting = await withEngine(openExaminedRun(manifest), manifest.configuration.engine as EngineName, cores());
    valleys.push(await runValley(setting, directory, after.directory, steps.columns.elr.at(-1)!));
  }
  return valleys;
}

/** What the annealing of a run shows, which is also kept with the run. */
function measurePair({ before, after }: Pair, valley: Valley, { annealSteps }: AnnealOptions, perEpoch: number) {
  const { loss, egn, ess } = before.steps.columns;
  const measured = measureLoss({
    losses: [...loss],
    floors: [...stepNoiseFloors({ egn, ess })],
    annealedLosses: [...after.steps.columns.loss.slice(-perEpoch)],
  });
  writeAnnealing(before.directory, { ...measured, valley, steps: loss.length, annealSteps, factor: ANNEALING_FACTOR });
  return measured;
}

/** Trains, anneals and measures one way to train: a row for every rate of which a run was annealed. */
export async function annealNetwork(
  arm: TrainedArm,
  options: AnnealOptions,
  perEpoch: number,
): Promise<{ readonly arm: AnnealedArm; readonly failed: number }> {
  const { toyTheory: theory } = await import('../../../toy/theory/equilibrium.js');
  const { pairs, failed } = await trainPairs(arm, options, perEpoch);
  const rateOf = ({ before }: Pair) => before.manifest.configuration.rate;
  const valleys = await valleysOf(pairs);
  const values = [...new Set(pairs.map((pair) => rateOf(pair).value))].sort((a, b) => a - b);
  const rates = values.map((rate): AnnealedRate => {
    const alike = pairs.flatMap((pair, i) => (rateOf(pair).value === rate ? [{ pair, valley: valleys[i]! }] : []));
    const measured = alike.map(({ pair, valley }) => measurePair(pair, valley, options, perEpoch));
    const { manifest } = alike[0]!.pair.before;
    const words = rateOf(alike[0]!.pair).kind === 'elr' ? `ELR ${rate}` : `lr ${rate}`;
    return {
      ...annealedRate({ rate, words }, measured, { randomLoss: manifest.randomLoss.mean, theory }),
      valley: meanValley(alike.map(({ valley }) => valley)),
    };
  });
  return { arm: { of: 'network', label: arm.label, rates }, failed };
}
