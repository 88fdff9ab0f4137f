import { Command } from 'commander';
import type { Trainer } from '../../../deep/study/run-study.js';
import type { Cadence } from '../../run/epoch.js';
import { threadCount, togetherCount } from '../../text/grammar/value-grammar.js';
import { counted, log, printJson } from '../../text/output.js';
import { planText } from '../../text/run/plan-text.js';
import { withListOptions } from '../options/list-options.js';
import { UNVARIED, withRunOptions } from '../options/run-options.js';
import { elrOption, lrOption } from '../options/training-options.js';
import { namedEngine, type PlaceOptions, refuseMisplaced, withPlaceOptions } from './slurm-options.js';
import { withProfile } from './slurm-profile.js';
import { sweepOnSlurm } from './sweep-on-slurm.js';
import { sweepSpecOf } from './sweep-spec.js';
import { trainWithProgress } from './train-with-progress.js';

/** Options of a sweep that are not those of its runs, besides their lists. */
interface SweepOptions extends PlaceOptions {
  readonly out: string;
  readonly workers?: number;
  readonly together?: number;
  readonly checkpointEvery?: Cadence;
  readonly redoDamaged?: true;
  readonly json?: true;
}

async function sweep(options: SweepOptions, command: Command): Promise<void> {
  const { on, workers, together, checkpointEvery, redoDamaged, out, json } = options;
  refuseMisplaced(options, command);
  const spec = sweepSpecOf(options, command);
  const { planSweep } = await import('../../../deep/study/plan-sweep.js');
  const plan = await planSweep(spec, { workers, onNote: log, ...(on === 'slurm' && { engineOf: namedEngine }) });
  if (on === 'slurm') return sweepOnSlurm(plan, out, withProfile(options, command));
  const { localExecutor } = await import('../../../deep/study/local-executor.js');
  const announcement = json ? {} : { announcement: planText(plan) };
  const train: Trainer = (all, { directory }) =>
    trainWithProgress(all, { directory, workers, together, checkpointEvery, redoDamaged, ...announcement });
  const states = await localExecutor({ directory: out, train }).submit(plan);
  const failures = states.filter(({ state }) => state === 'failed');
  const runs = plan.runs.length;
  if (json) {
    printJson({ directory: out, runs, failed: failures.map(({ varied, reason }) => ({ ...varied, reason })) });
  } else {
    const finished = runs - failures.length;
    log(`${finished} of ${counted(runs, 'run')} ${finished === 1 ? 'is' : 'are'} finished; regimes verify ${out}`);
  }
  if (failures.length > 0) process.exitCode = 1;
}

/** `regimes sweep`: the same training at many ELRs, and at many values of any other option of a run. */
export const sweepCommand = (): Command => {
  const declare = (command: Command) => withRunOptions(command.option(...elrOption).option(...lrOption));
  return withPlaceOptions(withListOptions(new Command('sweep'), declare, UNVARIED))
    .requiredOption('--out <dir>', 'where the runs are kept; an unfinished sweep there is continued, or extended')
    .option('--workers <count>', 'processes side by side (default: all cores; 1 with --together on a GPU)', threadCount)
    .option(
      '--together <count>',
      'runs in each process, whose steps share one graph (default: 16 on a GPU, 1 elsewhere)',
      togetherCount,
    )
    .option('--redo-damaged', 'train damaged runs again, in place of what is left of them')
    .option('--json', 'print JSON only')
    .action(sweep);
};
