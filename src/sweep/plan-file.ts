import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { elrOf } from '../run/rate.js';
import { readManifest } from '../run/run-directory.js';
import { RunConfigurationSchema, StoredConfigurationSchema } from '../run/stored-configuration.js';
import { writeAtomically } from '../system/atomic.js';
import { readJsonFile } from '../system/json-file.js';
import {
  differingFields,
  type Fields,
  fieldDifference,
  fieldsOf,
  partFields,
  partOf,
  pick,
  sharedFields,
} from './configuration-fields.js';
import { asAsked, optionName, type PlannedRun, plannedRun, type SweepPlan, unite } from './plan.js';

/** The file that says what a sweep is: the options that vary, what the runs share, and every run that is planned. */

export const SWEEP_FILE = 'sweep.json';
const SWEEP_FORMAT = 2;

/** A plan as it is on disk, with the fields that all runs share. */
export interface KnownPlan extends SweepPlan {
  readonly shared: Fields;
}

/** Fields on disk; that they are those of a configuration is seen once a run has all of its own. */
const PartSchema = z.looseObject({ training: z.record(z.string(), z.unknown()).optional() });
const PlanSchema = z.strictObject({
  format: z.literal(SWEEP_FORMAT),
  /** Options that vary. */
  varied: z.array(z.string()).min(1),
  /** Options from which fields follow that are not shared, though they do not vary themselves. */
  given: z.record(z.string(), z.string()),
  /** What the runs share. */
  configuration: PartSchema,
  runs: z
    .array(
      z.strictObject({
        folder: z.string().regex(/^[^/\\]+$/),
        varied: z.record(z.string(), z.union([z.number(), z.string()])),
        /** The rest of the run's configuration. */
        configuration: PartSchema,
        /** Added where a threshold was still wide. */
        refined: z.literal(true).optional(),
        /** Steps that were asked for, of a run that was lengthened since. */
        lengthenedFrom: z.number().int().min(1).optional(),
      }),
    )
    .min(1),
});
/** Sweeps of earlier versions: only the ELR varied, and no run was planned ahead. */
const EarlierSchema = z.strictObject({ configuration: StoredConfigurationSchema.omit({ elr: true }) });

/** Writes a plan in place of what was there, a run a line. It has a run at least. */
export function writePlan(directory: string, plan: SweepPlan): void {
  const { varied, given } = plan;
  const shared = sharedFields(plan);
  const runs = plan.runs.map(({ configuration, ...run }) => {
    const own = partOf(pick(fieldsOf(configuration), (name) => !(name in shared)));
    const { folder, varied: values, refined, lengthenedFrom } = run;
    return `    ${JSON.stringify({ folder, varied: values, configuration: own, refined, lengthenedFrom })}`;
  });
  const head = JSON.stringify({ format: SWEEP_FORMAT, varied, given, configuration: partOf(shared) }, null, 2);
  const content = `${head.slice(0, -'\n}'.length)},\n  "runs": [\n${runs.join(',\n')}\n  ]\n}\n`;
  writeAtomically(join(directory, SWEEP_FILE), content);
}

function parsePlan(content: unknown): KnownPlan {
  const { varied, given, configuration, runs } = PlanSchema.parse(content);
  const common = partFields(configuration);
  const complete = runs.map((run) => ({
    ...run,
    configuration: RunConfigurationSchema.parse(partOf({ ...common, ...partFields(run.configuration) })),
  }));
  const plan = { varied, given, runs: complete };
  return { ...plan, shared: sharedFields(plan) };
}

/** Runs that have begun at ELRs that were not planned, as in sweeps of earlier versions; a damaged one is left out. */
function unplannedRuns(directory: string, { shared, runs: planned }: KnownPlan): PlannedRun[] {
  const known = new Set(planned.map(({ folder }) => folder));
  const folders = readdirSync(directory, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !known.has(entry.name),
  );
  const runs = folders.map(({ name }): PlannedRun | undefined => {
    try {
      const configuration = readManifest(join(directory, name))?.configuration;
      const elr = configuration && elrOf(configuration);
      if (configuration === undefined || typeof elr !== 'number') return undefined;
      if (fieldDifference(shared, fieldsOf(configuration), new Set(['elr'])) !== undefined) return undefined;
      return { ...plannedRun(configuration, { elr }), folder: name };
    } catch {
      return undefined;
    }
  });
  return runs.filter((run) => run !== undefined);
}

function parseSweep(content: unknown): KnownPlan {
  const earlier = EarlierSchema.safeParse(content);
  if (!earlier.success) return parsePlan(content);
  return { varied: ['elr'], given: {}, shared: partFields(earlier.data.configuration), runs: [] };
}

/** The plan of the sweep in a folder; undefined if there is none. Throws a DamagedFile if it cannot be read. */
export function readPlan(directory: string): KnownPlan | undefined {
  const path = join(directory, SWEEP_FILE);
  if (!existsSync(path)) return undefined;
  const plan = readJsonFile(path, parseSweep, { problem: 'is damaged or of another version of regimes' });
  if (!isDeepStrictEqual(plan.varied, ['elr'])) return plan;
  return { ...unite(plan, { ...plan, runs: unplannedRuns(directory, plan) }), shared: plan.shared };
}

const optionNames = (names: readonly string[]): string => names.map(optionName).join(', ');

/** A plan as it was asked for: a sweep whose runs were lengthened since is still the same. */
function planAsAsked(plan: SweepPlan): SweepPlan {
  return { ...plan, runs: plan.runs.map(asAsked) };
}

/** Why a plan is not of the same sweep as one on disk, as words for people; undefined if it is. */
export function planDifference(onDisk: KnownPlan, other: SweepPlan): string | undefined {
  const [asked, wanted] = [onDisk, other].map(planAsAsked) as [SweepPlan, SweepPlan];
  const known = { ...asked, shared: asked.runs.length > 0 ? sharedFields(asked) : onDisk.shared };
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
