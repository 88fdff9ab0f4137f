import { stepCost } from '../../../deep/sweep/step-cost.js';
import { fieldsDecidedBy } from '../../run/configuration-fields.js';
import { stepsPerEpoch } from '../../run/epoch.js';
import type { RunConfiguration } from '../../run/manifest.js';
import { PLAIN_SETTINGS } from '../../run/training-settings.js';
import { type PlannedRun, plannedRun, type SweepPlan, unite, type Varied } from '../../sweep/plan.js';
import { choiceLabel } from '../options/list-options.js';
import { chosenEngine, cores, DEFAULT_EPOCHS, type RunOptions, runConfiguration } from '../options/run-options.js';
import { rateOf } from '../options/training-options.js';
import {
  type Combination,
  candidatesOf,
  forRun,
  type ImageCount,
  type OneRun,
  type SweepRequest,
} from './sweep-candidates.js';

export interface PlannedSweep {
  readonly plan: SweepPlan;
  /** Steps that a pass over the images of a run takes. */
  readonly stepsPerEpoch: (configuration: RunConfiguration) => number;
}

/** What varies in a run. Names and paths are told as its configuration has them: complete. */
function variedOf(varied: readonly string[], combination: Combination, configuration: RunConfiguration): Varied {
  const fields: Readonly<Record<string, unknown>> = { ...configuration };
  return Object.fromEntries(
    varied.map((name) => {
      const field = fields[name];
      return [name, typeof field === 'string' ? field : choiceLabel(combination.get(name)!)];
    }),
  );
}

/** The engine of each choice that was made, judged by the largest network that it is to run. */
async function engines(runs: readonly OneRun[], workers: number) {
  const sideBySide = Math.min(workers, runs.length);
  const chosen = new Map<RunOptions['engine'], Awaited<ReturnType<typeof chosenEngine>>>();
  for (const choice of new Set(runs.map(({ engine }) => engine))) {
    const largest = runs
      .filter(({ engine }) => engine === choice)
      .reduce((a, b) => (stepCost(b) > stepCost(a) ? b : a));
    chosen.set(choice, await chosenEngine(largest, { threads: 1, sideBySide }));
  }
  return chosen;
}

/** Options from which fields follow together with others. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  steps: ['steps', 'epochs'],
  schedule: ['schedule', 'span', 'milestones', 'factor'],
};

/** What was given, or goes without saying, of options that do not vary where the fields that follow from them do. */
function givenOf({ axes, varied }: SweepRequest): Record<string, string> {
  const texts = new Map(axes.map(({ name, choices }) => [name, choices[0]!.text]));
  if (!texts.has('steps') && !texts.has('epochs')) texts.set('epochs', String(DEFAULT_EPOCHS));
  if (!texts.has('schedule')) texts.set('schedule', PLAIN_SETTINGS.schedule.kind);
  const sources = new Set(fieldsDecidedBy(varied).flatMap((field) => SOURCES[field] ?? []));
  const kept = [...sources].filter((name) => texts.has(name) && !varied.includes(name));
  return Object.fromEntries(kept.map((name) => [name, texts.get(name)!]));
}

/** Images of data sets, each counted once. */
async function imageCounters(): Promise<{ readonly train: ImageCount; readonly test: (data: string) => number }> {
  const { countTestImages, countTrainImages } = await import('../../../deep/data/open.js');
  const counts = new Map<string, number>();
  const once = (key: string, counted: () => number): number => {
    const count = counts.get(key) ?? counted();
    counts.set(key, count);
    return count;
  };
  return {
    train: (data, trainImages) => once(JSON.stringify([data, trainImages]), () => countTrainImages(data, trainImages)),
    test: (data) => once(JSON.stringify([data]), () => countTestImages(data)),
  };
}

/**
 * Every combination of the values that are asked for, as a plan whose runs are checked: data, model and checkpoint fit.
 * Nothing is written. Each run has one thread: the cores are shared by runs. Throws a UsageError for the first run that
 * cannot be.
 */
export async function planSweep(request: SweepRequest, workers = cores()): Promise<PlannedSweep> {
  const { runChecker } = await import('../../../deep/run/run-checker.js');
  const { varied } = request;
  const { train: imagesOf, test } = await imageCounters();
  const candidates = candidatesOf(request, imagesOf);
  const all = candidates.map(({ options }) => options);
  const engineOf = await engines(all, workers);
  const check = runChecker();
  const runs = candidates.map(({ combination, options, labels }): PlannedRun => {
    const trainCount = imagesOf(options.data, options.trainImages);
    const resolved = { trainCount, testCount: test(options.data), threads: 1, engine: engineOf.get(options.engine)! };
    const configuration = forRun(labels, () => {
      const described = runConfiguration(options, rateOf(options), resolved);
      check(described);
      return described;
    });
    return plannedRun(configuration, variedOf(varied, combination, configuration));
  });
  const given = givenOf(request);
  return {
    plan: unite({ varied, given, runs: [] }, { varied, given, runs }),
    stepsPerEpoch: ({ data, trainImages, batch, training }) =>
      stepsPerEpoch({ batch, fullBatch: training.fullBatch }, imagesOf(data, trainImages ?? undefined)),
  };
}
