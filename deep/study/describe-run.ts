import type { RunConfiguration } from '../../src/run/stored-configuration.js';
import { cores } from '../../src/system/processors.js';
import { UsageError } from '../../src/system/usage-error.js';
import { countTestImages, countTrainImages } from '../data/open.js';
import { checkSpec } from './check-spec.js';
import { chooseEngine } from './choose-engine.js';
import { configurationOf, refuseTwoLengths } from './configuration.js';
import { officialStarts } from './official-start.js';
import { DEFAULT_RUN, type RunSpec } from './spec.js';

/** Whether the run will be kept, and the callback for information about choices. */
export interface DescribeOptions {
  /** Whether the run will be kept on disk: only then it is observed between its steps; default: true. */
  readonly kept?: boolean;
  /** Called with each line of information for the user. */
  readonly onNote?: (line: string) => void;
}

/** Throws a UsageError if no milestone is within the run: its rate would never fall. In a sweep that may be one of many lengths. */
function refuseLateMilestones({ steps, training: { schedule } }: RunConfiguration): void {
  if (schedule.kind === 'step' && schedule.milestones.every((milestone) => milestone >= steps))
    throw new UsageError(`--milestones: step ${schedule.milestones[0]} is not within the ${steps} steps of the run`);
}

/**
 * The configuration of the run that a spec asks for: everything it takes to repeat it, with defaults filled in, epochs counted
 * in steps, paths made absolute and an engine that works here. Throws a UsageError if a field is unknown or not allowed, or if fields
 * contradict each other.
 *
 * @example
 * const spec = { rate: { kind: 'elr', value: 1e-3 }, width: 2, trainImages: 160, batch: 16, steps: 50 };
 * const configuration = await describeRun(spec);
 * console.log(configuration.seed); // 1
 * await recordRun(prepareRun(configuration), 'runs/one');
 */
export async function describeRun(
  given: RunSpec,
  { kept = true, onNote }: DescribeOptions = {},
): Promise<RunConfiguration> {
  checkSpec(given);
  refuseTwoLengths(given);
  const spec = officialStarts(onNote)(given);
  const { data = DEFAULT_RUN.data, threads = cores() } = spec;
  const trainImages = countTrainImages(data, spec.trainImages, spec.validation);
  const engine = await chooseEngine(spec, { threads, sideBySide: 1 }, onNote);
  const testImages = kept ? countTestImages(data, spec.validation) : undefined;
  const configuration = configurationOf(spec, { trainImages, testImages, threads, engine });
  refuseLateMilestones(configuration);
  return configuration;
}
