import { join } from 'node:path';
import { Command } from 'commander';
import type { EngineName } from '../../../deep/engine/names.js';
import { type Forecast, forecastOf } from '../../forecast/forecast.js';
import { type ForecastRecord, networkOf, writeForecast } from '../../forecast/forecast-file.js';
import {
  divergenceBracket,
  FIRST_SCOUTS,
  nextScout,
  probeElrs,
  probeLengths,
  type RelativeLevel,
} from '../../forecast/protocol.js';
import { mean } from '../../numerics/means.js';
import type { ElrCurvatures } from '../../readings/readings.js';
import { bracketCentre, measureRun, NETWORK_TOLERANCE } from '../../regime/analyse.js';
import { averageByElr } from '../../regime/seed-averages.js';
import { type Curvature, readCurvature } from '../../run/curvature-record.js';
import type { RunConfiguration } from '../../run/manifest.js';
import { hasElr, type RecordedRun, type SweepRun } from '../../sweep/directory.js';
import { forecastText } from '../../text/forecast-text.js';
import { log, printJson, printLine } from '../../text/output.js';
import { type ProtocolOptions, valuesOf, withProtocolOptions } from '../experiment/experiment-options.js';
import { type TrainedRuns, trainSweep } from '../experiment/experiment-runs.js';
import { cores } from '../options/run-options.js';

interface PredictOptions extends ProtocolOptions {
  readonly curvature?: true;
}

const TEN_RUNS = 10;
/** A product of the Hessian with a vector costs so many training steps over the same images. */
const STEPS_PER_PRODUCT = 2.7;
/** Images that curvature is averaged over: a quarter of what `regimes curvature` takes. */
const CURVATURE_IMAGES = 256;

const byElr = (runs: readonly RecordedRun[]): SweepRun[] =>
  runs.filter(hasElr).sort((a, b) => a.manifest.configuration.elr - b.manifest.configuration.elr);

/** Training that broke off because its numbers were no longer finite: it tells as much as one that came to its end. */
const brokeOnNumbers = ({ steps }: SweepRun): boolean => {
  const last = steps.at(-1);
  return last !== undefined && !(Number.isFinite(last.loss) && Number.isFinite(last.egn));
};

/** Mean loss over the second half of a run in units of that of random points; not a number where training broke off. */
function levelOf(run: SweepRun): RelativeLevel {
  const { manifest, steps } = run;
  const tail = steps.columns.loss.subarray(Math.floor(steps.length / 2));
  return {
    elr: manifest.configuration.elr,
    level: brokeOnNumbers(run) ? Number.NaN : mean(tail) / manifest.randomLoss.mean,
  };
}

/** The runs that came to their end, or broke off on their numbers. Throws one line where others are missing. */
function wholeRuns({ runs }: TrainedRuns, planned: number): SweepRun[] {
  const whole = byElr(runs).filter((run) => run.manifest.status === 'finished' || brokeOnNumbers(run));
  const missing = planned - whole.length;
  if (missing === 0) return whole;
  throw new Error(`${missing} of ${planned} runs of the probe failed; the same command tries them again`);
}

interface Scouted {
  readonly levels: readonly RelativeLevel[];
  readonly configuration: RunConfiguration;
}

/** Very short runs of the first seed, one after another where the bracket is still wide. */
async function scout(options: PredictOptions, steps: number): Promise<Scouted> {
  const [seed] = valuesOf(options.seed);
  const directory = join(options.out, 'scout');
  let elrs = FIRST_SCOUTS;
  for (;;) {
    const trained = await trainSweep(directory, options, { elr: elrs, seed, steps }, ['elr']);
    const runs = wholeRuns(trained, elrs.length);
    const levels = runs.map(levelOf);
    const next = nextScout(levels, NETWORK_TOLERANCE);
    if (next === undefined) return { levels, configuration: runs[0]!.manifest.configuration };
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
  if (known !== undefined && known.groups.length > 0) return known;
  const { curvatureOfRun } = await import('../../../deep/curvature/run-curvature.js');
  const { openEngine } = await import('../../../deep/engine/open.js');
  const engine = await openEngine(manifest.configuration.engine as EngineName, { threads });
  return curvatureOfRun(engine, directory, { groups: true, images: CURVATURE_IMAGES }, log);
}

/** Short runs below divergence, of every seed, and where asked for the curvature that those of smallest ELR end with. */
async function probe(options: PredictOptions, steps: number, divergence: number): Promise<Probe> {
  const elrs = probeElrs(divergence);
  const directory = join(options.out, 'probe');
  const trained = await trainSweep(directory, options, { elr: elrs, steps }, ['elr', 'seed']);
  const runs = wholeRuns(trained, elrs.length * options.seed.length);
  if (!options.curvature) return { ...NO_PROBE, runs };
  const curvatures: Curvature[] = [];
  const finished = runs.filter(({ manifest }) => manifest.status === 'finished');
  for (const run of finished.filter(({ manifest }) => manifest.configuration.elr === elrs[0])) {
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
  const { toyTheory } = await import('../../../toy/theory/equilibrium.js');
  const { steps, out, json } = options;
  const lengths = probeLengths(steps);
  const scouted = await scout(options, lengths.scout);
  const { levels } = scouted;
  const divergence = divergenceBracket(levels, NETWORK_TOLERANCE);
  const limit = bracketCentre(divergence);
  const probed = limit === undefined ? NO_PROBE : await probe(options, lengths.probe, limit);
  const measured = averageByElr(probed.runs.map((run) => measureRun(run, NETWORK_TOLERANCE)));
  const forecast: Forecast = forecastOf(divergence, measured, probed.curvatures, toyTheory);
  const taken = stepsOf(levels, lengths.scout, probed);
  const record: ForecastRecord = {
    ...forecast,
    steps,
    network: networkOf(scouted.configuration),
    cost: { steps: taken, ofTenRuns: taken / (TEN_RUNS * steps) },
  };
  writeForecast(out, record);
  if (json) printJson({ directory: out, ...record });
  else printLine(forecastText(record));
}

/** `regimes predict`: thresholds of a network and data set before a sweep, from one cheap probe. */
export const predictCommand = (): Command =>
  withProtocolOptions(
    new Command('predict').description(
      'Thresholds of a network before its sweep, from a probe that costs an eighth of ten runs from 4,000 steps on, and more of ' +
        'shorter ones: very short runs find divergence, short ones below it the equilibrium curve, whose zero is where ' +
        'convergence ends (T4).',
    ),
    { steps: 4000, lists: { seed: [1, 2] } },
  )
    .option('--curvature', 'read the network from its curvature too (T3): up to twice as much work again')
    .action(predict);
