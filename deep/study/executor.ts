import type { SweepPlan } from '../../src/sweep/plan.js';
import type { RunState } from '../../src/sweep/run-state.js';

/**
 * What has the runs of a sweep trained: processes here (`localExecutor`), or a scheduler that is asked to start them
 * (`slurmExecutor`).
 */
export interface Executor {
  /**
   * Has those runs of a plan trained that are not finished in the executor's directory and that nobody is at work on, and returns
   * where each run stands then. Asked again, it adds what is missing by then and nothing else. Throws a UsageError where
   * the directory holds another sweep.
   */
  submit(plan: SweepPlan): Promise<readonly RunState[]>;
}
