import type { Command } from 'commander';
import type { Executor } from '../../../deep/study/executor.js';
import type { PlanOptions } from '../../../deep/study/plan-sweep.js';
import type { Trainer } from '../../../deep/study/run-study.js';
import { counted, log, printLine } from '../../text/output.js';
import { namedEngine, type PlaceOptions, refuseMisplaced, slurmOptionsOf } from './slurm-options.js';
import { withProfile } from './slurm-profile.js';
import { tellStates } from './tell-slurm-states.js';
import { trainWithProgress } from './train-with-progress.js';

/** Has Slurm train the runs of a directory, and says on stderr how they stood and what was submitted; a dry run prints the scripts. */
async function talkingExecutors(options: PlaceOptions): Promise<(directory: string) => Executor> {
  const { slurmExecutor, slurmScripts } = await import('../../../deep/study/slurm-executor.js');
  const tell = (directory: string): NonNullable<Parameters<typeof slurmExecutor>[0]['onStates']> => {
    return (states) => {
      if (states.some(({ state }) => state !== 'finished')) tellStates(states, `${directory}: `);
    };
  };
  if (options.dryRun)
    return (directory) => ({
      submit: async (plan) => {
        const { states, scripts } = slurmScripts(plan, slurmOptionsOf(directory, options));
        tell(directory)(states);
        for (const script of scripts) printLine(script.trimEnd());
        return states;
      },
    });
  return (directory) =>
    slurmExecutor({
      ...slurmOptionsOf(directory, options),
      onStates: tell(directory),
      onSubmitted: ({ job, runs }) => log(`job ${job}: ${counted(runs.length, 'run')} submitted`),
    });
}

/** What trains the runs of a command, by its options `--on` and those for Slurm. */
export interface PlacedTraining extends Pick<PlanOptions, 'engineOf'> {
  readonly train: Trainer;
}

/** What trains the runs that a command needs the results of, on this machine or by Slurm, as its options say. */
export async function placedTraining(options: PlaceOptions, command: Command): Promise<PlacedTraining> {
  refuseMisplaced(options, command);
  if (options.on === 'local') return { train: trainWithProgress };
  const { trainerOn } = await import('../../../deep/study/trainer-on.js');
  return { engineOf: namedEngine, train: trainerOn(await talkingExecutors(withProfile(options, command))) };
}
