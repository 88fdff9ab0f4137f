import { join } from 'node:path';
import { Command } from 'commander';
import type { EngineName } from '../../deep/engine/names.js';
import { averageByElr } from '../average-seeds.js';
import { mean } from '../averages.js';
import { type Forecast, forecastOf } from '../forecast/forecast.js';
import { type ForecastRecord, writeForecast } from '../forecast/forecast-file.js';
import {
  divergenceBracket,
  FIRST_SCOUTS,
  nextScout,
  probeElrs,
  probeLengths,
  type RelativeLevel,
} from '../forecast/protocol.js';
import { bracketCentre, measureRun, NETWORK_TOLERANCE } from '../measure.js';
import type { ElrCurvatures } from '../readings/readings.js';
import { type Curvature, readCurvature } from '../run/curvature-record.js';
import type { RecordedRun, SweepRun } from '../run/sweep-directory.js';
import { forecastText } from '../text/forecast-text.js';
import { log, printJson, printLine } from '../text/output.js';
import { type ProtocolOptions, valuesOf, withProtocolOptions } from './experiment-options.js';
import { trainSweep } from './experiment-runs.js';
import { cores } from './run-options.js';

interface PredictOptions extends ProtocolOptions {
  readonly curvature?: true;
}

const TEN_RUNS = 10;
/** A product of the Hessian with a vector costs so many training steps over the same images. */
const STEPS_PER_PRODUCT = 2.7;
/** Images that curvature is averaged over: a quarter of what `regimes curvature` takes. */
const CURVATURE_IMAGES = 256;

const isFixed = (run: RecordedRun): run is SweepRun => run.manifest.configuration.elr !== null;

const byElr = (runs: readonly RecordedRun[]): SweepRun[] =>
  runs.filter(isFixed).sort((a, b) => a.manifest.configuration.elr - b.manifest.configuration.elr);

/** Mean loss over the second half of a run in units of that of random points; of a run that broke off, not a number. */
function levelOf({ manifest, steps }: SweepRun): RelativeLevel {
  const { elr, steps: wanted } = manifest.configuration;
  const tail = steps.slice(Math.floor(steps.length / 2)).map(({ loss }) => loss);
  return { elr, level: steps.length < wanted ? Number.NaN : mean(tail) / manifest.randomLoss.mean };
}

/** Very short runs of the first seed, one after another where the bracket is still wide. */
async function scout(options: PredictOptions, steps: number): Promise<readonly RelativeLevel[]> {
  const [seed] = valuesOf(options.seed);
  const directory = join(options.out, 'scout');
  let elrs = FIRST_SCOUTS;
  for (;;) {
    const { runs } = await trainSweep(directory, options, { elr: elrs, seed, steps }, ['elr']);
    const levels = byElr(runs).map(levelOf);
    const next = nextScout(levels, NETWORK_TOLERANCE);
    if (next === undefined) return levels;
    elrs = [...elrs, next].sort((a, b) => a - b);
  }
}

interface Probe {
  readonly runs: readonly SweepRun[];
  readonly curvatures: readonly ElrCurvatures[];
  /** Training steps that the curvature took as long as. */
  readonly curvatureSteps: number;
}

const NO_PROBE: Probe = { runs: [], curvatures: [], curvatureSteps: 0 };

/** Curvature of the groups at the end of a run, measured once. */
async function curvatureOf({ directory, manifest }: SweepRun, threads: number): Promise<Curvature> {
  const known = readCurvature(directory);
  if (known !== undefined) return known;
  const { curvatureOfRun } = await import('../../deep/curvature/run-curvature.js');
  const { openEngine } = await import('../../deep/engine/open.js');
  const engine = await openEngine(manifest.configuration.engine as EngineName, { threads });
  return curvatureOfRun(engine, directory, { groups: true, images: CURVATURE_IMAGES }, log);
}

/** Short runs below divergence, of every seed, and where asked for the curvature that those of smallest ELR end with. */
async function probe(options: PredictOptions, steps: number, divergence: number): Promise<Probe> {
  const elrs = probeElrs(divergence);
  const directory = join(options.out, 'probe');
  const trained = await trainSweep(directory, options, { elr: elrs, steps }, ['elr', 'seed']);
  const runs = byElr(trained.runs);
  if (!options.curvature) return { ...NO_PROBE, runs };
  const curvatures: Curvature[] = [];
  for (const run of runs.filter(({ manifest }) => manifest.configuration.elr === elrs[0])) {
    curvatures.push(await curvatureOf(run, options.workers ?? cores()));
  }
  const images = curvatures.reduce((sum, { products, images: each }) => sum + products * each, 0);
  const { batch } = runs[0]!.manifest.configuration;
  const curvatureSteps = Math.round((STEPS_PER_PRODUCT * images) / batch);
  return { runs, curvatures: [{ elr: elrs[0]!, curvatures }], curvatureSteps };
}

/** Everything the probe takes, in steps of training. */
const stepsOf = (levels: readonly RelativeLevel[], scoutSteps: number, { runs, curvatureSteps }: Probe): number =>
  levels.length * scoutSteps + runs.reduce((sum, { steps }) => sum + steps.length, 0) + curvatureSteps;

async function predict(options: PredictOptions): Promise<void> {
  const { toyTheory } = await import('../../toy/theory.js');
  const begin = performance.now();
  const { steps, out, json } = options;
  const lengths = probeLengths(steps);
  const levels = await scout(options, lengths.scout);
  const divergence = divergenceBracket(levels, NETWORK_TOLERANCE);
  const limit = bracketCentre(divergence);
  const probed = limit === undefined ? NO_PROBE : await probe(options, lengths.probe, limit);
  const measured = averageByElr(probed.runs.map((run) => measureRun(run, NETWORK_TOLERANCE)));
  const forecast: Forecast = forecastOf(divergence, measured, probed.curvatures, toyTheory);
  const taken = stepsOf(levels, lengths.scout, probed);
  const seconds = (performance.now() - begin) / 1000;
  const record: ForecastRecord = {
    ...forecast,
    steps,
    cost: { steps: taken, ofTenRuns: taken / (TEN_RUNS * steps), seconds },
  };
  writeForecast(out, record);
  if (json) printJson({ directory: out, ...record });
  else printLine(forecastText(record));
}

/** `regimes predict`: thresholds of a network and data set before a sweep, from one cheap probe. */
export const predictCommand = (): Command =>
  withProtocolOptions(
    new Command('predict').description(
      'Thresholds of a network before its sweep, from a probe that costs about a tenth of it: very short runs find divergence, ' +
        'short ones below it the equilibrium curve, whose zero is where convergence ends (T4).',
    ),
    'predict',
    { steps: 4000, lists: { seed: [1, 2] } },
  )
    .option('--curvature', 'read the network from its curvature too (T3): as much work again')
    .action(predict);
