/** Runs of the toy at many parameters at once: the cells of a sweep or a phase diagram. */
import { randomSource } from '../src/random.js';
import type { Regime } from '../src/regime.js';
import { createEnsemble, type Ensemble, randomPositions } from './ensemble.js';
import { sumOfRatiosEach, type ToyFunction } from './function.js';
import { randomTangents, tangentStep } from './lyapunov.js';
import { runEnsemble } from './run.js';
import { EnsembleStatistics, type Observer, type ReplicaSummary } from './statistics.js';
import { composeStep, learningRates, type Projection, type StepOptions } from './step.js';
import { DIVERGENCE_TOLERANCE } from './theory.js';
import { compileProgram, type ToyProgram } from './user/program.js';

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
}

export interface CellOptions {
  readonly steps?: number;
  readonly seed?: number;
  readonly projection?: Projection;
  readonly tolerance?: number;
  /** Largest Lyapunov exponent too: about twice the work. For a fixed ELR on the joint sphere, without momentum or noise. */
  readonly lyapunov?: boolean;
  /** A function of the user's in place of the toy with its alphas, and the mean loss of random points. */
  readonly user?: { readonly program: ToyProgram; readonly randomLoss: number };
}

/** How a chaotic equilibrium moves, by the sign of its largest Lyapunov exponent; null where that was not asked for. */
export type Detail = 'quasi-periodic' | 'chaotic' | null;

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
  /** Nats a step; null where it was not asked for. */
  readonly lyapunov: number | null;
  /** A group rests exactly on its unstable minimum, or a number overflowed: averages mean nothing. */
  readonly collapsed: boolean;
}

const DEFAULT_STEPS = 1000;
/** Replicas whose state stays in a processor's nearest cache. */
const CHUNK = 256;

const perReplica = (cells: readonly CellParameters[], name: Exclude<keyof CellParameters, 'alpha'>) =>
  cells[0]![name] === undefined ? {} : { [name]: Float64Array.from(cells, (cell) => cell[name]!) };

function stepOptions(cells: readonly CellParameters[], projection: Projection): StepOptions {
  const names = ['elr', 'learningRate', 'weightDecay', 'momentum', 'probability', 'noise'] as const;
  return Object.assign({ projection }, ...names.map((name) => perReplica(cells, name)));
}

/** Growth of tangents in time: in quasi-periodic motion it is a power of time, so its logarithm over time falls as this. */
const chaosThreshold = (steps: number): number => (2 * Math.log(steps)) / steps;

function detailOf({ decision }: ReplicaSummary, lyapunov: number | null, steps: number): Detail {
  if (lyapunov === null || decision.regime !== 'chaotic equilibrium') return null;
  return lyapunov > chaosThreshold(steps) ? 'chaotic' : 'quasi-periodic';
}

const isFinitePoint = ({ fn: { dimension }, position }: Ensemble, replica: number): boolean =>
  position.subarray(replica * dimension, (replica + 1) * dimension).every(Number.isFinite);

/** Whether a group of the toy rests exactly at x = 0 where its own k_i > 1 would drive it away. */
function isStuck({ fn, position }: Ensemble, alpha: readonly number[], rate: number, replica: number): boolean {
  return fn.groups.some(({ start }, i) => {
    const place = replica * fn.dimension + start;
    return position[place] === 0 && rate * alpha[i]! > position[place + 1]! ** 2;
  });
}

type ChunkOptions = Required<Omit<CellOptions, 'user'>> & Pick<CellOptions, 'user'>;

function evaluateChunk(cells: readonly CellParameters[], options: ChunkOptions, offset: number): Cell[] {
  const { steps, seed, projection, tolerance, user } = options;
  const fn: ToyFunction = user ? compileProgram(user.program) : sumOfRatiosEach(cells.map(({ alpha }) => alpha));
  const ensemble = createEnsemble(
    fn,
    randomPositions(
      fn,
      cells.map(() => randomSource(seed)),
    ),
  );
  const stepping = stepOptions(cells, projection);
  const learningRate = learningRates(stepping, cells.length);
  const randomLoss = Float64Array.from(cells, ({ alpha }) => user?.randomLoss ?? alpha.reduce((a, b) => a + b, 0) / 2);
  const statistics = new EnsembleStatistics(ensemble, { steps, learningRate, randomLoss, tolerance });
  const growth = new Float64Array(cells.length);
  const observers: Observer[] = [statistics.observe];
  if (options.lyapunov) {
    const follow = tangentStep(learningRate, randomTangents(ensemble, seed), growth);
    observers.push((state) => follow(state));
  }
  runEnsemble(ensemble, composeStep(ensemble, stepping, randomSource(seed, 2 + offset)), steps, observers);
  return cells.map(({ alpha }, replica) => {
    const summary = statistics.summary(replica);
    const lyapunov = options.lyapunov ? growth[replica]! / steps : null;
    const { loss, egn, effectiveStep, shares, decision } = summary;
    return {
      relativeLoss: loss / randomLoss[replica]!,
      loss,
      egn,
      ess: effectiveStep,
      shares,
      regime: decision.regime,
      detail: detailOf(summary, lyapunov, steps),
      lyapunov,
      collapsed:
        !isFinitePoint(ensemble, replica) ||
        (user === undefined && isStuck(ensemble, alpha, learningRate[replica]!, replica)),
    };
  });
}

/**
 * Runs every cell from the same random start and sums each up over the second half of its run. Memory grows with the
 * cells, not with the steps.
 */
export function evaluateCells(
  cells: readonly CellParameters[],
  {
    steps = DEFAULT_STEPS,
    seed = 1,
    projection = 'joint',
    tolerance = DIVERGENCE_TOLERANCE,
    lyapunov = false,
    user,
  }: CellOptions = {},
): Cell[] {
  const all: Cell[] = [];
  for (let start = 0; start < cells.length; start += CHUNK) {
    const chunk = cells.slice(start, start + CHUNK);
    all.push(...evaluateChunk(chunk, { steps, seed, projection, tolerance, lyapunov, ...(user && { user }) }, start));
  }
  return all;
}
