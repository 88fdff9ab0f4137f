import type { SweepPlan } from '../../sweep/plan.js';
import type { RunState } from '../../sweep/run-state.js';
import { counted, log, printJson, printLine } from '../../text/output.js';
import { type PlaceOptions, slurmOptionsOf } from './slurm-options.js';
import { tellStates } from './tell-slurm-states.js';

/** Options of a sweep that count where Slurm trains it. */
type SlurmSweepOptions = Parameters<typeof slurmOptionsOf>[1] & PlaceOptions & { readonly json?: true };

/** A run as `--json` shows it. */
const stateFields = ({ varied, ...state }: RunState) => ({ ...varied, ...state });

/** Prints the scripts that Slurm would be given, and submits nothing. */
async function printScripts(plan: SweepPlan, directory: string, options: SlurmSweepOptions): Promise<void> {
  const { slurmScripts } = await import('../../../deep/study/slurm-executor.js');
  const { states, scripts } = slurmScripts(plan, slurmOptionsOf(directory, options));
  if (options.json) {
    printJson({ directory, runs: plan.runs.length, scripts, states: states.map(stateFields) });
    return;
  }
  tellStates(states);
  for (const script of scripts) printLine(script.trimEnd());
}

/** Has Slurm train what is missing of a plan, and prints where each run stood and what was submitted. */
export async function sweepOnSlurm(plan: SweepPlan, directory: string, options: SlurmSweepOptions): Promise<void> {
  if (options.dryRun) return printScripts(plan, directory, options);
  const { slurmExecutor } = await import('../../../deep/study/slurm-executor.js');
  const { json } = options;
  const submitted: { readonly job: string | null; readonly runs: number }[] = [];
  let before: readonly RunState[] = [];
  const executor = slurmExecutor({
    ...slurmOptionsOf(directory, options),
    onStates: (states) => {
      before = states;
      if (!json) tellStates(states);
    },
    onSubmitted: ({ job, runs }) => {
      submitted.push({ job, runs: runs.length });
      if (!json) log(`job ${job}: ${counted(runs.length, 'run')} submitted`);
    },
  });
  const states = await executor.submit(plan);
  if (json) {
    const failed = before.filter(({ state }) => state === 'failed').map(stateFields);
    printJson({ directory, runs: plan.runs.length, submitted, failed, states: states.map(stateFields) });
    return;
  }
  const isDone = states.every(({ state }) => state === 'finished');
  log(
    isDone
      ? `all runs are finished; regimes verify ${directory}`
      : 'the same command says how they stand, and submits what is missing by then',
  );
}
