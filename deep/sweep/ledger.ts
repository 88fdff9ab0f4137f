import type { PlannedRun } from '../../src/sweep/plan.js';
import { stepCost } from './step-cost.js';

/** How far a sweep has come. */
export interface SweepProgress {
  /** Work done by this call, over all runs, and the work it has to do: steps, each weighed by what it costs. */
  readonly work: number;
  readonly totalWork: number;
  readonly runsDone: number;
  readonly runs: number;
}

interface Entry {
  readonly cost: number;
  /** Steps that the run is to have in the end. */
  steps: number;
  /** Steps that are taken. */
  taken: number;
  /** Of these, the steps that an earlier call took. */
  before: number;
}

/** How far the runs of a sweep are that still have to be done. */
export class SweepLedger {
  private readonly entries: ReadonlyMap<string, Entry>;
  private done = 0;

  /** `pending` of `runs` runs are left; `onProgress` is called at every change. */
  constructor(
    pending: readonly PlannedRun[],
    private readonly runs: number,
    private readonly onProgress: (progress: SweepProgress) => void,
  ) {
    this.entries = new Map(
      pending.map(({ folder, configuration }) => [
        folder,
        { cost: stepCost(configuration), steps: configuration.steps, taken: 0, before: 0 },
      ]),
    );
  }

  /** Records the steps that a run has taken, the first `before` of them in an earlier call. */
  report({ folder }: PlannedRun, taken: number, before: number): void {
    Object.assign(this.entries.get(folder)!, { taken, before });
    this.publish();
  }

  /** Nothing more is to be done for a run; of one that failed nothing is left. */
  end({ folder }: PlannedRun, { failed }: { readonly failed: boolean }): void {
    const entry = this.entries.get(folder)!;
    if (failed) entry.steps = entry.taken;
    else entry.taken = entry.steps;
    this.done += 1;
    this.publish();
  }

  publish(): void {
    const entries = [...this.entries.values()];
    const sum = (steps: (entry: Entry) => number): number =>
      entries.reduce((total, entry) => total + entry.cost * steps(entry), 0);
    this.onProgress({
      work: sum(({ taken, before }) => taken - before),
      totalWork: sum(({ steps, before }) => steps - before),
      runsDone: this.runs - entries.length + this.done,
      runs: this.runs,
    });
  }
}
