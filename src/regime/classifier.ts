import { mean } from '../numerics/means.js';
import { partOf } from '../numerics/series.js';
import { blockMeans, linearDecline } from '../numerics/statistics/linear-decline.js';
import { pieceMeans } from '../numerics/statistics/mean-error.js';
import { UsageError } from '../system/usage-error.js';
import { AVERAGED_PART, averagedFrom } from './averaged-part.js';
import { drifts, type LossTrend, levelFromBefore, lossTrend, scattersTooMuch } from './loss-trend.js';
import type { Regime, RegimeDecision, RegimeEvidence } from './regime.js';

/** The one classifier that decides which regime a trajectory shows. Toy and network use the same rule. */

/** A trajectory as the classifier sees it: loss and ESS of steps. */
export interface Trajectory {
  readonly loss: ArrayLike<number>;
  readonly ess: ArrayLike<number>;
  /** Steps from each to the next, each of which is taken to go as far; default: 1, consecutive steps. */
  readonly interval?: number;
  /** Angle that such a step goes, in radians; default: arctan(ess). */
  readonly angle?: ArrayLike<number>;
}

/** Which part of a run is judged, and when its loss counts as that of random points. */
export interface ClassifyOptions {
  /** Fraction of the trajectory that is judged: its end. */
  readonly tail?: number;
  /** Divergence means a loss within this fraction of a random point's (T6). */
  readonly tolerance?: number;
  /** A loss below this fraction of that of a random point counts as converged regardless of its trend. */
  readonly floor?: number;
  /** A significant fall of log(loss) over the tail by at least this many nats is convergence under way. */
  readonly minimumDecline?: number;
}

const MINIMUM_POINTS = 16;
/** No shorter run is ever judged: its tail has too few points. */
export const FEWEST_JUDGED_STEPS = MINIMUM_POINTS / AVERAGED_PART;
/** In nats: a significant fall of log(loss) over the tail by at least this much is convergence under way. */
export const MINIMUM_DECLINE = 0.15;
const MAXIMUM_BLOCKS = 16;
const POINTS_PER_BLOCK = 4;
/** The later half of a tail that converges has at least this part of the fall; a burst that relaxes has spent it before. */
const LATE_PART = 0.2;
/** The end of a tail, whose mean must be below everything before where a run converges. */
const END_PART = 0.25;
/** A point that has not travelled this far (radians) cannot be said to have settled at a level. */
const MINIMUM_PATH = 1;

/**
 * Whether the fall goes on to the end: the later half falls too, and the last quarter is below every block before the tail.
 * A burst that relaxes does neither: it returns to a level seen before. NaN before the tail is past.
 */
function keepsFalling(
  logs: readonly number[],
  decline: number,
  lateDecline: number,
  earlier: readonly number[],
): boolean {
  const end = mean(logs.slice(-Math.max(1, Math.round(logs.length * END_PART))));
  return lateDecline >= LATE_PART * decline && earlier.every((value) => !(value <= end));
}

/** The tail of a run as decisions see it. */
interface JudgedTail extends LossTrend {
  readonly relativeLevel: number;
  readonly path: number;
  readonly relativeEnd: number;
  /** Whether the fall goes on to the end (`keepsFalling`). */
  readonly continues: boolean;
}

type Limits = Required<Omit<ClassifyOptions, 'tail'>>;

function decide(judged: JudgedTail, { tolerance, floor, minimumDecline }: Limits): [Regime | 'undecided', string] {
  const { relativeLevel, path, relativeEnd, decline, significant, continues } = judged;
  if (relativeEnd <= floor) return ['convergence', 'the loss has reached its floor'];
  const falling = significant && decline >= minimumDecline;
  if (falling && continues && relativeEnd < 1 - tolerance) return ['convergence', 'the loss keeps falling'];
  if (path < MINIMUM_PATH) return ['undecided', 'the run has travelled less than a radian'];
  if (relativeLevel >= 1 - tolerance && !falling) return ['divergence', 'the loss is near that of random points'];
  if (scattersTooMuch(judged)) return ['undecided', 'the loss scatters too much to distinguish a level from a trend'];
  if (falling && !continues) return ['undecided', 'the loss fell, but no further or not below where it had been'];
  if (drifts(judged, minimumDecline))
    return ['undecided', 'the loss drifts, too little or too uncertainly for convergence'];
  return ['chaotic equilibrium', 'the loss stays at a level below that of random points'];
}

const LONG_LEVEL = 'the loss stays at a level, seen over more than the tail';

/** Whether an undecided tail may belong to a level that a longer part of the run shows. */
const mayBeLevel = ({ relativeLevel, path }: JudgedTail, { tolerance }: Limits): boolean =>
  path >= MINIMUM_PATH && relativeLevel < 1 - tolerance;

/** What the classifier needs of a tail, for whoever keeps no trajectory. */
export interface TailSummary {
  /** Points of the tail. */
  readonly points: number;
  /** Their mean loss. */
  readonly level: number;
  /** Mean losses of equally long consecutive blocks. */
  readonly blocks: readonly number[];
  /** The same of the run before the tail, as far as it is known. */
  readonly earlier?: readonly number[];
  /** Whether `earlier` are consecutive blocks up to the tail: only then can it be extended; default: false. */
  readonly isComplete?: boolean;
  /** Angle travelled in radians, or less. */
  readonly path: number;
}

/** Blocks into which a tail of this many points is divided. */
export const blockCount = (points: number): number => Math.min(MAXIMUM_BLOCKS, Math.floor(points / POINTS_PER_BLOCK));

/** The decision of `classifyTrajectory`, from the summary of a tail. */
export function classifyTail(
  { points, level, blocks, earlier = [], isComplete = false, path }: TailSummary,
  randomLoss: number,
  { tolerance = 0.05, floor = 1e-6, minimumDecline = MINIMUM_DECLINE }: ClassifyOptions = {},
): RegimeDecision {
  if (points < MINIMUM_POINTS) return undecided(`fewer than ${MINIMUM_POINTS} points to judge`, { level, path });
  if (!Number.isFinite(level) || !Number.isFinite(path))
    return undecided('the trajectory is not finite', { level, path });
  if (!(randomLoss > 0 && Number.isFinite(randomLoss)))
    return undecided('the loss of random points is no positive number', { level, path });
  const [logs, before] = [logarithms(blocks), logarithms(earlier)];
  const trend = lossTrend(logs);
  const lateDecline = linearDecline(logs.slice(Math.floor(logs.length / 2))).decline;
  // Written out, since every cell of a phase diagram comes here, and spread objects are slow to make.
  const { decline, error, significant } = trend;
  const judged: JudgedTail = {
    decline,
    error,
    significant,
    path,
    relativeLevel: level / randomLoss,
    relativeEnd: blocks.at(-1)! / randomLoss,
    continues: keepsFalling(logs, decline, lateDecline, before),
  };
  const limits = { tolerance, floor, minimumDecline };
  const evidence = (seen: LossTrend, reason: string): RegimeEvidence => {
    const { relativeLevel } = judged;
    return { level, relativeLevel, path, decline: seen.decline, declineError: seen.error, lateDecline, reason };
  };
  const [regime, reason] = decide(judged, limits);
  if (regime === 'undecided' && isComplete && mayBeLevel(judged, limits)) {
    const longer = levelFromBefore(logs, before, minimumDecline);
    if (longer !== undefined) return { regime: 'chaotic equilibrium', evidence: evidence(longer, LONG_LEVEL) };
  }
  return { regime, evidence: evidence(trend, reason) };
}

const logarithms = (values: readonly number[]): number[] =>
  values.map((value) => Math.log(Math.max(value, Number.MIN_VALUE)));

const undecided = (reason: string, { level, path }: { level: number; path: number }): RegimeDecision => ({
  regime: 'undecided',
  evidence: { level, relativeLevel: Number.NaN, path, decline: Number.NaN, declineError: Number.NaN, reason },
});

/**
 * Decides the regime of a trajectory trained with a fixed ELR, from the loss of its tail against the mean loss
 * `randomLoss` of random points on the sphere. Returns `undecided`, never a guess, where the trajectory is too short,
 * has hardly moved, scatters too much, or is not finite. Assumes that the lowest reachable loss is 0. Fails (UsageError) unless there are
 * as many losses as ESS.
 *
 * @example
 * const { trajectory } = simulateToy([1, 2, 4], 0.2, { steps: 4000 });
 * console.log(classifyTrajectory(trajectory, 3.5).regime); // chaotic equilibrium
 */
export function classifyTrajectory(
  trajectory: Trajectory,
  randomLoss: number,
  { tail, ...options }: ClassifyOptions = {},
): RegimeDecision {
  const { length } = trajectory.loss;
  if (trajectory.ess.length !== length)
    throw new UsageError(
      `a trajectory has ${length} losses and ${trajectory.ess.length} ESS; allowed: as many of each`,
    );
  const start = averagedFrom(length, tail);
  const losses = partOf(trajectory.loss, start);
  const level = mean(losses);
  const { ess, angle, interval = 1 } = trajectory;
  let path = 0;
  for (let i = start; i < ess.length; i += 1) path += interval * (angle === undefined ? Math.atan(ess[i]!) : angle[i]!);
  const points = losses.length;
  const count = Math.max(1, blockCount(points));
  const blocks = blockMeans(losses, count);
  const size = Math.floor(points / count);
  const earlier = size === 0 ? [] : pieceMeans(partOf(trajectory.loss, 0, start), size);
  return classifyTail({ points, level, blocks, earlier, isComplete: true, path }, randomLoss, options);
}
