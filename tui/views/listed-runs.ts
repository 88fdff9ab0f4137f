import type { RunSnapshot } from '../data/sweep-snapshot.js';
import type { AppState, Sort } from '../state/state.js';

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

/** All that the filter looks at: folder, state, regime, and `name=value` of every setting. */
const words = ({ folder, state, measured, configuration }: RunSnapshot): string =>
  [folder, state, measured?.regime ?? '', ...Object.entries(configuration).map(([name, value]) => `${name}=${value}`)]
    .join(' ')
    .toLowerCase();

/** The runs whose words hold every word of the filter, in the order chosen. */
export function listedRuns(
  runs: readonly RunSnapshot[],
  { filter, sort }: Pick<AppState, 'filter' | 'sort'>,
): RunSnapshot[] {
  const wanted = filter.toLowerCase().split(/\s+/);
  const value = VALUES[sort.by];
  return runs
    .filter((run) => wanted.every((word) => words(run).includes(word)))
    .sort((a, b) => compare(value(a), value(b), sort.falling));
}
