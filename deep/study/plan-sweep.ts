import type { RunConfiguration } from '../../src/run/stored-configuration.js';
import { DEFAULT_TRAINING } from '../../src/run/training-settings.js';
import { fieldsDecidedBy } from '../../src/sweep/configuration-fields.js';
import { type PlannedRun, plannedRun, type SweepPlan, unite, type Varied } from '../../src/sweep/plan.js';
import { cores } from '../../src/system/processors.js';
import type { EngineChoice, EngineName } from '../engine/names.js';
import { runChecker } from '../run/run-checker.js';
import { stepCost } from '../sweep/step-cost.js';
import { checkSpec, checkSweepSpec } from './check-spec.js';
import { chooseEngine } from './choose-engine.js';
import { type Candidate, candidatesOf, forRun } from './combinations.js';
import { configurationOf } from './configuration.js';
import { imageCounts } from './image-counts.js';
import { officialStarts } from './official-start.js';
import { DEFAULT_RUN, type NetworkSpec, type RunSpec, type SweepSpec, withDefaults } from './spec.js';
import { valueText } from './written.js';

/** The number of runs trained side by side, and the callback for information about choices. */
export interface PlanOptions {
  /** Runs side by side, for which `auto` chooses an engine; default: all cores. */
  readonly workers?: number | undefined;
  /** Called with each line of information for the user. */
  readonly onNote?: (line: string) => void;
  /** The engine that a choice stands for, by the largest network that it is to run; default: one that works on this machine. */
  readonly engineOf?: (spec: NetworkSpec) => Promise<EngineName>;
}

const costOf = (spec: RunSpec): number => stepCost({ ...withDefaults(spec), trainImages: null });

/** The engine of each choice, judged by the largest network that it is to run. */
async function chooseEngines(specs: readonly RunSpec[], options: PlanOptions) {
  const { workers = cores(), onNote } = options;
  const sideBySide = Math.min(workers, specs.length);
  const onThisMachine = (spec: NetworkSpec): Promise<EngineName> =>
    chooseEngine(spec, { threads: 1, sideBySide }, onNote);
  const { engineOf = onThisMachine } = options;
  const choiceOf = ({ engine = DEFAULT_RUN.engine }: RunSpec): EngineChoice => engine;
  const chosen = new Map<EngineChoice, EngineName>();
  for (const choice of new Set(specs.map(choiceOf))) {
    const alike = specs.filter((spec) => choiceOf(spec) === choice);
    const largest = alike.reduce((a, b) => (costOf(b) > costOf(a) ? b : a));
    chosen.set(choice, await engineOf(largest));
  }
  return (spec: RunSpec): EngineName => chosen.get(choiceOf(spec))!;
}

/** The values that vary in a run. Names and paths are complete, as in its configuration. */
const variedOf = (labels: Varied, configuration: RunConfiguration): Varied =>
  Object.fromEntries(
    Object.entries(labels).map(([name, label]) => {
      const field = configuration[name as keyof RunConfiguration];
      return [name, typeof field === 'string' ? field : label];
    }),
  );

/** Fields of a spec from which fields of a configuration follow together with others. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  steps: ['steps', 'epochs'],
  schedule: ['schedule', 'span', 'milestones', 'factor', 'scheduleBy'],
};

/** What was given, or goes without saying, of fields that do not vary where the configuration's fields that follow from them do. */
function givenOf({ base = {}, vary, texts = {} }: SweepSpec): Record<string, string> {
  const given: Readonly<Record<string, unknown>> = { schedule: DEFAULT_TRAINING.schedule.kind, ...base };
  const hasLength = [base, vary].some(({ steps, epochs }) => steps !== undefined || epochs !== undefined);
  const all = hasLength ? given : { ...given, epochs: DEFAULT_RUN.epochs };
  const sources = fieldsDecidedBy(Object.keys(vary)).flatMap((field) => SOURCES[field] ?? []);
  const kept = [...new Set(sources)].filter((name) => all[name] !== undefined && !(name in vary));
  return Object.fromEntries(kept.map((name) => [name, texts[name] ?? valueText(all[name])]));
}

/**
 * Every combination of the values that vary, as a plan whose runs are checked: data, model and checkpoint fit. Nothing is
 * written. Throws a UsageError for the first run that cannot be.
 *
 * @example
 * const base = { width: 2, trainImages: 100, batch: 20, steps: 20, measure: 'none' };
 * const plan = await planSweep({ base, vary: { elr: [1e-3], seed: [1, 2] } });
 * console.log(plan.runs.map(({ folder }) => folder)); // [ 'elr-1e-3_seed-1', 'elr-1e-3_seed-2' ]
 * const failures = await runStudy(plan, { directory: 'runs/sweep' });
 */
export async function planSweep(sweep: SweepSpec, options: PlanOptions = {}): Promise<SweepPlan> {
  const complete = officialStarts(options.onNote);
  checkSweepSpec(sweep);
  for (const { labels, spec } of candidatesOf(sweep)) forRun(labels, () => checkSpec(spec));
  const candidates = candidatesOf(sweep).map(({ spec, labels }) => ({ spec: complete(spec), labels }));
  const images = imageCounts();
  const countOf = ({ data = DEFAULT_RUN.data, trainImages, validation }: RunSpec): number =>
    images.train(data, trainImages, validation);
  for (const { labels, spec } of candidates) forRun(labels, () => countOf(spec));
  const engineOf = await chooseEngines(
    candidates.map(({ spec }) => spec),
    options,
  );
  const check = runChecker(options.onNote);
  const planned = ({ spec, labels }: Candidate): PlannedRun => {
    const testImages = images.test(spec.data ?? DEFAULT_RUN.data, spec.validation);
    const surroundings = { trainImages: countOf(spec), testImages, threads: 1, engine: engineOf(spec) };
    const configuration = forRun(labels, () => {
      const described = configurationOf(spec, surroundings);
      check(described);
      return described;
    });
    return plannedRun(configuration, variedOf(labels, configuration));
  };
  const plan = { varied: Object.keys(sweep.vary), given: givenOf(sweep), runs: candidates.map(planned) };
  return unite({ ...plan, runs: [] }, plan);
}
