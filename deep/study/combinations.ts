import type { Rate } from '../../src/run/rate.js';
import { settingOf } from '../../src/sweep/groups.js';
import { RATES, type Varied } from '../../src/sweep/plan.js';
import { UsageError } from '../../src/system/usage-error.js';
import { variedText } from '../../src/text/setting-text.js';
import { refuseTwoLengths } from './configuration.js';
import type { RunSpec, SweepSpec, Written } from './spec.js';
import { labelOf, written } from './written.js';

const MOST_RUNS = 10_000;

/** A field that varies, and its values. */
interface Axis {
  readonly name: string;
  readonly values: readonly Written[];
}

/** One run of a sweep. */
export interface Candidate {
  readonly spec: RunSpec;
  /** What varies, as it was given. */
  readonly labels: Varied;
}

const byValue = (a: Written, b: Written): number => (a.value as number) - (b.value as number);

const axesOf = ({ vary }: SweepSpec): Axis[] =>
  Object.entries(vary).map(([name, given]) => {
    const values = given.map(written);
    return { name, values: RATES.includes(name) ? values.sort(byValue) : values };
  });

/** All combinations of values; the first axis changes fastest, so that one setting ends before the next. */
function combinations(axes: readonly Axis[]): ReadonlyMap<string, Written>[] {
  const runs = axes.reduce((product, { values }) => product * values.length, 1);
  if (runs > MOST_RUNS) throw new UsageError(`these lists make ${runs} runs; allowed: at most ${MOST_RUNS}`);
  return [...axes]
    .reverse()
    .reduce<Map<string, Written>[]>(
      (all, { name, values }) => all.flatMap((before) => values.map((value) => new Map(before).set(name, value))),
      [new Map()],
    );
}

function specOf(base: SweepSpec['base'], combination: ReadonlyMap<string, Written>): RunSpec {
  const values = Object.fromEntries([...combination].map(([name, { value }]) => [name, value]));
  const { elr, lr, ...fields } = values as { elr?: number; lr?: number };
  const rate: Rate = elr === undefined ? { kind: 'lr', value: lr! } : { kind: 'elr', value: elr };
  return { ...base, ...fields, rate, threads: 1 };
}

/** The runs of a sweep as specs. Throws a UsageError if they contradict each other or are too many. */
export function candidatesOf(sweep: SweepSpec): Candidate[] {
  const { base = {}, vary } = sweep;
  if ((vary.elr === undefined) === (vary.lr === undefined)) {
    throw new UsageError('a sweep varies one of elr and lr; give at least one value');
  }
  refuseTwoLengths({ ...base, ...vary });
  const single = Object.entries(vary).find(([, values]) => !Array.isArray(values));
  if (single !== undefined)
    throw new UsageError(`${single[0]} varies over a list; allowed: like [${single[1] ?? '1, 2'}]`);
  const empty = Object.entries(vary).find(([, values]) => values.length === 0);
  if (empty !== undefined) throw new UsageError(`${empty[0]} has no values; give at least one`);
  return combinations(axesOf(sweep)).map((combination) => ({
    spec: specOf(base, combination),
    labels: Object.fromEntries(Object.keys(vary).map((name) => [name, labelOf(combination.get(name)!)])),
  }));
}

/** Runs `action` for a run; with several settings, an error message names the setting it is about. */
export function forRun<Result>(varied: Varied, action: () => Result): Result {
  const setting = variedText(settingOf({ varied }));
  try {
    return action();
  } catch (error) {
    if (!(error instanceof UsageError) || setting === '') throw error;
    throw new UsageError(`${error.message} (${setting})`);
  }
}
