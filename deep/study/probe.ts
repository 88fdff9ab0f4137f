import { join } from 'node:path';
import { forecastOf } from '../../src/forecast/forecast.js';
import { type ForecastRecord, networkOf, writeForecast } from '../../src/forecast/forecast-file.js';
import {
  curveElrs,
  divergenceBracket,
  FIRST_SCOUTS,
  nextScout,
  probeElrs,
  probeLengths,
  type RelativeLevel,
  scoutLengths,
  someLearn,
} from '../../src/forecast/protocol.js';
import { type ShortRuns, shortRunsAt } from '../../src/forecast/short-runs.js';
import { mean } from '../../src/numerics/means.js';
import type { ElrCurvatures } from '../../src/readings/readings.js';
import { bracketCentre, type MeasuredRun, measureRun, NETWORK_TOLERANCE } from '../../src/regime/analyse.js';
import { FEWEST_JUDGED_STEPS } from '../../src/regime/classifier.js';
import { averageByElr } from '../../src/regime/seed-averages.js';
import type { RegimeTheory } from '../../src/regime/theory.js';
import { type Curvature, readCurvature } from '../../src/run/curvature-record.js';
import type { RunConfiguration } from '../../src/run/stored-configuration.js';
import { brokeOnNumbers, hasElr, hasFinished, type RecordedRun, type SweepRun } from '../../src/sweep/recorded-run.js';
import { cores } from '../../src/system/processors.js';
import { UsageError } from '../../src/system/usage-error.js';
import { curvatureOfRun } from '../curvature/run-curvature.js';
import type { EngineName } from '../engine/names.js';
import { openEngine } from '../engine/open.js';
import { type TrainedRuns, type TrainOptions, trainSweep } from './run-study.js';
import type { SweepSpec } from './spec.js';

/** The network that a probe is about, and the sweep that it predicts. */
export interface ProbeSpec {
  readonly base: Omit<NonNullable<SweepSpec['base']>, 'steps' | 'epochs' | 'seed'>;
  /** Steps of a run of the sweep to come. */
  readonly steps: number;
  readonly seeds: readonly number[];
  /** Whether the network is read from its curvature too (T3); default: false. */
  readonly curvature?: boolean;
}

const TEN_RUNS = 10;
/** A Hessian-vector product costs as much as this many training steps over the same images. */
const STEPS_PER_PRODUCT = 2.7;
/** Images that curvature is averaged over: a quarter of what `regimes curvature` takes. */
const CURVATURE_IMAGES = 256;

const byElr = (runs: readonly RecordedRun[]): SweepRun[] =>
  runs.filter(hasElr).sort((a, b) => a.manifest.configuration.rate.value - b.manifest.configuration.rate.value);

/** Mean loss over the second half of a run in units of that of random points; not a number where training broke off. */
function levelOf(run: SweepRun): RelativeLevel {
  const { manifest, steps } = run;
  const tail = steps.columns.loss.subarray(Math.floor(steps.length / 2));
  return {
    elr: manifest.configuration.rate.value,
    level: brokeOnNumbers(run) ? Number.NaN : mean(tail) / manifest.randomLoss.mean,
  };
}

/** The runs that came to their end, or broke off on their numbers. Throws one line if others are missing. */
function wholeRuns({ runs }: TrainedRuns, planned: number): SweepRun[] {
  const whole = byElr(runs).filter((run) => hasFinished(run) || brokeOnNumbers(run));
  const missing = planned - whole.length;
  if (missing === 0) return whole;
  throw new Error(`${missing} of ${planned} runs of the probe failed; run the same command to try them again`);
}

interface Scouted {
  readonly levels: readonly RelativeLevel[];
  readonly configuration: RunConfiguration;
  /** Training steps of all scouts. */
  readonly taken: number;
}

/** A forecast reads what every step records: measurements on all images would cost more than its runs. */
const unmeasured = (base: ProbeSpec['base']): ProbeSpec['base'] => ({ measure: 'none', ...base });

/** Runs of `steps` of the first seed, one after another where the bracket is still wide. */
async function scoutFor({ base, seeds }: ProbeSpec, steps: number, options: TrainOptions): Promise<Scouted> {
  const shared = { ...unmeasured(base), seed: seeds[0]!, steps };
  let elrs = FIRST_SCOUTS;
  for (;;) {
    const runs = wholeRuns(await trainSweep({ base: shared, vary: { elr: elrs } }, options), elrs.length);
    const levels = runs.map(levelOf);
    const next = nextScout(levels, NETWORK_TOLERANCE);
    if (next === undefined) {
      return { levels, configuration: runs[0]!.manifest.configuration, taken: levels.length * steps };
    }
    elrs = [...elrs, next].sort((a, b) => a - b);
  }
}

/**
 * Very short runs, made longer until some of them have learnt something: until then all look as if they diverged. Throws a UsageError
 * where none has after the steps of a whole run.
 */
async function scout(spec: ProbeSpec, options: TrainOptions): Promise<Scouted> {
  let taken = 0;
  for (const [longer, steps] of scoutLengths(spec.steps).entries()) {
    if (longer > 0) options.onNote?.(`no run has learnt anything so soon; trying ${steps} steps`);
    const folder = longer === 0 ? 'scout' : `scout-${steps}`;
    const scouted = await scoutFor(spec, steps, { ...options, directory: join(options.directory, folder) });
    taken += scouted.taken;
    if (someLearn(scouted.levels, NETWORK_TOLERANCE)) return { ...scouted, taken };
  }
  throw new UsageError(tooShort(spec.steps));
}

const tooShort = (steps: number): string =>
  `${steps} steps are too few: no ELR from ${FIRST_SCOUTS[0]} to ${FIRST_SCOUTS.at(-1)} brings the loss below ` +
  `${100 * (1 - NETWORK_TOLERANCE)}% of that of random points, so that all look as if they diverged; allowed: more steps`;

interface ProbeRuns {
  readonly runs: readonly SweepRun[];
  readonly curvatures: readonly ElrCurvatures[];
  /** Training steps that the curvature took as long as. */
  readonly curvatureSteps: number;
}

const NO_RUNS: ProbeRuns = { runs: [], curvatures: [], curvatureSteps: 0 };

/** Curvature of the groups at the end of a run, measured once. */
async function curvatureAtEnd(
  { directory, manifest }: SweepRun,
  { workers, onNote }: TrainOptions,
): Promise<Curvature> {
  const known = readCurvature(directory);
  if (known !== undefined && known.groups.length > 0) return known;
  const engine = await openEngine(manifest.configuration.engine as EngineName, { threads: workers ?? cores() });
  return curvatureOfRun(engine, directory, { groups: true, images: CURVATURE_IMAGES }, onNote);
}

/** Short runs below divergence, of every seed, and where asked for the curvature that those of the curve's smallest ELR end with. */
async function shortRuns(
  spec: ProbeSpec,
  steps: number,
  divergence: number,
  options: TrainOptions,
): Promise<ProbeRuns> {
  const elrs = probeElrs(divergence);
  const directory = join(options.directory, 'probe');
  const sweep = { base: { ...unmeasured(spec.base), steps }, vary: { elr: elrs, seed: spec.seeds } };
  const runs = wholeRuns(await trainSweep(sweep, { ...options, directory }), elrs.length * spec.seeds.length);
  if (!spec.curvature) return { ...NO_RUNS, runs };
  const curvatures: Curvature[] = [];
  const finished = runs.filter(hasFinished);
  const smallest = curveElrs(divergence)[0]!;
  for (const run of finished.filter(({ manifest }) => manifest.configuration.rate.value === smallest)) {
    curvatures.push(await curvatureAtEnd(run, options));
  }
  const images = curvatures.reduce((sum, { products, images: each }) => sum + products * each, 0);
  const { batch } = runs[0]!.manifest.configuration;
  const curvatureSteps = Math.round((STEPS_PER_PRODUCT * images) / batch);
  return { runs, curvatures: [{ elr: smallest, curvatures }], curvatureSteps };
}

/** The theory that a network is read by; the toy's is `toyTheory`. */
type ReadingTheory = Pick<RegimeTheory, 'ratioFromLoss' | 'ratioFromStep'>;

/** Of the runs that the curve is laid through: one for each ELR, averaged over seeds. */
function curveRuns({ runs }: ProbeRuns, divergence: number): MeasuredRun[] {
  const elrs = new Set(curveElrs(divergence));
  const own = runs.filter(({ manifest }) => elrs.has(manifest.configuration.rate.value));
  return averageByElr(own.map((run) => measureRun(run, NETWORK_TOLERANCE)));
}

/** The noise of the runs at every ELR; none of runs that are too short. */
function noiseOf({ runs }: ProbeRuns): ShortRuns[] {
  const elrs = [...new Set(runs.map(({ manifest }) => manifest.configuration.rate.value))];
  return elrs.flatMap((elr) => {
    const own = runs.filter(({ manifest }) => manifest.configuration.rate.value === elr);
    return (
      shortRunsAt(
        elr,
        own.map(({ steps }) => steps),
      ) ?? []
    );
  });
}

/**
 * The thresholds of a network before its sweep: very short runs find divergence (T6), of which the convergence threshold is a part; short
 * runs below it show their noise (T14) and the equilibrium curve (T4), whose readings of it stand beside. Keeps its runs and the forecast
 * in the directory, and goes on there after an interruption. Throws one line if a run failed, and a UsageError if the steps are too few
 * for a regime to be told.
 */
export async function probe(spec: ProbeSpec, theory: ReadingTheory, options: TrainOptions): Promise<ForecastRecord> {
  const { steps } = spec;
  if (steps < FEWEST_JUDGED_STEPS) {
    throw new UsageError(
      `${steps} steps are too few to tell the regime of a run; allowed: ${FEWEST_JUDGED_STEPS} or more`,
    );
  }
  const lengths = probeLengths(steps);
  const { levels, configuration, taken: scouting } = await scout(spec, options);
  const divergence = divergenceBracket(levels, NETWORK_TOLERANCE);
  const limit = bracketCentre(divergence);
  const short = limit === undefined ? NO_RUNS : await shortRuns(spec, lengths.probe, limit, options);
  const taken = short.runs.reduce((sum, run) => sum + run.steps.length, 0);
  const cost = scouting + taken + short.curvatureSteps;
  const probed = {
    runs: limit === undefined ? [] : curveRuns(short, limit),
    curvatures: short.curvatures,
    shortRuns: noiseOf(short),
    lengths: { probe: lengths.probe, sweep: steps },
  };
  const record: ForecastRecord = {
    ...forecastOf(divergence, probed, theory),
    steps,
    network: networkOf(configuration),
    cost: { steps: cost, ofTenRuns: cost / (TEN_RUNS * steps) },
  };
  writeForecast(options.directory, record);
  return record;
}
