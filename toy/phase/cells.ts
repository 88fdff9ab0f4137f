/** Runs of the toy at many parameters at once: the cells of a sweep or a phase diagram. */
import { randomSource } from '../../src/numerics/random.js';
import type { Regime } from '../../src/regime/classifier.js';
import { UsageError } from '../../src/system/usage-error.js';
import { randomGrowth } from '../chaos/lyapunov.js';
import { collapseReason } from '../dynamics/collapse.js';
import { createEnsemble, randomPositions } from '../dynamics/ensemble.js';
import { sumOfRatiosEach, type ToyFunction } from '../dynamics/function.js';
import { sumOfLogs } from '../dynamics/log-products.js';
import { type BatchOptions, checkBatches } from '../dynamics/mini-batches.js';
import { NoiseShareAverage, noiseShareKind } from '../dynamics/noise-share.js';
import { EnsembleStatistics, type ReplicaSummary } from '../dynamics/running-averages.js';
import { isStochastic, learningRates, type Projection, type StepOptions } from '../dynamics/step.js';
import { NOISE_STREAM } from '../dynamics/trajectory.js';
import { compileProgram, type ToyProgram } from '../expression/program.js';
import type { NoiseLaw } from '../theory/multiplicative-noise.js';
import { DIVERGENCE_TOLERANCE } from '../theory/thresholds.js';
import { runMeasured } from './run-measured.js';

/** Parameters of one cell. Cells of one call name the same ones. */
export interface CellParameters {
  /** Of no effect where the options give a program. */
  readonly alpha: readonly number[];
  readonly elr?: number;
  readonly learningRate?: number;
  readonly weightDecay?: number;
  readonly momentum?: number;
  readonly probability?: number;
  readonly noise?: number;
  /** E[s^2] of multiplicative noise, whose law the options name. */
  readonly secondMoment?: number;
  /** Samples of a finite set, and of a batch, in place of those of the options' batches. */
  readonly samples?: number;
  readonly batch?: number;
}

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

const DEFAULT_STEPS = 1000;
/** Replicas whose state stays in a processor's nearest cache. */
const CHUNK = 256;

const perReplica = (cells: readonly CellParameters[], name: Exclude<keyof CellParameters, 'alpha'>) =>
  cells[0]![name] === undefined ? {} : { [name]: Float64Array.from(cells, (cell) => cell[name]!) };

/** The batches of a cell: those of the options, with its own numbers of samples. */
const batchesOf = (batches: BatchOptions, { samples, batch }: CellParameters): BatchOptions => ({
  samples: samples ?? batches.samples,
  batchSize: batch ?? batches.batchSize,
  sampling: batches.sampling,
});

function stepOptions(
  cells: readonly CellParameters[],
  { projection, noiseLaw, batches }: Pick<ChunkOptions, 'projection' | 'noiseLaw' | 'batches'>,
): StepOptions {
  const names = ['elr', 'learningRate', 'weightDecay', 'momentum', 'probability', 'noise', 'secondMoment'] as const;
  const common = {
    projection,
    ...(noiseLaw && { noiseLaw }),
    ...(batches && { batches: cells.map((cell) => batchesOf(batches, cell)) }),
  };
  return Object.assign(common, ...names.map((name) => perReplica(cells, name)));
}

/** Growth of tangents in time: in quasi-periodic motion it is a power of time, so its logarithm over time falls as this. */
const chaosThreshold = (steps: number): number => (2 * Math.log(steps)) / steps;

function detailOf({ decision }: ReplicaSummary, lyapunov: number | null, steps: number): Detail {
  if (lyapunov === null || !Number.isFinite(lyapunov) || decision.regime !== 'chaotic equilibrium') return null;
  return lyapunov > chaosThreshold(steps) ? 'chaotic' : 'quasi-periodic';
}

type OptionalPart = 'user' | 'noiseLaw' | 'batches';
type ChunkOptions = Required<Omit<CellOptions, OptionalPart>> & Pick<CellOptions, OptionalPart>;

/** All replicas start at the same place, and see the same noise. */
function startOf(cells: readonly CellParameters[], { seed, user }: ChunkOptions) {
  const fn: ToyFunction = user ? compileProgram(user.program) : sumOfRatiosEach(cells.map(({ alpha }) => alpha));
  const start = randomPositions(fn, [randomSource(seed)]);
  const position = new Float64Array(cells.length * fn.dimension);
  for (let replica = 0; replica < cells.length; replica += 1) position.set(start, replica * fn.dimension);
  return createEnsemble(fn, position);
}

function evaluateChunk(cells: readonly CellParameters[], options: ChunkOptions): Cell[] {
  const { steps, seed, tolerance, user } = options;
  const ensemble = startOf(cells, options);
  const stepping = stepOptions(cells, options);
  const learningRate = learningRates(stepping, cells.length);
  const randomLoss = Float64Array.from(cells, ({ alpha }) => user?.randomLoss ?? alpha.reduce((a, b) => a + b, 0) / 2);
  const hasFixedElr = cells[0]!.elr !== undefined;
  const statistics = new EnsembleStatistics(ensemble, { steps, learningRate, hasFixedElr, randomLoss, tolerance });
  const noiseShare = new NoiseShareAverage(ensemble, { steps, learningRate, hasFixedElr, randomLoss });
  const tangents = options.lyapunov ? randomGrowth(ensemble, seed) : undefined;
  const random = isStochastic(stepping) ? cells.map(() => randomSource(seed, NOISE_STREAM)) : [];
  runMeasured(ensemble, { stepping, steps, random }, { statistics, noiseShare, ...(tangents && { tangents }) });
  return cells.map(({ alpha, noise }, replica) => {
    const summary = statistics.summary(replica);
    const lyapunov = tangents === undefined ? null : sumOfLogs(tangents.growth, replica) / 2 / steps;
    const { loss, egn, effectiveStep, shares, decision } = summary;
    // A collapsed or overflowed state stays so: the end of the run shows it.
    const collapsed = collapseReason(ensemble, replica, stepping, user ? undefined : alpha) !== undefined;
    return {
      relativeLoss: loss / randomLoss[replica]!,
      loss,
      egn,
      ess: effectiveStep,
      shares,
      regime: collapsed ? 'undecided' : decision.regime,
      detail: collapsed ? null : detailOf(summary, lyapunov, steps),
      lyapunov,
      noiseShare: noiseShare.value(replica, noiseShareKind(decision.regime, noise)),
      collapsed,
    };
  });
}

/** Refuses a weight decay that takes away the whole norm in a step, or more, and batches larger than the set (UsageError). */
export function checkCell(cell: CellParameters, { batches }: Pick<CellOptions, 'batches'> = {}): void {
  const { learningRate, weightDecay } = cell;
  if (batches !== undefined) checkBatches(batchesOf(batches, cell));
  if (learningRate === undefined || weightDecay === undefined || learningRate * weightDecay < 1) return;
  throw new UsageError(
    `learning rate and weight decay are ${learningRate} and ${weightDecay}; allowed: their product below 1`,
  );
}

/**
 * Runs every cell from the same random start, with the same noise, and sums each up over the second half of its run.
 * Start and noise are those of `simulateToy` with the same seed. Memory grows with the cells, not with the steps. Fails
 * (UsageError) as `checkCell`.
 */
export function evaluateCells(
  cells: readonly CellParameters[],
  {
    steps = DEFAULT_STEPS,
    seed = 1,
    projection = 'joint',
    tolerance = DIVERGENCE_TOLERANCE,
    lyapunov = false,
    ...rest
  }: CellOptions = {},
): Cell[] {
  for (const cell of cells) checkCell(cell, rest);
  const all: Cell[] = [];
  for (let start = 0; start < cells.length; start += CHUNK) {
    const chunk = cells.slice(start, start + CHUNK);
    all.push(...evaluateChunk(chunk, { steps, seed, projection, tolerance, lyapunov, ...rest }));
  }
  return all;
}
