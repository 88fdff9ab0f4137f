/** The noise share R of runs of the toy (theory.md, T14): elr |g_a|^2 / 4 against the loss, g_a what each step moves along. */
import { blockJackknife, type DerivedEstimate } from '../../src/numerics/statistics/jackknife.js';
import { condensed, meanWithError } from '../../src/numerics/statistics/mean-error.js';
import { averagedFrom } from '../../src/regime/averaged-part.js';
import type { Regime } from '../../src/regime/regime.js';
import type { Ensemble } from './ensemble.js';
import type { Observer, StatisticsOptions } from './running-averages.js';

/**
 * What R is an average of. `means`: mean of elr |g_a|^2 / 4 over mean loss in the end of the run, as T14 has it. `ratios`:
 * mean of the ratio of every step near the minimum, for runs that converge, where means would be those of a few steps
 * (T10). Only where there is no additive noise, since there a loss may be near 0 while the gradient is not.
 */
export type NoiseShareKind = 'means' | 'ratios';

export const noiseShareKind = (regime: Regime | 'undecided', phaseNoise = 0): NoiseShareKind =>
  regime === 'convergence' && phaseNoise === 0 ? 'ratios' : 'means';

/** Losses of steps near the minimum, in units of that of random points; below these, numbers lose their digits. */
const NEAR = 1e-3;
export const SMALLEST_LOSS = 1e-290;

const isNear = (loss: number, randomLoss: number): boolean => loss > SMALLEST_LOSS && loss < NEAR * randomLoss;

/** The part of a run whose means are taken is its end, as it is of other averages. */
export type NoiseShareOptions = Omit<StatisticsOptions, 'tolerance'>;

/** Sums of all replicas. */
export class NoiseShareAverage {
  private readonly firstStep: number;
  readonly floors: Float64Array;
  readonly losses: Float64Array;
  readonly ratios: Float64Array;
  readonly counts: Float64Array;

  constructor(
    { replicas }: Ensemble,
    private readonly options: NoiseShareOptions,
  ) {
    this.firstStep = averagedFrom(options.steps, options.tail);
    this.floors = new Float64Array(replicas);
    this.losses = new Float64Array(replicas);
    this.ratios = new Float64Array(replicas);
    this.counts = new Float64Array(replicas);
  }

  /** Losses of a replica below this count as near the minimum. */
  nearLoss(replica: number): number {
    return NEAR * this.options.randomLoss[replica]!;
  }

  /** After the noise of the step, before the step. */
  readonly observe: Observer = ({ fn: { dimension }, replicas, position, update, loss }, step) => {
    const { learningRate, hasFixedElr, randomLoss } = this.options;
    const isLate = step >= this.firstStep;
    for (let replica = 0; replica < replicas; replica += 1) {
      const near = isNear(loss[replica]!, randomLoss[replica]!);
      if (!isLate && !near) continue;
      let [squaredNorm, squaredGradient] = [0, 0];
      for (let i = replica * dimension; i < (replica + 1) * dimension; i += 1) {
        squaredNorm += position[i]! * position[i]!;
        squaredGradient += update[i]! * update[i]!;
      }
      // elr egn^2: eta |grad|^2 where the learning rate is fixed.
      const rate = learningRate[replica]!;
      const floor = ((hasFixedElr ? rate * squaredNorm : rate) * squaredGradient) / 4;
      if (isLate) {
        this.floors[replica]! += floor;
        this.losses[replica]! += loss[replica]!;
      }
      if (!near) continue;
      this.ratios[replica]! += floor / loss[replica]!;
      this.counts[replica]! += 1;
    }
  };

  /** R of a replica; null if its loss vanished or is not finite. */
  value(replica: number, kind: NoiseShareKind): number | null {
    const { floors, losses, ratios, counts } = this;
    const value = kind === 'ratios' ? ratios[replica]! / counts[replica]! : floors[replica]! / losses[replica]!;
    return Number.isFinite(value) ? value : null;
  }
}

export interface RunSeries {
  /** elr |g_a|^2 / 4 of each step, and its loss. */
  readonly floors: Float64Array;
  readonly losses: Float64Array;
  readonly randomLoss: number;
}

/**
 * R of one run with the standard error that autocorrelation leaves: `means` over the last half, `ratios` over all steps
 * near the minimum. NaN if there are none; an error of NaN if the run is too short to estimate it.
 */
export function runNoiseShare(
  { floors, losses, randomLoss }: RunSeries,
  kind: NoiseShareKind,
): Pick<DerivedEstimate, 'value' | 'error'> {
  if (kind === 'ratios') {
    const ratios = floors.map((floor, i) => (isNear(losses[i]!, randomLoss) ? floor / losses[i]! : Number.NaN));
    const near = ratios.filter(Number.isFinite);
    if (near.length === 0) return { value: Number.NaN, error: Number.NaN };
    const { mean, error } = meanWithError(condensed(near));
    return { value: mean, error };
  }
  const from = averagedFrom(losses.length);
  const series = [condensed(floors.subarray(from)), condensed(losses.subarray(from))];
  const { value, error } = blockJackknife(series, ([floor, loss]) => floor! / loss!);
  return { value, error };
}
