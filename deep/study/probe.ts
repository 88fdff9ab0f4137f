import { join } from 'node:path';
import { forecastOf } from '../../src/forecast/forecast.js';
import { type ForecastRecord, networkOf, writeForecast } from '../../src/forecast/forecast-file.js';
import { curveElrs, divergenceBracket, probeElrs, probeLengths } from '../../src/forecast/protocol.js';
import { type ShortRuns, shortRunsAt } from '../../src/forecast/short-runs.js';
import type { ElrCurvatures } from '../../src/readings/readings.js';
import { type MeasuredRun, measureRun, NETWORK_TOLERANCE } from '../../src/regime/analyse.js';
import { FEWEST_JUDGED_STEPS } from '../../src/regime/classifier.js';
import { averageByElr } from '../../src/regime/seed-averages.js';
import type { RegimeTheory } from '../../src/regime/theory.js';
import { bracketCentre } from '../../src/regime/thresholds.js';
import { type Curvature, readCurvature } from '../../src/run/curvature-record.js';
import { hasFinished, type SweepRun } from '../../src/run/recorded-run.js';
import { cores } from '../../src/system/processors.js';
import { UsageError } from '../../src/system/usage-error.js';
import { curvatureOfRun } from '../curvature/run-curvature.js';
import type { EngineName } from '../engine/names.js';
import { openEngine } from '../engine/open.js';
import { type TrainOptions, trainSweep } from './run-study.js';
import { type ProbeSpec, scout, unmeasured, wholeRuns } from './scout.js';

export type { ProbeSpec } from './scout.js';

const TEN_RUNS = 10;
/** A Hessian-vector product costs as much as this many training steps over the same images. */
const STEPS_PER_PRODUCT = 2.7;
/** Images that curvature is averaged over: a quarter of what `regimes curvature` takes. */
const CURVATURE_IMAGES = 256;

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
  return curvatureOfRun(engine, directory, { groups: true, mostImages: CURVATURE_IMAGES }, onNote);
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
