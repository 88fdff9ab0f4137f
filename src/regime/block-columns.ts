import type { RecordedStep } from '../run/step-columns.js';
import { stepVelocityFloor } from '../sphere/noise-floor.js';
import type { GroupQuantities } from '../sphere/quantities.js';
import { turningOf } from './run-series.js';

/**
 * Means over blocks of consecutive steps, of a run that is too long for all its steps to be kept. A function of a step, such as
 * ess^2, has a column of its own: its mean is no function of other means.
 */

/** What is averaged of a step, given the norm after it (its own after the last). */
const OF_STEPS = {
  loss: ({ loss }) => loss,
  accuracy: ({ accuracy }) => accuracy,
  egn: ({ egn }) => egn,
  ess: ({ ess }) => ess,
  angle: ({ ess }) => Math.atan(ess),
  logLoss: ({ loss }) => Math.log(loss),
  squaredEgn: ({ egn }) => egn * egn,
  turning: ({ ess }) => turningOf(ess),
  gradientFloor: ({ ess, egn }) => (ess * egn) / 4,
  velocityFloor: stepVelocityFloor,
} as const satisfies Readonly<Record<string, (step: RecordedStep, nextNorm: number) => number>>;
type StepQuantity = keyof typeof OF_STEPS;

/** What is averaged of a group. */
const OF_GROUPS = {
  share: ({ share }) => share,
  egn: ({ egn }) => egn,
  ess: ({ ess }) => ess,
  turning: ({ ess }) => turningOf(ess),
} as const satisfies Readonly<Record<string, (group: GroupQuantities) => number>>;
type GroupQuantity = keyof typeof OF_GROUPS;

/** Quantities of which the lowest and the highest step of each block are kept. */
export const RANGED = ['loss', 'accuracy', 'egn', 'ess'] as const;
/** One of them. */
export type Ranged = (typeof RANGED)[number];

/** Means of some quantities over blocks of a length, of which there are so many. */
class BlockMeans<Of, Name extends string> {
  private readonly names: readonly Name[];
  private readonly sums: Float64Array;
  readonly columns: Readonly<Record<Name, Float64Array>>;

  constructor(
    private readonly quantities: Readonly<Record<Name, (of: Of, nextNorm: number) => number>>,
    private readonly interval: number,
    blocks: number,
  ) {
    this.names = Object.keys(quantities) as Name[];
    this.sums = new Float64Array(this.names.length);
    this.columns = Object.fromEntries(this.names.map((name) => [name, new Float64Array(blocks)])) as Record<
      Name,
      Float64Array
    >;
  }

  add(of: Of, nextNorm: number): void {
    for (let i = 0; i < this.names.length; i += 1) this.sums[i]! += this.quantities[this.names[i]!](of, nextNorm);
  }

  /** Ends a block. */
  close(block: number): void {
    this.names.forEach((name, i) => {
      this.columns[name][block] = this.sums[i]! / this.interval;
    });
    this.sums.fill(0);
  }
}

/** The lowest and the highest of the steps of each block. */
class BlockRanges {
  readonly low: Readonly<Record<Ranged, Float64Array>>;
  readonly high: Readonly<Record<Ranged, Float64Array>>;

  constructor(blocks: number) {
    const filled = (value: number) =>
      Object.fromEntries(RANGED.map((name) => [name, new Float64Array(blocks).fill(value)])) as Record<
        Ranged,
        Float64Array
      >;
    this.low = filled(Number.POSITIVE_INFINITY);
    this.high = filled(Number.NEGATIVE_INFINITY);
  }

  add(step: RecordedStep, block: number): void {
    for (const name of RANGED) {
      this.low[name][block] = Math.min(this.low[name][block]!, step[name]);
      this.high[name][block] = Math.max(this.high[name][block]!, step[name]);
    }
  }
}

/** Columns of blocks, filled step by step. */
export class BlockColumns {
  private readonly means: BlockMeans<RecordedStep, StepQuantity>;
  private readonly ofGroups: readonly BlockMeans<GroupQuantities, GroupQuantity>[];
  private readonly ranges: BlockRanges;
  /** log(loss) of the first step of a block, about which squares lose no digits. */
  private firstLog = Number.NaN;
  private shifted = 0;
  private squares = 0;
  /** Variance of log(loss) within each block. */
  readonly within: Float64Array;
  /** Steps of each block whose velocity floor is not finite though the floor of their gradient is. */
  readonly gaps: Float64Array;
  private taken = 0;

  constructor(
    groups: number,
    readonly interval: number,
    readonly blocks: number,
  ) {
    this.means = new BlockMeans(OF_STEPS, interval, blocks);
    this.ofGroups = Array.from({ length: groups }, () => new BlockMeans(OF_GROUPS, interval, blocks));
    this.ranges = new BlockRanges(blocks);
    this.within = new Float64Array(blocks);
    this.gaps = new Float64Array(blocks);
  }

  /** The block to which the next step belongs. */
  get block(): number {
    return Math.floor(this.taken / this.interval);
  }

  /** Adds the next step; `nextNorm` is the norm after it. */
  push(step: RecordedStep, nextNorm: number): void {
    const { block } = this;
    this.means.add(step, nextNorm);
    for (const [i, group] of step.groups.entries()) this.ofGroups[i]!.add(group, nextNorm);
    this.ranges.add(step, block);
    this.addLog(Math.log(step.loss));
    if (!Number.isFinite(stepVelocityFloor(step, nextNorm)) && Number.isFinite(step.ess * step.egn))
      this.gaps[block]! += 1;
    this.taken += 1;
    if (this.taken % this.interval === 0) this.close(block);
  }

  private addLog(log: number): void {
    if (this.taken % this.interval === 0) this.firstLog = log;
    this.shifted += log - this.firstLog;
    this.squares += (log - this.firstLog) ** 2;
  }

  private close(block: number): void {
    this.means.close(block);
    for (const group of this.ofGroups) group.close(block);
    this.within[block] = this.squares / this.interval - (this.shifted / this.interval) ** 2;
    [this.shifted, this.squares] = [0, 0];
  }

  /** Means over the blocks. */
  get joint(): Readonly<Record<StepQuantity, Float64Array>> {
    return this.means.columns;
  }

  /** The same of each group. */
  get groups(): readonly Readonly<Record<GroupQuantity, Float64Array>>[] {
    return this.ofGroups.map(({ columns }) => columns);
  }

  get low(): Readonly<Record<Ranged, Float64Array>> {
    return this.ranges.low;
  }

  get high(): Readonly<Record<Ranged, Float64Array>> {
    return this.ranges.high;
  }
}
