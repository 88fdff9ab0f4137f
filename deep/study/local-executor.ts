import type { SweepPlan, Varied } from '../../src/sweep/plan.js';
import type { RunState } from '../../src/sweep/run-state.js';
import type { Executor } from './executor.js';
import { runStudy, type Trainer } from './run-study.js';

/** Where runs are trained, with how many at a time, and by what. */
export interface LocalOptions {
  /** Where the runs are kept, one a folder. */
  readonly directory: string;
  /** Default: `runStudy` with all cores. */
  readonly train?: Trainer;
}

const keyOf = (varied: Varied): string => JSON.stringify(varied);

/** Trains the runs in processes of this machine; `submit` resolves once every run is finished or has failed. */
export function localExecutor({ directory, train = runStudy }: LocalOptions): Executor {
  const submit = async (plan: SweepPlan): Promise<RunState[]> => {
    const failures = await train(plan, { directory });
    const reasons = new Map(failures.map(({ varied, reason }) => [keyOf(varied), reason]));
    return plan.runs.map(({ folder, varied }): RunState => {
      const reason = reasons.get(keyOf(varied));
      return reason === undefined ? { folder, varied, state: 'finished' } : { folder, varied, state: 'failed', reason };
    });
  };
  return { submit };
}
