import { type Condition, conditionText, isMet, meetsConditions, sameValues } from '../../src/sweep/conditions.js';
import { parseConditions } from '../../src/text/grammar/condition-grammar.js';
import type { RunSnapshot } from '../data/sweep-snapshot.js';
import type { AppState, Sort } from '../state/state.js';

/** A row of the run table: the runs of one ELR, which differ in their seed. */
export interface ListedRuns {
  /** Of the first run, which stands for all. */
  readonly folder: string;
  readonly elr: number;
  readonly run: RunSnapshot;
  /** Every run, the first included. */
  readonly seeds: readonly RunSnapshot[];
}

/** Quantities that runs are sorted and filtered by. */
const VALUES: Readonly<Record<Sort, (run: RunSnapshot) => number | string | null>> = {
  elr: ({ elr }) => elr,
  state: ({ state }) => state,
  regime: ({ measured }) => measured?.regime ?? null,
  loss: ({ measured }) => measured?.loss ?? null,
  accuracy: ({ measured }) => measured?.accuracy ?? null,
  egn: ({ measured }) => measured?.egn ?? null,
  ess: ({ measured }) => measured?.ess ?? null,
  R: ({ measured }) => measured?.noiseShare.value ?? null,
};

/** Values in their order; what is not there, or no number, last either way. */
function compare(a: number | string | null, b: number | string | null, falling: boolean): number {
  const isMissing = (value: number | string | null): boolean => value === null || Number.isNaN(value);
  if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b));
  if (a === b) return 0;
  return (a! < b! ? -1 : 1) * (falling ? -1 : 1);
}

/** All that a word of the filter is looked for in: folder, state, regime, and `name=value` of every setting. */
const words = ({ folder, state, measured, configuration }: RunSnapshot): string =>
  [folder, state, measured?.regime ?? '', ...Object.entries(configuration).map(([name, value]) => `${name}=${value}`)]
    .join(' ')
    .toLowerCase();

/** A name as it is compared: that of an option, of a setting, or of a quantity. */
const plain = (name: string): string => name.toLowerCase().replaceAll('-', '');

/** What a run has under a name; undefined where there is no such setting or quantity, null where it is not known. */
function valueNamed(run: RunSnapshot, name: string): number | string | null | undefined {
  const sort = (Object.keys(VALUES) as Sort[]).find((each) => plain(each) === plain(name));
  if (sort !== undefined) return VALUES[sort](run);
  if (plain(name) === 'step') return run.step;
  const field = Object.entries(run.configuration).find(([each]) => plain(each) === plain(name));
  if (field === undefined) return undefined;
  const [, value] = field;
  return typeof value === 'number' ? value : String(value);
}

/** What is missing from a word of the filter that is to be a condition, as a clause; undefined where nothing is. */
function missingIn(word: string): string | undefined {
  if (!/[=<>]/.test(word)) return undefined;
  try {
    const open = parseConditions(word).find(({ value }) => value === '');
    return open && `allowed: a value after ${conditionText(open)}`;
  } catch (error) {
    return (error as Error).message.replace(/^Allowed/, 'allowed').replace(/\.$/, '');
  }
}

/** What is wrong with a filter, in a line: a condition that is not complete, or about nothing that runs have; undefined where nothing is. */
export function filterProblem(filter: string, runs: readonly RunSnapshot[]): string | undefined {
  const [first] = runs;
  for (const word of filter.split(/\s+/)) {
    const missing = missingIn(word);
    if (missing !== undefined) return `${word} is not complete; ${missing}`;
    if (!/[=<>]/.test(word) || first === undefined) continue;
    const unknown = parseConditions(word).find(({ name }) => valueNamed(first, name) === undefined);
    if (unknown !== undefined)
      return `runs have no ${unknown.name}; allowed: ${Object.keys(VALUES).join(', ')}, step, and settings such as batch and seed`;
  }
  return undefined;
}

/** The conditions that a word holds, such as elr>1e-3; none if it is just a word. */
function conditionsIn(word: string, run: RunSnapshot): Condition[] {
  try {
    const conditions = parseConditions(word);
    return conditions.every(({ name, value }) => value !== '' && valueNamed(run, name) !== undefined) ? conditions : [];
  } catch {
    return [];
  }
}

/** Whether a run meets the filter: every condition (`parseConditions`), and every other word somewhere in its words. */
function isWanted(run: RunSnapshot, filter: readonly string[]): boolean {
  const conditions = filter.flatMap((word) => conditionsIn(word, run));
  const others = filter.filter((word) => conditionsIn(word, run).length === 0);
  const meets = (condition: Condition): boolean => {
    const value = valueNamed(run, condition.name);
    return value !== null && value !== undefined && isMet(value, condition, sameValues(plain(condition.name)));
  };
  return meetsConditions(conditions, meets) && others.every((word) => words(run).includes(word.toLowerCase()));
}

/** The runs that meet the filter in the order chosen, those of one ELR in one row, where its first one is. */
export function listedRuns(
  runs: readonly RunSnapshot[],
  { filter, sort }: Pick<AppState, 'filter' | 'sort'>,
): ListedRuns[] {
  // A condition that is still being typed leaves no run out.
  const wanted = filter.split(/\s+/).filter((word) => missingIn(word) === undefined);
  const value = VALUES[sort.by];
  const rows = new Map<number, RunSnapshot[]>();
  for (const run of runs
    .filter((each) => isWanted(each, wanted))
    .sort((a, b) => compare(value(a), value(b), sort.falling)))
    rows.set(run.elr, [...(rows.get(run.elr) ?? []), run]);
  return [...rows].map(([elr, seeds]) => ({ folder: seeds[0]!.folder, elr, run: seeds[0]!, seeds }));
}
