import { possibleStarts } from '../numerics/statistics/equilibrium-start.js';
import type { RecordedStep } from '../run/step-columns.js';
import type { RecordedFloors } from '../sphere/noise-floor.js';
import { ProductHistogram } from '../sphere/product-histogram.js';
import { BlockColumns } from './block-columns.js';
import type { GroupSeries, RunSeries } from './run-series.js';

/** The steps of a run in blocks, for runs that are too long for all their steps to be kept. */
export interface RunBlocks {
  readonly series: RunSeries;
  /** Lowest and highest step of each block. */
  readonly low: BlockColumns['low'];
  readonly high: BlockColumns['high'];
}

/** A run has so many blocks at most: eight times as many as its statistics distinguish. */
export const MOST_BLOCKS = 2 ** 15;

/** Collects blocks of a run of which it is known how many steps it has. */
export class BlockCollector {
  private readonly blocks: number;
  private readonly interval: number;
  private readonly skipped: number;
  /** The first blocks of the parts that may be averaged: of each of them, a distribution of its own is kept. */
  private readonly starts: readonly number[];
  private readonly histograms: ProductHistogram[][] = [];
  private columns: BlockColumns | undefined;
  private names: readonly string[] = [];
  private previous: RecordedStep | undefined;
  private taken = 0;

  /** Blocks are as long as `mostBlocks` of them make necessary; what does not fill one is left out at the start. */
  constructor(steps: number, mostBlocks = MOST_BLOCKS) {
    this.interval = Math.max(1, Math.ceil(steps / mostBlocks));
    this.blocks = Math.floor(steps / this.interval);
    this.skipped = steps - this.blocks * this.interval;
    this.starts = [...new Set(possibleStarts(this.blocks))];
  }

  /** Adds the next step, in groups. */
  push(step: RecordedStep): void {
    if (this.previous !== undefined) this.add(this.previous, step.norm);
    this.previous = step;
  }

  /** All blocks, after the last step. */
  end(): RunBlocks {
    if (this.previous !== undefined) this.add(this.previous, this.previous.norm);
    const columns = this.columns ?? new BlockColumns(0, this.interval, 0);
    return { series: this.seriesFrom(columns, 0), low: columns.low, high: columns.high };
  }

  private add(step: RecordedStep, nextNorm: number): void {
    this.taken += 1;
    if (this.taken <= this.skipped) return;
    this.columns ??= this.begin(step);
    const { block } = this.columns;
    const part = this.starts.findLastIndex((start) => start <= block);
    for (const [i, { ess, share }] of step.groups.entries()) this.histograms[i]![part]!.push(ess * share);
    this.columns.push(step, nextNorm);
  }

  private begin({ groups }: RecordedStep): BlockColumns {
    this.names = groups.map(({ name }) => name);
    for (const _ of groups) this.histograms.push(this.starts.map(() => new ProductHistogram()));
    return new BlockColumns(groups.length, this.interval, this.blocks);
  }

  private seriesFrom(columns: BlockColumns, first: number): RunSeries {
    const { interval, blocks, skipped } = this;
    const cut = (values: Float64Array): Float64Array => values.subarray(first);
    const { joint, within, gaps } = columns;
    const { loss, accuracy, egn, ess, angle } = joint;
    return {
      ...{ length: columns.blocks - first, interval, skipped: skipped + first * interval },
      ...{ loss: cut(loss), accuracy: cut(accuracy), egn: cut(egn), ess: cut(ess), angle: cut(angle) },
      groups: columns.groups.map((_, group) => this.groupFrom(columns, group, first)),
      logLoss: () => ({ values: cut(joint.logLoss), ...(interval > 1 && { within: cut(within) }) }),
      squaredEgn: (from) => joint.squaredEgn.subarray(first + from),
      turning: () => cut(joint.turning),
      floors: (momentum) => floorsOf(cut(joint.gradientFloor), cut(joint.velocityFloor), cut(gaps), momentum),
      from: (element) => this.seriesFrom(columns, Math.min(blocks, first + element)),
    };
  }

  private groupFrom(columns: BlockColumns, group: number, first: number): GroupSeries {
    const { share, egn, ess, turning } = columns.groups[group]!;
    return {
      name: this.names[group]!,
      ...{ share: share.subarray(first), egn: egn.subarray(first), ess: ess.subarray(first) },
      turning: () => turning.subarray(first),
      products: () => {
        const part = this.starts.indexOf(first);
        if (part < 0) throw new Error(`no distribution begins with block ${first}; allowed: ${this.starts.join(', ')}`);
        return ProductHistogram.together(this.histograms[group]!.slice(part));
      },
    };
  }
}

/** As `recordedFloors`, from means of blocks: velocity floors with momentum where every step records how far it went. */
function floorsOf(
  gradient: Float64Array,
  velocity: Float64Array,
  gaps: Float64Array,
  momentum: number,
): RecordedFloors {
  const isWhole = momentum > 0 && gaps.every((steps) => steps === 0);
  return {
    floors: isWhole ? velocity.map((floor) => (1 + momentum) * floor) : gradient.map((floor) => floor / (1 - momentum)),
    isUpperEstimate: momentum > 0 && !isWhole,
  };
}
