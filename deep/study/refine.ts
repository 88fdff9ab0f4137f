import { type MeasuredRun, measureRecord, NETWORK_TOLERANCE } from '../../src/regime/analyse.js';
import { nextElrs } from '../../src/regime/bisection.js';
import { averageByElr } from '../../src/regime/seed-averages.js';
import type { JudgedRun } from '../../src/regime/thresholds.js';
import type { Condition } from '../../src/sweep/conditions.js';
import { isFinished, readSweepPlan } from '../../src/sweep/directory.js';
import { RATES_AND_SEED, refinedRuns, runsOfGroup, type SweepGroup } from '../../src/sweep/groups.js';
import { groupsOnDisk } from '../../src/sweep/groups-on-disk.js';
import type { PlannedRun } from '../../src/sweep/plan.js';
import { RunMemory } from '../../src/sweep/run-memory.js';
import { SweepReader, type SweepRecord } from '../../src/sweep/sweep-reader.js';
import { runStudy, type Trainer } from './run-study.js';

/** How narrow thresholds are to become, and at what cost. */
export interface RefineOptions {
  /** Both sides of a threshold are to be no farther apart than this factor. */
  readonly factor: number;
  /** So many runs are added to a group at most, by this and earlier calls. */
  readonly mostRuns: number;
  /** ELRs to add at once where they can help, whatever the number of cores, so that the same runs are added everywhere; default: 1. */
  readonly atOnce?: number;
  /** A loss within this fraction of that of random points counts as divergence; default: 0.4. */
  readonly tolerance?: number;
  /** Only groups whose runs meet these conditions; default: all. */
  readonly where?: readonly Condition[] | undefined;
  /** Default: `runStudy`. */
  readonly train?: Trainer;
  /** Default: one of its own, which leaves out damaged runs. */
  readonly reader?: SweepReader;
  /** Called before training, with the runs added to each group. */
  readonly onAdded?: (refinement: Refinement) => void;
}

/** A group of runs, and the runs to be added to it. */
export interface Refinement {
  readonly group: SweepGroup;
  /** Every ELR that was planned, rising. */
  readonly tried: readonly JudgedRun[];
  readonly added: readonly PlannedRun[];
  /** Whether there would be more runs to add, were more allowed. */
  readonly limited: boolean;
}

/** What `refine` has added, and how it ended. */
export interface Refined {
  readonly refinements: readonly Refinement[];
  /** Whether a run failed. */
  readonly failed: boolean;
  /** Whether it ended because none of the added runs could begin. */
  readonly stuck: boolean;
}

/** A run of the sweep; not measured without a step. */
interface TriedRun {
  readonly directory: string;
  readonly measured?: MeasuredRun;
}

/** Every ELR of a group, undecided where no run has a step. */
function triedElrs(group: SweepGroup, runs: readonly TriedRun[]): JudgedRun[] {
  const measured = runsOfGroup(group, runs).flatMap((run) => run.measured ?? []);
  const judged = new Map(averageByElr(measured).map((run) => [run.elr, run]));
  const elrs = new Set(group.planned.map(({ configuration }) => configuration.rate.value));
  return [...elrs].sort((a, b) => a - b).map((elr) => judged.get(elr) ?? { elr, regime: 'undecided' });
}

function refinementOf(group: SweepGroup, runs: readonly TriedRun[], options: RefineOptions): Refinement {
  const tried = triedElrs(group, runs);
  const added: PlannedRun[] = [];
  let left = options.mostRuns - group.planned.filter(({ refined }) => refined).length;
  const { factor, atOnce = 1 } = options;
  for (const more of nextElrs(tried, factor, { atOnce }).map((elr) => refinedRuns(group, elr))) {
    if (more.length > left) return { group, tried, added, limited: true };
    left -= more.length;
    added.push(...more);
  }
  return { group, tried, added, limited: false };
}

/** Whether a step was taken in one of the runs. */
const haveBegun = (planned: readonly PlannedRun[], runs: readonly TriedRun[]): boolean =>
  runsOfGroup({ setting: {}, planned }, runs).some(({ measured }) => measured !== undefined);

/** Measures the runs of a sweep again and again, those that have changed since anew; no steps of them are kept. */
function triedRuns(reader: SweepReader, tolerance: number): () => TriedRun[] {
  const memory = new RunMemory<TriedRun>();
  const tried = ({ directory, manifest, record }: SweepRecord): TriedRun =>
    record.taken === 0 ? { directory } : { directory, measured: measureRecord(manifest, record, tolerance) };
  return () => reader.each(tried, { memory });
}

/** Damaged runs are left out: training, which comes first, names them. */
const readerOf = (directory: string): SweepReader => new SweepReader(directory, { onDamaged: () => {} });

/**
 * Adds runs to a sweep on disk until its thresholds are known within a factor, or no more can be decided or added. What is
 * planned already is run first, so that a call that was interrupted goes on as if it had not been. Throws a UsageError where
 * there is no sweep at fixed ELRs.
 */
export async function refine(directory: string, options: RefineOptions): Promise<Refined> {
  const { where, train = runStudy, reader = readerOf(directory), onAdded = () => {} } = options;
  const runsSoFar = triedRuns(reader, options.tolerance ?? NETWORK_TOLERANCE);
  const groups = () => groupsOnDisk(directory, where, RATES_AND_SEED);
  const finish = async (runs: readonly PlannedRun[]): Promise<boolean> =>
    runs.length > 0 && (await train({ ...readSweepPlan(directory), runs }, { directory })).length > 0;
  const planned = groups().flatMap((group) => group.planned);
  let failed = await finish(planned.filter((run) => !isFinished(directory, run)));
  for (;;) {
    const runs = runsSoFar();
    const refinements = groups().map((group) => refinementOf(group, runs, options));
    const added = refinements.flatMap((each) => each.added);
    if (added.length === 0) return { refinements, failed, stuck: false };
    for (const each of refinements) if (each.added.length > 0) onAdded(each);
    const anyFailed = await finish(added);
    failed ||= anyFailed;
    if (anyFailed && !haveBegun(added, runsSoFar())) return { refinements, failed, stuck: true };
  }
}
