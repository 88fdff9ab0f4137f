import type { Command } from 'commander';
import type { Axes, RunSpec, SweepSpec, Written } from '../../../deep/study/spec.js';
import { RATES, type SweepPlan } from '../../sweep/plan.js';
import { readPlan } from '../../sweep/plan-file.js';
import { runFields } from '../options/run-options.js';
import { rateOf } from '../options/training-options.js';

/** Names in the order used in folder names: the rate, the seed, then the others in order of declaration. */
const inOrder = (names: readonly string[]): string[] => {
  const first = [...RATES, 'seed'];
  return [...first.filter((name) => names.includes(name)), ...names.filter((name) => !first.includes(name))];
};

const entriesOf = <Value>(names: readonly string[], value: (name: string) => Value): Record<string, Value> =>
  Object.fromEntries(names.map((name) => [name, value(name)]));

/**
 * Short runs of earlier versions were not measured where nobody said: the command that began such a sweep goes on without. What the
 * options say stands behind this.
 */
const unmeasuredBefore = (plan: SweepPlan | undefined): Pick<RunSpec, 'measure'> =>
  plan !== undefined &&
  plan.runs.length > 0 &&
  plan.runs.every(({ configuration: { observation } }) => observation === undefined)
    ? { measure: 'none' }
    : {};

/**
 * The sweep that options ask for. An option varies if it has several values. It also varies if it did when the sweep began and
 * is now given one more value. Throws a UsageError if not exactly one rate is given.
 */
export function sweepSpecOf(options: { readonly out: string }, command: Command): SweepSpec {
  const given = options as unknown as Readonly<Record<string, unknown>>;
  const lists = command.options.map((option) => option.attributeName()).filter((name) => Array.isArray(given[name]));
  const valuesOf = (name: string): readonly Written[] => given[name] as readonly Written[];
  const plan = readPlan(options.out);
  const before = plan?.varied ?? [];
  const isVaried = (name: string): boolean =>
    RATES.includes(name) ||
    valuesOf(name).length > 1 ||
    (before.includes(name) && command.getOptionValueSource(name) === 'cli');
  const varied = lists.filter(isVaried);
  const fixed = lists.filter((name) => !isVaried(name));
  rateOf(entriesOf(varied, (name) => valuesOf(name)[0]!.value as number));
  const unlisted = Object.fromEntries(Object.entries(runFields(options)).filter(([name]) => !lists.includes(name)));
  const known = before.length === varied.length && before.every((name) => varied.includes(name));
  return {
    base: { ...unmeasuredBefore(plan), ...unlisted, ...entriesOf(fixed, (name) => valuesOf(name)[0]!.value) },
    vary: entriesOf(known ? before : inOrder(varied), valuesOf) as Axes,
    texts: entriesOf(fixed, (name) => valuesOf(name)[0]!.text),
  };
}
