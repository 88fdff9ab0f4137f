import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { UsageError } from '../usage-error.js';
import { writeAtomically } from './atomic.js';
import { type RunConfiguration, RunConfigurationSchema } from './manifest.js';
import { readManifest } from './run-directory.js';
import { optionName, type PlannedRun, plannedRun, type SweepPlan, unite } from './sweep-plan.js';
import { TrainingSettingsSchema } from './training-settings.js';

/** The file that says what a sweep is: the options that vary, what the runs share, and every run that is planned. */

export const SWEEP_FILE = 'sweep.json';
const SWEEP_FORMAT = 2;

/** The fields of a configuration, those of its training among them. */
type Fields = Readonly<Record<string, unknown>>;

/** A plan as it is on disk, with the fields that all runs share. */
export interface KnownPlan extends SweepPlan {
  readonly shared: Fields;
}

const PartSchema = RunConfigurationSchema.extend({ training: TrainingSettingsSchema.partial() }).partial();
const PlanSchema = z.strictObject({
  format: z.literal(SWEEP_FORMAT),
  /** Options that vary. */
  varied: z.array(z.string()).min(1),
  /** Options from which fields follow that are not shared, though they do not vary themselves. */
  given: z.record(z.string(), z.string()),
  /** What the runs share. */
  configuration: PartSchema,
  runs: z.array(
    z.strictObject({
      folder: z.string(),
      varied: z.record(z.string(), z.union([z.number(), z.string()])),
      /** The rest of the run's configuration. */
      configuration: PartSchema,
    }),
  ),
});
/** Sweeps of earlier versions: only the ELR varied, and no run was planned ahead. */
const EarlierSchema = z.strictObject({ configuration: RunConfigurationSchema.omit({ elr: true }) });

const fieldsOf = ({ training, ...rest }: Partial<RunConfiguration> | z.infer<typeof PartSchema>): Fields => ({
  ...rest,
  ...training,
});

function partOf(fields: Fields): Record<string, unknown> {
  const isTraining = ([name]: [string, unknown]): boolean => name in TrainingSettingsSchema.shape;
  const entries = Object.entries(fields);
  const training = Object.fromEntries(entries.filter(isTraining));
  return { ...Object.fromEntries(entries.filter((entry) => !isTraining(entry))), training };
}

/** Fields of a configuration that an option decides, besides the one of its own name. */
const DECIDED_BY: Readonly<Record<string, readonly string[]>> = {
  data: ['steps', 'schedule'],
  trainImages: ['steps', 'schedule'],
  batch: ['steps', 'schedule'],
  epochs: ['steps'],
  span: ['schedule'],
  milestones: ['schedule'],
  factor: ['schedule'],
};

/** Fields that are not the same in all runs, or would not be with more values of what varies. */
export function differingFields({ varied, runs }: SweepPlan): Set<string> {
  const all = runs.map(({ configuration }) => fieldsOf(configuration));
  const names = new Set(all.flatMap((fields) => Object.keys(fields)));
  const uneven = [...names].filter((name) => all.some((fields) => !isDeepStrictEqual(fields[name], all[0]![name])));
  return new Set([...varied, ...varied.flatMap((name) => DECIDED_BY[name] ?? []), ...uneven]);
}

const pick = (fields: Fields, wanted: (name: string) => boolean): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => wanted(name)));

const sharedFields = (plan: SweepPlan): Fields => {
  const differing = differingFields(plan);
  return pick(fieldsOf(plan.runs[0]!.configuration), (name) => !differing.has(name));
};

/** Writes a plan in place of what was there. It has a run at least. */
export function writePlan(directory: string, plan: SweepPlan): void {
  const shared = sharedFields(plan);
  const runs = plan.runs.map(({ folder, varied, configuration }) => ({
    folder,
    varied,
    configuration: partOf(pick(fieldsOf(configuration), (name) => !(name in shared))),
  }));
  const { varied, given } = plan;
  const content = { format: SWEEP_FORMAT, varied, given, configuration: partOf(shared), runs };
  writeAtomically(join(directory, SWEEP_FILE), `${JSON.stringify(content, null, 2)}\n`);
}

function parsePlan(content: unknown): KnownPlan {
  const { varied, given, configuration, runs } = PlanSchema.parse(content);
  const shared = fieldsOf(configuration);
  const complete = (own: z.infer<typeof PartSchema>): RunConfiguration =>
    RunConfigurationSchema.parse(partOf({ ...shared, ...fieldsOf(own) }));
  return { varied, given, shared, runs: runs.map((run) => ({ ...run, configuration: complete(run.configuration) })) };
}

const text = (value: unknown): string => {
  if (value === undefined) return 'not given';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** The first of these fields that differs, as words for people. */
function fieldDifference(before: Fields, now: Fields, ignored: ReadonlySet<string>): string | undefined {
  for (const name of new Set([...Object.keys(now), ...Object.keys(before)])) {
    if (!ignored.has(name) && !isDeepStrictEqual(before[name], now[name])) {
      return `${name} ${text(before[name])}, not ${text(now[name])}`;
    }
  }
  return undefined;
}

/** Runs that have begun at ELRs that were not planned, as in sweeps of earlier versions; a damaged one is left out. */
function begunRuns(directory: string, shared: Fields): PlannedRun[] {
  const folders = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const runs = folders.map(({ name }): PlannedRun | undefined => {
    try {
      const configuration = readManifest(join(directory, name))?.configuration;
      if (configuration === undefined || configuration.elr === null) return undefined;
      if (fieldDifference(shared, fieldsOf(configuration), new Set(['elr'])) !== undefined) return undefined;
      return { ...plannedRun(configuration, { elr: configuration.elr }), folder: name };
    } catch {
      return undefined;
    }
  });
  return runs.filter((run) => run !== undefined);
}

function parseSweep(content: unknown): KnownPlan {
  const earlier = EarlierSchema.safeParse(content);
  if (!earlier.success) return parsePlan(content);
  return { varied: ['elr'], given: {}, shared: fieldsOf(earlier.data.configuration), runs: [] };
}

/** The plan of the sweep in a folder; undefined where there is none. Throws a UsageError where it cannot be read. */
export function readPlan(directory: string): KnownPlan | undefined {
  const path = join(directory, SWEEP_FILE);
  if (!existsSync(path)) return undefined;
  let plan: KnownPlan;
  try {
    plan = parseSweep(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new UsageError(`${path} is damaged or of another version of regimes`);
  }
  if (!isDeepStrictEqual(plan.varied, ['elr'])) return plan;
  return { ...unite(plan, { ...plan, runs: begunRuns(directory, plan.shared) }), shared: plan.shared };
}

const optionNames = (names: readonly string[]): string => names.map(optionName).join(', ');

/** Why a plan is not of the same sweep as one on disk, as words for people; undefined where it is. */
export function planDifference(known: KnownPlan, wanted: SweepPlan): string | undefined {
  if (!isDeepStrictEqual([...known.varied].sort(), [...wanted.varied].sort())) {
    return `it varies ${optionNames(known.varied)}, not ${optionNames(wanted.varied)}`;
  }
  const ignored = new Set([...differingFields(known), ...differingFields(wanted)]);
  const shared = fieldDifference(known.shared, fieldsOf(wanted.runs[0]!.configuration), ignored);
  const difference = shared ?? fieldDifference(known.given, wanted.given, new Set());
  if (difference !== undefined) return difference;
  const byFolder = new Map(known.runs.map((run) => [run.folder, fieldsOf(run.configuration)]));
  for (const { folder, configuration } of wanted.runs) {
    const before = byFolder.get(folder);
    const own = before && fieldDifference(before, fieldsOf(configuration), new Set());
    if (own !== undefined) return `${folder}: ${own}`;
  }
  return undefined;
}
