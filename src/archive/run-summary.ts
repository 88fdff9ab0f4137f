import { dirname } from 'node:path';
import { readJointRecord } from '../regime/run-record.js';
import type { Condition } from '../sweep/conditions.js';
import { isLocked } from '../system/lock.js';
import { fieldName, fulfils } from './conditions.js';
import type { FoundRun } from './find-runs.js';
import { keptSummary } from './kept-summary.js';
import { configurationFields, FIELD_NAMES, type Fields, type FieldValue } from './setting-differences.js';
import { judgeStored, type RunMeasures, readStatus, type StoredStatus } from './stored-run.js';

export const STATUSES = ['running', 'finished', 'failed', 'interrupted', 'damaged'] as const;

/** A run in one line. */
export interface RunSummary {
  readonly path: string;
  readonly status: StoredStatus | 'damaged';
  /** Why it failed, or what is damaged. */
  readonly reason: string | null;
  /** Null where the manifest is damaged, like all that follows. */
  readonly configuration: Fields | null;
  /** Name of the data set, without its folder. */
  readonly dataName: string | null;
  /** Steps taken. */
  readonly steps: number | null;
  /** Mean training loss and accuracy of the last epoch. */
  readonly loss: number | null;
  readonly accuracy: number | null;
  /** Test accuracy; null before the run is finished. */
  readonly test: number | null;
  readonly regime: RunMeasures['regime'];
  /** Noise share of the loss (T14) over the part of the run that is judged. */
  readonly noiseShare: RunMeasures['noiseShare'] | null;
  readonly created: string | null;
}

const NOTHING = {
  reason: null,
  configuration: null,
  dataName: null,
  steps: null,
  loss: null,
  accuracy: null,
  test: null,
  regime: null,
  noiseShare: null,
  created: null,
} as const satisfies Partial<RunSummary>;

/** What a manifest alone says of a run. */
function described(directory: string): Described {
  const { manifest, status } = readStatus(directory);
  return {
    status,
    ...NOTHING,
    reason: manifest.failure,
    configuration: configurationFields(manifest.configuration),
    dataName: manifest.data.name,
    test: manifest.outcome?.test.accuracy ?? null,
    created: manifest.created,
  };
}

function trained(directory: string): Partial<RunSummary> {
  const { manifest } = readStatus(directory);
  const record = readJointRecord({ directory, manifest });
  return { steps: record.taken, ...record.lastEpoch, ...judgeStored(manifest, record) };
}

type Described = Omit<RunSummary, 'path'>;

/** What manifest and steps say of a run, kept beside it. Throws one line where it is damaged. */
function read(directory: string): Described {
  return keptSummary<Described>(directory, () => ({ ...described(directory), ...trained(directory) }), {
    isSettled: ({ status }) => status !== 'running',
    // Somebody may have gone on with it, and not have written anything yet.
    isCurrent: ({ status }) => status !== 'interrupted' || !isLocked(directory),
  });
}

/** A run in one line; one that is damaged says so and never throws. */
export function summarise({ directory: path, problem }: FoundRun): RunSummary {
  let known: RunSummary = { ...NOTHING, path, status: 'damaged' };
  if (problem !== undefined) return { ...known, reason: problem };
  try {
    return { path, ...read(path) };
  } catch (error) {
    try {
      known = { path, ...described(path) };
    } catch {
      // The manifest is what is damaged.
    }
    return { ...known, status: 'damaged', reason: (error as Error).message.split('\n')[0]! };
  }
}

export interface SelectOptions {
  readonly where?: readonly Condition[];
  readonly status?: RunSummary['status'];
}

/** Runs that have the status and the settings asked for; `data` is also found by its name alone. */
export const selectRuns = (runs: readonly RunSummary[], { where = [], status }: SelectOptions): RunSummary[] =>
  runs.filter(({ status: found, configuration, dataName }) => {
    if (status !== undefined && found !== status) return false;
    const named = (condition: Condition): boolean => condition.name === 'data' && condition.value === dataName;
    const open = where.filter((condition) => !named(condition));
    return open.length === 0 || (configuration !== null && fulfils(configuration, open));
  });

const OWN_FIELDS = ['path', 'status', 'loss', 'accuracy', 'test', 'regime', 'created'] as const;
/** `steps` is that of the configuration: `taken` are those on disk. */
const SORT_FIELDS = [...OWN_FIELDS, 'taken', ...FIELD_NAMES.filter((name) => name !== 'loss')];

function sortValue(run: RunSummary, field: string): FieldValue {
  if (field === 'taken') return run.steps;
  const own = OWN_FIELDS.find((name) => name === field);
  return own === undefined ? (run.configuration?.[field] ?? null) : run[own];
}

/** Numbers before texts before what is not there; NaN last of the numbers. */
function compareValues(a: FieldValue, b: FieldValue): number {
  const rank = (value: FieldValue): number =>
    value === null ? 3 : typeof value !== 'number' ? 2 : Number.isNaN(value) ? 1 : 0;
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (a === null || b === null || a === b || rank(a) === 1) return 0;
  return a < b ? -1 : 1;
}

/** Runs of a folder by their rate. */
const BY_PLACE: readonly ((run: RunSummary) => FieldValue)[] = [
  ({ path }) => dirname(path),
  (run) => sortValue(run, 'elr'),
  (run) => sortValue(run, 'lr'),
  ({ path }) => path,
];

/** Runs in the order of a field, else of folder and rate. Throws a UsageError where there is no such field. */
export function sortRuns(runs: readonly RunSummary[], field?: string): RunSummary[] {
  const name = field === undefined ? undefined : fieldName(field, SORT_FIELDS);
  const keys = [
    ...(name === undefined || name === 'path' ? [] : [(run: RunSummary) => sortValue(run, name)]),
    ...BY_PLACE,
  ];
  return runs.toSorted((a, b) => {
    for (const key of keys) {
      const order = compareValues(key(a), key(b));
      if (order !== 0) return order;
    }
    return 0;
  });
}
