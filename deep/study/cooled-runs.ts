import { join } from 'node:path';
import type { AnnealedPair } from '../../src/experiments/annealed-pair.js';
import { coolerElr, type Stay } from '../../src/experiments/cooling.js';
import { hasFinished, type RecordedRun } from '../../src/run/recorded-run.js';
import { type AnnealedRuns, type AnnealingProtocol, annealRuns } from './annealed-runs.js';
import { continuationsOf, trainExperiment, trainFrom } from './continued-runs.js';
import type { SweepSpec } from './spec.js';

/** Runs that stay on at their ELR, at a lower one, and then at the first again; each of these stays is annealed (T15). */

/** Where and how the runs are trained. */
export interface CoolingProtocol extends AnnealingProtocol {
  /** Steps of each later stay. */
  readonly staySteps: number;
  /** The lower ELR in units of the first. */
  readonly factor: number;
}

/** What a stay lost by annealing is measured on, by stay. */
export type CooledPairs = Readonly<Record<Stay, readonly AnnealedPair[]>>;

const elrOf = ({ manifest }: RecordedRun): number => manifest.configuration.rate.value;

/** The runs of each stay that have finished, and how many of all have failed. */
async function trainStays(
  vary: SweepSpec['vary'],
  { directory, staySteps, factor, training }: CoolingProtocol,
): Promise<{ readonly stays: Readonly<Record<Stay, readonly RecordedRun[]>>; readonly failed: number }> {
  const at = (folder: string) => ({ directory: join(directory, folder), training });
  const stayAt = (elr: readonly number[]): SweepSpec => ({ base: { steps: staySteps }, vary: { elr } });
  const begun = await trainExperiment(at('first').directory, [{ vary }], training);
  const first = begun.runs.filter(hasFinished);
  const onward = await trainFrom(first, (run) => stayAt([elrOf(run), coolerElr(elrOf(run), factor)]), at('onward'));
  const from = first.map((run) => ({ elr: elrOf(run), stays: continuationsOf(run, onward.runs) }));
  const longer = from.flatMap(({ elr, stays }) => stays.filter((run) => elrOf(run) === elr));
  const cooled = from.flatMap(({ elr, stays }) =>
    stays.filter((run) => elrOf(run) !== elr).map((run) => ({ elr, run })),
  );
  const cooler = cooled.map(({ run }) => run);
  const returning = (run: RecordedRun) => stayAt([cooled.find((other) => other.run === run)!.elr]);
  const returned = await trainFrom(cooler, returning, at('back'));
  return {
    stays: { first, longer, cooler, back: returned.runs.filter(hasFinished) },
    failed: begun.failed + onward.failed + returned.failed,
  };
}

/** Trains runs at fixed ELRs, lets each stay on, cool and return, and anneals the end of every stay; unfinished runs are left out. */
export async function trainCooled(
  vary: SweepSpec['vary'],
  protocol: CoolingProtocol,
): Promise<{ readonly pairs: CooledPairs; readonly failed: number }> {
  const { stays, failed } = await trainStays(vary, protocol);
  const annealed = async (stay: Stay): Promise<AnnealedRuns> => {
    const directory = join(protocol.directory, `${stay}-annealed`);
    return annealRuns(stays[stay], undefined, { ...protocol, directory });
  };
  const [first, longer] = [await annealed('first'), await annealed('longer')];
  const [cooler, back] = [await annealed('cooler'), await annealed('back')];
  return {
    pairs: { first: first.pairs, longer: longer.pairs, cooler: cooler.pairs, back: back.pairs },
    failed: failed + first.failed + longer.failed + cooler.failed + back.failed,
  };
}
