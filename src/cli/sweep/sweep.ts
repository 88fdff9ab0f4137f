import { Command } from 'commander';
import type { SweepFailure } from '../../../deep/sweep/workers.js';
import type { RunConfiguration } from '../../run/manifest.js';
import { RATES, type SweepPlan } from '../../sweep/plan.js';
import { readPlan } from '../../sweep/plan-file.js';
import { log, printJson } from '../../text/output.js';
import { Progress } from '../../text/progress.js';
import { variedText } from '../../text/setting-text.js';
import { type Cadence, count } from '../options/arguments.js';
import { type Choice, withListOptions } from '../options/list-options.js';
import { OBSERVATIONS } from '../options/observation-options.js';
import { cores, elrOption, UNVARIED, withRunOptions } from '../options/run-options.js';
import { inSteps, lrOption } from '../options/training-options.js';
import type { Axis, SweepRequest } from './sweep-candidates.js';
import { planSweep } from './sweep-plan.js';

/** Options of a sweep that are not those of its runs, besides their lists. */
interface SweepOptions {
  readonly out: string;
  readonly workers?: number;
  readonly checkpointEvery?: Cadence;
  readonly json?: true;
}

/** Exit code of a program ended by Ctrl-C. */
export const INTERRUPTED = 130;

interface Processes {
  /** Runs side by side. */
  readonly workers?: number;
  /** Steps from one checkpoint of a run to the next. */
  readonly checkpointEvery?: (configuration: RunConfiguration) => number | undefined;
}

/** Runs a sweep with progress on stderr; Ctrl-C ends it with exit code 130, finished runs kept. */
export async function sweepWithProgress(
  directory: string,
  plan: SweepPlan,
  { workers = cores(), ...checkpoints }: Processes = {},
): Promise<readonly SweepFailure[]> {
  const { runSweep } = await import('../../../deep/sweep/workers.js');
  const progress = new Progress();
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const failures = await runSweep(directory, plan, {
      workers,
      ...checkpoints,
      signal: abort.signal,
      onProgress: ({ work, totalWork, runsDone, runs }) =>
        progress.update(work, totalWork, `${runsDone} of ${runs} runs`),
    });
    progress.end();
    for (const { varied, reason } of failures) log(`${variedText(varied)} failed: ${reason}`);
    return failures;
  } catch (error) {
    progress.end();
    if (!abort.signal.aborted) throw error;
    log(`interrupted; finished runs are in ${directory}, the same command continues`);
    process.exit(INTERRUPTED);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** Names in the order in which folders tell them: the rate, the seed, the others as they are declared. */
const inOrder = (names: readonly string[]): string[] => {
  const first = [...RATES, 'seed'];
  return [...first.filter((name) => names.includes(name)), ...names.filter((name) => !first.includes(name))];
};

/**
 * What the options ask for. An option varies where it has several values, and where it varied when the sweep began and
 * has now been given: one more value of it.
 */
function requestOf(options: SweepOptions, command: Command): SweepRequest {
  const names = command.options.map((option) => option.attributeName());
  const given = Object.entries(options as unknown as Record<string, unknown>);
  const axes = given
    .filter((entry): entry is [string, Choice[]] => Array.isArray(entry[1]))
    .map(([name, choices]): Axis => ({ name, choices }))
    .sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
  const before = readPlan(options.out)?.varied ?? [];
  const isVaried = ({ name, choices }: Axis): boolean =>
    RATES.includes(name) ||
    choices.length > 1 ||
    (before.includes(name) && command.getOptionValueSource(name) === 'cli');
  const varied = axes.filter(isVaried).map(({ name }) => name);
  const known = before.length === varied.length && before.every((name) => varied.includes(name));
  const isCommon = ([name, value]: [string, unknown]): boolean => OBSERVATIONS.has(name) || value === true;
  const common = Object.fromEntries(given.filter((entry) => isCommon(entry) && entry[0] !== 'json'));
  return { axes, common, varied: known ? before : inOrder(varied) };
}

async function sweep(options: SweepOptions, command: Command): Promise<void> {
  const { workers, checkpointEvery: every, out, json } = options;
  const { plan, stepsPerEpoch } = await planSweep(requestOf(options, command), workers);
  const failures = await sweepWithProgress(out, plan, {
    ...(workers === undefined ? {} : { workers }),
    ...(every && { checkpointEvery: (configuration) => inSteps(every, stepsPerEpoch(configuration)) }),
  });
  const runs = plan.runs.length;
  if (json) {
    printJson({ directory: out, runs, failed: failures.map(({ varied, reason }) => ({ ...varied, reason })) });
  } else log(`${runs - failures.length} of ${runs} runs are finished; regimes verify ${out}`);
  if (failures.length > 0) process.exitCode = 1;
}

const DESCRIPTION =
  'Train a network at many fixed ELRs, or learning rates, one process a run. Every option of a run that takes a value ' +
  'takes several, separated by commas, numbers also as FROM:TO:COUNT (logarithmic) or FROM:TO:COUNT:lin; the runs are ' +
  'all combinations.';

/** `regimes sweep`: the same training over ELRs and over all else that a run can vary in. */
export const sweepCommand = (): Command => {
  const declare = (command: Command) => withRunOptions(command.option(...elrOption).option(...lrOption));
  return withListOptions(new Command('sweep').description(DESCRIPTION), declare, UNVARIED)
    .requiredOption('--out <dir>', 'where the runs are kept; an unfinished sweep there is continued, or extended')
    .option('--workers <count>', 'runs side by side (default: all cores)', count)
    .option('--json', 'print JSON only')
    .action(sweep);
};
