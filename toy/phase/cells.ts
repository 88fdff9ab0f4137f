/** Runs of the toy at many parameters at once: the cells of a sweep or a phase diagram. */
import { randomSource } from '../../src/numerics/random.js';
import type { Regime, RegimeDecision } from '../../src/regime/regime.js';
import { randomGrowth } from '../chaos/lyapunov.js';
import { collapseReason } from '../dynamics/collapse.js';
import { createEnsemble, randomPositions } from '../dynamics/ensemble.js';
import { sumOfLogs } from '../dynamics/log-products.js';
import type { BatchOptions } from '../dynamics/mini-batches.js';
import { NoiseShareAverage, noiseShareKind } from '../dynamics/noise-share.js';
import { EnsembleStatistics } from '../dynamics/running-averages.js';
import { isStochastic, learningRates, type Projection, type StepOptions } from '../dynamics/step.js';
import { NOISE_STREAM } from '../dynamics/trajectory.js';
import { compileProgram, type ToyProgram } from '../function/program.js';
import { SumOfRatios, type ToyFunction } from '../function/toy-function.js';
import type { NoiseLaw } from '../theory/multiplicative-noise.js';
import { DIVERGENCE_TOLERANCE } from '../theory/thresholds.js';
import { alphaOf, type CellParameters, columnsOf, type ParameterColumns, partOfColumns } from './cell-parameters.js';
import { batchesOf, checkColumns, refuseNoRate, refuseNoSteps, refuseOtherParameters } from './check-cells.js';
import { runMeasured } from './run-measured.js';

/** The length of the runs of cells, and the quantities computed from them. */
export interface CellOptions {
  readonly steps?: number;
  readonly seed?: number;
  readonly projection?: Projection;
  readonly tolerance?: number;
  /** Largest Lyapunov exponent too: about twice the work. For a fixed ELR on the joint sphere, without momentum or noise. */
  readonly lyapunov?: boolean;
  /** Law of multiplicative noise, for cells with a second moment. */
  readonly noiseLaw?: NoiseLaw;
  /** Batches of a finite set of samples in place of noise drawn anew (T14). */
  readonly batches?: BatchOptions;
  /** A function of the user's in place of the toy with its alphas, and the mean loss of random points. */
  readonly user?: { readonly program: ToyProgram; readonly randomLoss: number };
}

/** How a chaotic equilibrium moves, by the sign of its largest Lyapunov exponent; null if that was not asked for. */
export type Detail = 'quasi-periodic' | 'chaotic' | null;

/** What one run of the toy shows: averages over the last half of its steps, and the regime. */
export interface Cell {
  /** Mean loss as a fraction of that of random points; the other averages as in ReplicaSummary. */
  readonly relativeLoss: number;
  readonly loss: number;
  readonly egn: number;
  /** The effective step of K4. */
  readonly ess: number;
  readonly shares: readonly number[];
  readonly regime: Regime | 'undecided';
  readonly detail: Detail;
  /** Nats a step; null if it was not asked for. */
  readonly lyapunov: number | null;
  /** R = elr E|g_a|^2 / (4 F) (T14; `noiseShareKind`); null if the loss vanished. */
  readonly noiseShare: number | null;
  /** As `collapseReason` has it: undecided, and averages mean nothing. */
  readonly collapsed: boolean;
}

export const DEFAULT_STEPS = 1000;
/** Replicas whose state stays in a processor's nearest cache. */
const CHUNK = 256;

/** The batches of each cell. */
function eachBatches(batches: BatchOptions, { count, samples, batch }: ParameterColumns): BatchOptions[] {
  const own = (i: number) => ({ ...(samples && { samples: samples[i]! }), ...(batch && { batch: batch[i]! }) });
  return Array.from({ length: count }, (_, i) => batchesOf(batches, own(i)));
}

function stepOptions(
  cells: ParameterColumns,
  { projection, noiseLaw, batches }: Pick<ChunkOptions, 'projection' | 'noiseLaw' | 'batches'>,
): StepOptions {
  const { elr, learningRate, weightDecay, momentum, probability, noise, secondMoment } = cells;
  return {
    projection,
    ...(noiseLaw && { noiseLaw }),
    ...(batches && { batches: eachBatches(batches, cells) }),
    ...(elr && { elr }),
    ...(learningRate && { learningRate }),
    ...(weightDecay && { weightDecay }),
    ...(momentum && { momentum }),
    ...(probability && { probability }),
    ...(noise && { noise }),
    ...(secondMoment && { secondMoment }),
  };
}

/** Growth of tangents in time: in quasi-periodic motion it is a power of time, so its logarithm over time falls as this. */
const chaosThreshold = (steps: number): number => (2 * Math.log(steps)) / steps;

function detailOf({ regime }: RegimeDecision, lyapunov: number | null, steps: number): Detail {
  if (lyapunov === null || !Number.isFinite(lyapunov) || regime !== 'chaotic equilibrium') return null;
  return lyapunov > chaosThreshold(steps) ? 'chaotic' : 'quasi-periodic';
}

type OptionalPart = 'user' | 'noiseLaw' | 'batches';
type ChunkOptions = Required<Omit<CellOptions, OptionalPart>> & Pick<CellOptions, OptionalPart>;

/** All replicas start at the same place, and see the same noise. */
function startOf({ count, groups, alphas }: ParameterColumns, { seed, user }: ChunkOptions) {
  const fn: ToyFunction = user ? compileProgram(user.program) : new SumOfRatios(alphas, groups);
  const start = randomPositions(fn, [randomSource(seed)]);
  const position = new Float64Array(count * fn.dimension);
  for (let replica = 0; replica < count; replica += 1) position.set(start, replica * fn.dimension);
  return createEnsemble(fn, position);
}

/** Mean loss of random points: S / 2 of the toy. */
function randomLosses({ count, groups, alphas }: ParameterColumns, { user }: ChunkOptions): Float64Array {
  const losses = new Float64Array(count);
  for (let cell = 0; cell < count; cell += 1) {
    let sum = 0;
    for (let i = cell * groups; i < (cell + 1) * groups; i += 1) sum += alphas[i]!;
    losses[cell] = user?.randomLoss ?? sum / 2;
  }
  return losses;
}

function evaluateChunk(cells: ParameterColumns, options: ChunkOptions): Cell[] {
  const { steps, seed, tolerance, user } = options;
  const { count } = cells;
  const ensemble = startOf(cells, options);
  const stepping = stepOptions(cells, options);
  const learningRate = learningRates(stepping, count);
  const randomLoss = randomLosses(cells, options);
  const hasFixedElr = cells.elr !== undefined;
  const statistics = new EnsembleStatistics(ensemble, { steps, learningRate, hasFixedElr, randomLoss, tolerance });
  const noiseShare = new NoiseShareAverage(ensemble, { steps, learningRate, hasFixedElr, randomLoss });
  const tangents = options.lyapunov ? randomGrowth(ensemble, seed) : undefined;
  const random = isStochastic(stepping) ? Array.from({ length: count }, () => randomSource(seed, NOISE_STREAM)) : [];
  runMeasured(ensemble, { stepping, steps, random }, { statistics, noiseShare, ...(tangents && { tangents }) });
  const evaluated: Cell[] = [];
  for (let replica = 0; replica < count; replica += 1) {
    const { loss, egn, effectiveStep, shares, decision } = statistics.summary(replica);
    const lyapunov = tangents === undefined ? null : sumOfLogs(tangents.growth, replica) / 2 / steps;
    // A collapsed or overflowed state stays so: the end of the run shows it.
    const alpha = user ? undefined : alphaOf(cells, replica);
    const collapsed = collapseReason(ensemble, replica, stepping, alpha) !== undefined;
    evaluated.push({
      relativeLoss: loss / randomLoss[replica]!,
      loss,
      egn,
      ess: effectiveStep,
      shares,
      regime: collapsed ? 'undecided' : decision.regime,
      detail: collapsed ? null : detailOf(decision, lyapunov, steps),
      lyapunov,
      noiseShare: noiseShare.value(replica, noiseShareKind(decision.regime, cells.noise?.[replica])),
      collapsed,
    });
  }
  return evaluated;
}

/** `evaluateCells` of columns, a few hundred cells at a time. */
export function evaluateColumns(
  cells: ParameterColumns,
  {
    steps = DEFAULT_STEPS,
    seed = 1,
    projection = 'joint',
    tolerance = DIVERGENCE_TOLERANCE,
    lyapunov = false,
    ...rest
  }: CellOptions,
  take: (chunk: readonly Cell[], from: number) => void,
): void {
  if (cells.count > 0) refuseNoRate(cells);
  refuseNoSteps(steps);
  checkColumns(cells, rest);
  for (let start = 0; start < cells.count; start += CHUNK) {
    const chunk = partOfColumns(cells, start, start + CHUNK);
    take(evaluateChunk(chunk, { steps, seed, projection, tolerance, lyapunov, ...rest }), start);
  }
}

/**
 * Runs every cell from the same random start, with the same noise, and sums each up over the second half of its run.
 * Start and noise are those of `simulateToy` with the same seed. Memory grows with the cells, not with the steps. Fails
 * (UsageError) as `checkCell`, where there is no rate or no number of steps, and where a cell has other parameters than the first.
 *
 * @example
 * const cells = evaluateCells([0.1, 0.2].map((elr) => ({ alpha: [1, 2, 4], elr })), { steps: 2000 });
 * console.log(cells.map(({ regime }) => regime)); // [ 'convergence', 'chaotic equilibrium' ]
 */
export function evaluateCells(cells: readonly CellParameters[], options: CellOptions = {}): Cell[] {
  const all: Cell[] = [];
  for (const cell of cells) refuseOtherParameters(cell, cells[0]!);
  evaluateColumns(columnsOf(cells), options, (chunk) => all.push(...chunk));
  return all;
}
