/** Running statistics of an ensemble: summarises a run without storing its trajectory. */
import { averagedFrom } from '../../src/regime/averaged-part.js';
import { blockCount, classifyTail } from '../../src/regime/classifier.js';
import type { RegimeDecision } from '../../src/regime/regime.js';
import type { Ensemble } from './ensemble.js';
import { addLogOfOnePlus, type LogSums, noLogsOfOnePlus, sumOfLogsOfOnePlus } from './log-products.js';

/** Looks at an ensemble after each evaluation, before the step is taken. */
export type Observer = (ensemble: Ensemble, step: number) => void;

export interface StatisticsOptions {
  readonly steps: number;
  /** Learning rate of each replica. */
  readonly learningRate: Float64Array;
  /** Whether these are ELRs, which do not follow the norm. */
  readonly hasFixedElr: boolean;
  /** Mean loss of random points, of each replica. */
  readonly randomLoss: Float64Array;
  /** The part of a run that is judged and averaged: its end. */
  readonly tail?: number;
  readonly tolerance: number;
}

/** One replica, averaged over the tail. */
export interface ReplicaSummary {
  readonly decision: RegimeDecision;
  readonly loss: number;
  readonly egn: number;
  readonly ess: number;
  /** sqrt(exp(mean log(1 + ess^2)) - 1): the average that K4 is about, which rare large steps do not dominate. */
  readonly effectiveStep: number;
  readonly shares: readonly number[];
}

/** Sums at consecutive places over a count. */
function means(sums: Float64Array, from: number, places: number, count: number): number[] {
  const values: number[] = [];
  for (let place = from; place < from + places; place += 1) values.push(sums[place]! / count);
  return values;
}

/** A stretch of a run: before the tail, in it, or the end of it. */
export interface Segment {
  readonly part: 'early' | 'late' | 'last';
  readonly steps: number;
  /** Takes the sum of a replica's losses over the stretch. */
  readonly take: (sum: number, replica: number) => void;
}

/** Sums over the tail of a run; memory grows with replicas and groups, not with steps. */
export class EnsembleStatistics {
  private readonly firstStep: number;
  private readonly blockSize: number;
  private readonly blockSums: Float64Array;
  /** Of the blocks before the tail: the one under way, and the lowest so far, of each replica. */
  private readonly earlierSum: Float64Array;
  private readonly lowestEarlier: Float64Array;
  /** Over the tail; `turning` is log(1 + ess^2). */
  readonly sums: Record<'loss' | 'egn' | 'ess' | 'path', Float64Array> & { readonly turning: LogSums };
  /** Of each replica and group. */
  readonly shareSums: Float64Array;
  private readonly blocks: number;

  constructor(
    private readonly ensemble: Ensemble,
    private readonly options: StatisticsOptions,
  ) {
    const { steps, tail } = options;
    const { replicas, fn } = ensemble;
    this.firstStep = averagedFrom(steps, tail);
    this.blocks = Math.max(1, blockCount(steps - this.firstStep));
    this.blockSize = Math.floor((steps - this.firstStep) / this.blocks);
    this.blockSums = new Float64Array(replicas * this.blocks);
    const zeros = (): Float64Array => new Float64Array(replicas);
    this.earlierSum = zeros();
    this.lowestEarlier = zeros().fill(Number.POSITIVE_INFINITY);
    this.sums = { loss: zeros(), egn: zeros(), ess: zeros(), path: zeros(), turning: noLogsOfOnePlus(replicas) };
    this.shareSums = new Float64Array(replicas * fn.groups.length);
  }

  readonly observe: Observer = (ensemble, step) => {
    if (step < this.firstStep) {
      this.addEarlier(ensemble.loss, step);
      return;
    }
    // What does not fill a block is left out at the start.
    const late = step - (this.options.steps - this.blocks * this.blockSize);
    const block = Math.floor(late / this.blockSize);
    for (let replica = 0; replica < ensemble.replicas; replica += 1) {
      const loss = ensemble.loss[replica]!;
      if (late >= 0) this.blockSums[replica * this.blocks + block]! += loss;
      this.sums.loss[replica]! += loss;
      this.addStep(ensemble, replica);
    }
  };

  /** Blocks before the tail end where it begins; what does not fill one is left out at the start. */
  private addEarlier(loss: Float64Array, step: number): void {
    const { blockSize, earlierSum } = this;
    if (blockSize === 0 || step < this.firstStep % blockSize) return;
    const isLast = (this.firstStep - step) % blockSize === 1 || blockSize === 1;
    for (let replica = 0; replica < earlierSum.length; replica += 1) {
      earlierSum[replica]! += loss[replica]!;
      if (!isLast) continue;
      this.takeEarlier(earlierSum[replica]!, replica);
      earlierSum[replica] = 0;
    }
  }

  private takeEarlier(sum: number, replica: number): void {
    if (sum < this.lowestEarlier[replica]!) this.lowestEarlier[replica] = sum;
  }

  /** The stretches of a run, in their order, for whoever sums up losses and averages by itself. */
  *segments(): Generator<Segment> {
    const { firstStep, blockSize, blocks, options } = this;
    const ignore = (): void => {};
    yield { part: 'early', steps: firstStep % blockSize, take: ignore };
    for (let block = 0; block < Math.floor(firstStep / blockSize); block += 1)
      yield { part: 'early', steps: blockSize, take: (sum, replica) => this.takeEarlier(sum, replica) };
    yield { part: 'late', steps: options.steps - firstStep - blocks * blockSize, take: ignore };
    for (let block = 0; block < blocks; block += 1) {
      const take = (sum: number, replica: number): void => {
        this.blockSums[replica * blocks + block] = sum;
      };
      yield { part: block === blocks - 1 ? 'last' : 'late', steps: blockSize, take };
    }
  }

  private addStep({ fn: { groups, dimension }, position, update }: Ensemble, replica: number): void {
    let squaredNorm = 0;
    let squaredGradient = 0;
    const offset = replica * dimension;
    for (let i = offset; i < offset + dimension; i += 1) {
      squaredNorm += position[i]! * position[i]!;
      squaredGradient += update[i]! * update[i]!;
    }
    const egn = Math.sqrt(squaredNorm * squaredGradient);
    const rate = this.options.learningRate[replica]!;
    const ess = (this.options.hasFixedElr ? rate : rate / squaredNorm) * egn;
    const { sums } = this;
    sums.egn[replica]! += egn;
    sums.ess[replica]! += ess;
    addLogOfOnePlus(sums.turning, replica, ess * ess);
    // Never more than the angle arctan(ess), and much cheaper.
    sums.path[replica]! += ess / (1 + ess);
    for (let group = 0; group < groups.length; group += 1) {
      const { start, end } = groups[group]!;
      let square = 0;
      for (let i = offset + start; i < offset + end; i += 1) square += position[i]! * position[i]!;
      this.shareSums[replica * groups.length + group]! += square / squaredNorm;
    }
  }

  /** What replica number `replica` did. */
  summary(replica: number): ReplicaSummary {
    const { steps, randomLoss, tolerance } = this.options;
    const count = steps - this.firstStep;
    const average = (name: 'loss' | 'egn' | 'ess'): number => this.sums[name][replica]! / count;
    const meanTurning = sumOfLogsOfOnePlus(this.sums.turning, replica) / count;
    const groups = this.ensemble.fn.groups.length;
    const shares = means(this.shareSums, replica * groups, groups, count);
    return {
      decision: this.decide(replica, randomLoss[replica]!, tolerance, count),
      loss: average('loss'),
      egn: average('egn'),
      ess: average('ess'),
      effectiveStep: Math.sqrt(Math.expm1(meanTurning)),
      shares,
    };
  }

  private decide(replica: number, randomLoss: number, tolerance: number, count: number): RegimeDecision {
    const tail = {
      points: count,
      level: this.sums.loss[replica]! / count,
      blocks: means(this.blockSums, replica * this.blocks, this.blocks, this.blockSize),
      earlier: [this.lowestEarlier[replica]! / this.blockSize],
      path: this.sums.path[replica]!,
    };
    return classifyTail(tail, randomLoss, { tolerance });
  }
}
