import { join } from 'node:path';
import { forecastOf } from '../../src/forecast/forecast.js';
import { type ForecastRecord, networkOf, writeForecast } from '../../src/forecast/forecast-file.js';
import {
  divergenceBracket,
  FIRST_SCOUTS,
  nextScout,
  probeElrs,
  probeLengths,
  type RelativeLevel,
} from '../../src/forecast/protocol.js';
import { mean } from '../../src/numerics/means.js';
import type { ElrCurvatures } from '../../src/readings/readings.js';
import { bracketCentre, measureRun, NETWORK_TOLERANCE } from '../../src/regime/analyse.js';
import { averageByElr } from '../../src/regime/seed-averages.js';
import type { RegimeTheory } from '../../src/regime/theory.js';
import { type Curvature, readCurvature } from '../../src/run/curvature-record.js';
import type { RunConfiguration } from '../../src/run/stored-configuration.js';
import { hasElr, type RecordedRun, type SweepRun } from '../../src/sweep/directory.js';
import { cores } from '../../src/system/cores.js';
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

/** Training that stopped because its numbers were no longer finite: as informative as a completed run. */
const brokeOnNumbers = ({ steps }: SweepRun): boolean => {
  const last = steps.at(-1);
  return last !== undefined && !(Number.isFinite(last.loss) && Number.isFinite(last.egn));
};

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
  const whole = byElr(runs).filter((run) => run.manifest.status === 'finished' || brokeOnNumbers(run));
  const missing = planned - whole.length;
  if (missing === 0) return whole;
  throw new Error(`${missing} of ${planned} runs of the probe failed; run the same command to try them again`);
}

interface Scouted {
  readonly levels: readonly RelativeLevel[];
  readonly configuration: RunConfiguration;
}

/** Very short runs of the first seed, one after another where the bracket is still wide. */
async function scout({ base, seeds }: ProbeSpec, steps: number, options: TrainOptions): Promise<Scouted> {
  const directory = join(options.directory, 'scout');
  const shared = { ...base, seed: seeds[0]!, steps };
  let elrs = FIRST_SCOUTS;
  for (;;) {
    const trained = await trainSweep({ base: shared, vary: { elr: elrs } }, { ...options, directory });
    const runs = wholeRuns(trained, elrs.length);
    const levels = runs.map(levelOf);
    const next = nextScout(levels, NETWORK_TOLERANCE);
    if (next === undefined) return { levels, configuration: runs[0]!.manifest.configuration };
    elrs = [...elrs, next].sort((a, b) => a - b);
  }
}

interface ShortRuns {
  readonly runs: readonly SweepRun[];
  readonly curvatures: readonly ElrCurvatures[];
  /** Training steps that the curvature took as long as. */
  readonly curvatureSteps: number;
}

const NO_RUNS: ShortRuns = { runs: [], curvatures: [], curvatureSteps: 0 };

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

/** Short runs below divergence, of every seed, and where asked for the curvature that those of smallest ELR end with. */
async function shortRuns(
  spec: ProbeSpec,
  steps: number,
  divergence: number,
  options: TrainOptions,
): Promise<ShortRuns> {
  const elrs = probeElrs(divergence);
  const directory = join(options.directory, 'probe');
  const sweep = { base: { ...spec.base, steps }, vary: { elr: elrs, seed: spec.seeds } };
  const runs = wholeRuns(await trainSweep(sweep, { ...options, directory }), elrs.length * spec.seeds.length);
  if (!spec.curvature) return { ...NO_RUNS, runs };
  const curvatures: Curvature[] = [];
  const finished = runs.filter(({ manifest }) => manifest.status === 'finished');
  for (const run of finished.filter(({ manifest }) => manifest.configuration.rate.value === elrs[0])) {
    curvatures.push(await curvatureAtEnd(run, options));
  }
  const images = curvatures.reduce((sum, { products, images: each }) => sum + products * each, 0);
  const { batch } = runs[0]!.manifest.configuration;
  const curvatureSteps = Math.round((STEPS_PER_PRODUCT * images) / batch);
  return { runs, curvatures: [{ elr: elrs[0]!, curvatures }], curvatureSteps };
}

/** The theory that a network is read by; the toy's is `toyTheory`. */
type ReadingTheory = Pick<RegimeTheory, 'ratioFromLoss' | 'ratioFromStep'>;

/**
 * The thresholds of a network before its sweep: very short runs find divergence (T6), short ones below it the equilibrium
 * curve, whose zero is where convergence ends (T4). Keeps its runs and the forecast in the directory, and goes on there after
 * an interruption. Throws one line if a run failed.
 */
export async function probe(spec: ProbeSpec, theory: ReadingTheory, options: TrainOptions): Promise<ForecastRecord> {
  const { steps } = spec;
  const lengths = probeLengths(steps);
  const { levels, configuration } = await scout(spec, lengths.scout, options);
  const divergence = divergenceBracket(levels, NETWORK_TOLERANCE);
  const limit = bracketCentre(divergence);
  const short = limit === undefined ? NO_RUNS : await shortRuns(spec, lengths.probe, limit, options);
  const measured = averageByElr(short.runs.map((run) => measureRun(run, NETWORK_TOLERANCE)));
  const taken = short.runs.reduce((sum, run) => sum + run.steps.length, 0);
  const cost = levels.length * lengths.scout + taken + short.curvatureSteps;
  const record: ForecastRecord = {
    ...forecastOf(divergence, measured, short.curvatures, theory),
    steps,
    network: networkOf(configuration),
    cost: { steps: cost, ofTenRuns: cost / (TEN_RUNS * steps) },
  };
  writeForecast(options.directory, record);
  return record;
}
