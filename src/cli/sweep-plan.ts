import { stepCost } from '../../deep/step-cost.js';
import type { RunConfiguration } from '../run/manifest.js';
import { type PlannedRun, plannedRun, RATES, type SweepPlan, unite, type Varied } from '../run/sweep-plan.js';
import { settingOf } from '../run/sweep-settings.js';
import { variedText } from '../text/setting-text.js';
import { UsageError } from '../usage-error.js';
import { type Choice, choiceLabel } from './list-options.js';
import {
  chosenEngine,
  cores,
  DEFAULT_EPOCHS,
  type RunOptions,
  runConfiguration,
  stepsPerEpoch,
} from './run-options.js';
import { rateOf } from './training-options.js';

/** An option of a run and the values it takes in a sweep. */
export interface Axis {
  readonly name: string;
  readonly choices: readonly Choice[];
}

export interface SweepRequest {
  /** Every option that takes a value and has one. */
  readonly axes: readonly Axis[];
  /** Options that are on or off. */
  readonly flags: Readonly<Record<string, true>>;
  /** Names of the axes that count as varied, the rate first; all others have one value. */
  readonly varied: readonly string[];
}

export interface PlannedSweep {
  readonly plan: SweepPlan;
  /** Steps that a pass over the images of a run takes. */
  readonly stepsPerEpoch: (configuration: RunConfiguration) => number;
}

const MOST_RUNS = 10_000;

type OneRun = RunOptions & { readonly elr?: number; readonly lr?: number };
type Combination = ReadonlyMap<string, Choice>;

const named = (axes: readonly Axis[], name: string): Axis | undefined => axes.find((axis) => axis.name === name);

/** All combinations of values; the first option that varies changes fastest, so that one setting ends before the next. */
function combinations({ axes, varied }: SweepRequest): Combination[] {
  const runs = axes.reduce((product, { choices }) => product * choices.length, 1);
  if (runs > MOST_RUNS) throw new UsageError(`these lists make ${runs} runs; allowed: ${MOST_RUNS} at most`);
  const fixed = axes.filter(({ name }) => !varied.includes(name));
  const ordered = [...varied.map((name) => named(axes, name)!), ...fixed].reverse();
  return ordered.reduce<Combination[]>(
    (all, { name, choices }) => all.flatMap((before) => choices.map((choice) => new Map(before).set(name, choice))),
    [new Map()],
  );
}

function optionsOf(combination: Combination, flags: SweepRequest['flags']): OneRun {
  const values = [...combination].map(([name, { value }]): [string, unknown] => [name, value]);
  return { ...flags, ...(Object.fromEntries(values) as unknown as OneRun) };
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

/** Options that decide the number of steps or the schedule together with others, where they do not vary themselves. */
const DECIDING = ['steps', 'epochs', 'schedule', 'span', 'milestones', 'factor'];

function givenOf({ axes, varied }: SweepRequest): Record<string, string> {
  const texts = new Map(axes.map(({ name, choices }) => [name, choices[0]!.text]));
  if (!texts.has('steps') && !texts.has('epochs')) texts.set('epochs', String(DEFAULT_EPOCHS));
  const kept = DECIDING.filter((name) => texts.has(name) && !varied.includes(name));
  return Object.fromEntries(kept.map((name) => [name, texts.get(name)!]));
}

/** Options of which several values make runs of different length, so that what was given has to be remembered. */
const LENGTHENING = ['data', 'trainImages', 'batch'];

/** Does what may refuse a run; what is refused is told with the setting it is refused in, where there are several. */
function forRun<Result>(varied: Varied, action: () => Result): Result {
  const setting = variedText(settingOf({ varied }));
  try {
    return action();
  } catch (error) {
    if (!(error instanceof UsageError) || setting === '') throw error;
    throw new UsageError(`${error.message} (${setting})`);
  }
}

const byRate = (a: Choice, b: Choice): number => (a.value as number) - (b.value as number);

const withRisingRates = (request: SweepRequest): SweepRequest => ({
  ...request,
  axes: request.axes.map((axis) =>
    RATES.includes(axis.name) ? { ...axis, choices: axis.choices.toSorted(byRate) } : axis,
  ),
});

type ImageCount = (data: string, trainImages: number | undefined) => number;

/** Training images of a data set, each counted once. */
async function imageCounter(): Promise<ImageCount> {
  const { countTrainImages } = await import('../../deep/data/open.js');
  const counts = new Map<string, number>();
  return (data, trainImages) => {
    const key = JSON.stringify([data, trainImages]);
    const count = counts.get(key) ?? countTrainImages(data, trainImages);
    counts.set(key, count);
    return count;
  };
}

interface Candidate {
  readonly combination: Combination;
  readonly options: OneRun;
  /** What varies, as it was given. */
  readonly labels: Varied;
}

/** The runs that are asked for, as options that do not contradict each other. */
function candidatesOf(request: SweepRequest, imagesOf: ImageCount): Candidate[] {
  const { axes, flags, varied } = request;
  if (named(axes, 'steps') && named(axes, 'epochs')) {
    throw new UsageError('--steps and --epochs exclude each other; give one');
  }
  return combinations(request).map((combination) => {
    const options = optionsOf(combination, flags);
    const labels = Object.fromEntries(varied.map((name) => [name, choiceLabel(combination.get(name)!)]));
    forRun(labels, () => {
      rateOf(options);
      imagesOf(options.data, options.trainImages);
    });
    return { combination, options, labels };
  });
}

/**
 * Every combination of the values that are asked for, as a plan whose runs are checked: data, model and checkpoint fit.
 * Nothing is written. Each run has one thread: the cores are shared by runs. Throws a UsageError for the first run that
 * cannot be.
 */
export async function planSweep(asked: SweepRequest, workers = cores()): Promise<PlannedSweep> {
  const { runChecker } = await import('../../deep/run-checker.js');
  const request = withRisingRates(asked);
  const { varied } = request;
  const imagesOf = await imageCounter();
  const candidates = candidatesOf(request, imagesOf);
  const all = candidates.map(({ options }) => options);
  const engineOf = await engines(all, workers);
  const check = runChecker();
  const runs = candidates.map(({ combination, options, labels }): PlannedRun => {
    const trainCount = imagesOf(options.data, options.trainImages);
    const resolved = { trainCount, threads: 1, engine: engineOf.get(options.engine)! };
    const configuration = forRun(labels, () => {
      const described = runConfiguration(options, rateOf(options), resolved);
      check(described);
      return described;
    });
    return plannedRun(configuration, variedOf(varied, combination, configuration));
  });
  const given = varied.some((name) => LENGTHENING.includes(name)) ? givenOf(request) : {};
  return {
    plan: unite({ varied, given, runs: [] }, { varied, given, runs }),
    stepsPerEpoch: ({ data, trainImages, batch, training }) =>
      stepsPerEpoch({ batch, fullBatch: training.fullBatch }, imagesOf(data, trainImages ?? undefined)),
  };
}
