import { settingOf } from '../../sweep/groups.js';
import { RATES, type Varied } from '../../sweep/plan.js';
import { UsageError } from '../../system/usage-error.js';
import { variedText } from '../../text/setting-text.js';
import { type Choice, choiceLabel } from '../options/list-options.js';
import type { RunOptions } from '../options/run-options.js';
import { rateOf } from '../options/training-options.js';

/** The runs that lists of options ask for: all combinations of their values. */

/** An option of a run and the values it takes in a sweep. */
export interface Axis {
  readonly name: string;
  readonly choices: readonly Choice[];
}

/** An axis of values in code, as if they had been given on the command line. */
export const axisOf = (name: string, values: unknown): Axis => ({
  name,
  choices: [values].flat().map((value) => ({ value, text: String(value) })),
});

export interface SweepRequest {
  /** Every option that takes a value and has one. */
  readonly axes: readonly Axis[];
  /** Options of which there are no lists: those that are on or off, and what is measured and kept of every run. */
  readonly common: Partial<RunOptions>;
  /** Names of the axes that count as varied, the rate first; all others have one value. */
  readonly varied: readonly string[];
}

const MOST_RUNS = 10_000;

/** Options of one run. */
export type OneRun = RunOptions & { readonly elr?: number; readonly lr?: number };
export type Combination = ReadonlyMap<string, Choice>;

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

function optionsOf(combination: Combination, common: SweepRequest['common']): OneRun {
  const values = [...combination].map(([name, { value }]): [string, unknown] => [name, value]);
  return { ...common, ...(Object.fromEntries(values) as unknown as OneRun) };
}

/** Does what may refuse a run; what is refused is told with the setting it is refused in, where there are several. */
export function forRun<Result>(varied: Varied, action: () => Result): Result {
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

export type ImageCount = (data: string, trainImages: number | undefined) => number;

export interface Candidate {
  readonly combination: Combination;
  readonly options: OneRun;
  /** What varies, as it was given. */
  readonly labels: Varied;
}

/** The runs that are asked for, as options that do not contradict each other. */
export function candidatesOf(asked: SweepRequest, imagesOf: ImageCount): Candidate[] {
  const request = withRisingRates(asked);
  const { axes, common, varied } = request;
  if (named(axes, 'steps') && named(axes, 'epochs')) {
    throw new UsageError('--steps and --epochs exclude each other; give one');
  }
  return combinations(request).map((combination) => {
    const options = optionsOf(combination, common);
    const labels = Object.fromEntries(varied.map((name) => [name, choiceLabel(combination.get(name)!)]));
    forRun(labels, () => {
      rateOf(options);
      imagesOf(options.data, options.trainImages);
    });
    return { combination, options, labels };
  });
}
