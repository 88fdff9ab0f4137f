import type { Command } from 'commander';
import { sideBySide } from '../../experiments/experiment.js';
import { finalPoint } from '../../experiments/final-point.js';
import { judgeNetwork } from '../../experiments/judge-network.js';
import { type Barrier, barrierHeight, joinedPairs, type Minimum, minimaPredictions } from '../../experiments/minima.js';
import { runsIn } from '../../experiments/regimes.js';
import type { Curvature } from '../../run/curvature-record.js';
import type { RecordedRun } from '../../run/recorded-run.js';
import { MOST_PATH_POINTS, MOST_PROBES, refuseAbove } from '../../system/bounds.js';
import { regimeMatrix } from '../../text/experiment/experiment-text.js';
import { barrierTable, minimaTable } from '../../text/experiment/minima-text.js';
import { count, countUpTo } from '../../text/grammar/value-grammar.js';
import { Progress } from '../../text/progress.js';
import { defineExperiment, type Findings } from './define-experiment.js';
import { type ExperimentOptions, measuredAtEnd, trainNetwork } from './experiment-options.js';

interface Options extends ExperimentOptions {
  /** Random vectors for each trace. */
  readonly probes: number;
  /** Training images that curvature is averaged over. */
  readonly curvatureImages?: number;
  /** Places on each path. */
  readonly points: number;
}

/** By default, or as many as there are. */
const CURVATURE_IMAGES = 512;

/** A run that ends in a minimum, and what was found there. */
interface MeasuredMinimum extends Minimum {
  readonly run: RecordedRun;
}

const isAt = ({ manifest: { configuration } }: RecordedRun, { elr, seed }: Pick<Minimum, 'elr' | 'seed'>): boolean =>
  configuration.rate.value === elr && configuration.seed === seed;

const traceOf = ({ trace }: Curvature) => ({ mean: trace!.mean, error: trace!.standardError ?? Number.NaN });

/** Traces at the ends of runs that have measured their loss there; the others are left out. */
async function measureMinima(runs: readonly RecordedRun[], { probes, curvatureImages }: Options) {
  const { traceAtEnd } = await import('../../../deep/curvature/at-last-weights.js');
  const progress = new Progress();
  const found: MeasuredMinimum[] = [];
  for (const [i, run] of runs.entries()) {
    progress.update(i, runs.length, `curvature of ${i + 1} of ${runs.length} minima`);
    const end = finalPoint(run);
    if (end === undefined) continue;
    const { rate, seed } = run.manifest.configuration;
    const hessian = await traceAtEnd(run, 'hessian', { probes, mostImages: curvatureImages ?? CURVATURE_IMAGES });
    const fisher = await traceAtEnd(run, 'fisher', { probes, mostImages: curvatureImages ?? CURVATURE_IMAGES });
    const traces = { hessian: traceOf(hessian), largest: hessian.largest[0]!.value, fisher: traceOf(fisher) };
    found.push({ elr: rate.value, seed, ...end, ...traces, run });
  }
  progress.end();
  return found;
}

/** Losses on the paths between minima. */
async function measureBarriers(minima: readonly MeasuredMinimum[], { out, points }: Options): Promise<Barrier[]> {
  const { keptPaths } = await import('../../../deep/evaluate/kept-paths.js');
  const pairs = joinedPairs(minima);
  const progress = new Progress();
  const onPath = (i: number): void => progress.update(i, pairs.length, `path ${i + 1} of ${pairs.length}`);
  const ends = pairs.map(({ from, to }) => [from.run, to.run] as const);
  const paths = await keptPaths(ends, { directory: out, points, onPath });
  progress.end();
  const nameOf = ({ elr, seed }: MeasuredMinimum) => ({ elr, seed });
  return pairs.map(({ kind, from, to }, i) => {
    const { losses, cosine } = paths[i]!;
    return { kind, from: nameOf(from), to: nameOf(to), losses, cosine };
  });
}

/** Throws a UsageError, before anything is trained, where curvature is to be averaged over more images than there are. */
async function refuseMissingImages({ curvatureImages, data, trainImages, validation }: Options): Promise<void> {
  if (curvatureImages === undefined) return;
  const { imageCounts } = await import('../../../deep/study/image-counts.js');
  const there = imageCounts().train(data!, trainImages, validation);
  refuseAbove('--curvature-images', curvatureImages, there);
}

async function compareMinima(options: Options): Promise<Findings> {
  const { out, elr, seed, steps } = options;
  await refuseMissingImages(options);
  const trained = await trainNetwork(out, options, { base: measuredAtEnd(steps), vary: { elr, seed } });
  const judged = judgeNetwork('network', trained, elr);
  const converged = runsIn(judged.measured, 'convergence');
  const runs = converged.map((run) => trained.find((each) => isAt(each, run))!);
  const measured = await measureMinima(runs, options);
  const barriers = await measureBarriers(measured, options);
  const minima = measured.map(({ run: _, ...minimum }): Minimum => minimum);
  const heights = barriers.map((barrier) => ({ ...barrier, height: barrierHeight(barrier.losses) }));
  return {
    facts: { elrs: elr, minima, barriers: heights },
    predictions: sideBySide(minimaPredictions(minima, barriers), []),
    text: (predictions) => [
      `${steps} steps per run; the ends of those that converge. Traces on the unit sphere; H: Hessian, F: Fisher\n` +
        'matrix. A barrier is the highest training loss on the great circle, less that of its higher end.',
      regimeMatrix([judged], elr),
      minimaTable(minima),
      barrierTable(barriers),
      predictions,
    ],
  };
}

export const minimaCommand = (): Command =>
  defineExperiment<Options>({
    name: 'minima',
    statement: 'The paper, regime 1: minima found at larger ELRs are flatter; barriers between ELRs and between seeds.',
    steps: 3000,
    lists: { seed: [1, 2] },
    elrs: '2.5e-4,5e-4,1e-3',
    withOwnOptions: (command) =>
      command
        .option('--probes <count>', 'random vectors for each trace', countUpTo(MOST_PROBES), 5)
        .option(
          '--curvature-images <count>',
          `training images that curvature is averaged over (default: ${CURVATURE_IMAGES}, or all)`,
          count,
        )
        // Two ends and at least one place between them.
        .option('--points <count>', 'places on each path, both ends included', countUpTo(MOST_PATH_POINTS, 3), 7),
    run: compareMinima,
  });
