/**
 * The three regimes of training on the sphere with a fixed effective learning rate, and the one classifier that
 * decides which of them a trajectory shows. Toy and network use the same rule.
 */
import { mean } from './averages.js';
export const REGIMES = ['convergence', 'chaotic equilibrium', 'divergence'] as const;
export type Regime = (typeof REGIMES)[number];

/** What a decision rests on; all of it is reported, so that a reader can disagree. */
export interface RegimeEvidence {
  /** Mean loss over the tail. */
  readonly level: number;
  /** `level` divided by the mean loss of random points on the sphere. */
  readonly relativeLevel: number;
  /** How far log(loss) falls over the tail, in nats, by a straight line through block means; negative if it rises. */
  readonly decline: number;
  /** Standard error of `decline`, from the scatter of the block means about that line. */
  readonly declineError: number;
  /** Angle travelled over the tail in radians: the sum of arctan(ess). */
  readonly path: number;
  /** One clause that names the evidence that decided. */
  readonly reason: string;
}

export interface RegimeDecision {
  readonly regime: Regime | 'undecided';
  readonly evidence: RegimeEvidence;
}

/** A trajectory as the classifier sees it: loss and ESS of consecutive steps. */
export interface Trajectory {
  readonly loss: ArrayLike<number>;
  readonly ess: ArrayLike<number>;
}

export interface ClassifyOptions {
  /** Fraction of the trajectory that is judged: its end. */
  readonly tail?: number;
  /** Divergence means a loss within this fraction of a random point's (T6). */
  readonly tolerance?: number;
  /** A loss below this fraction of a random point's has converged whatever its trend. */
  readonly floor?: number;
  /** A significant fall of log(loss) over the tail by at least this many nats is convergence under way. */
  readonly minimumDecline?: number;
}

const MINIMUM_POINTS = 16;
const MAXIMUM_BLOCKS = 16;
const POINTS_PER_BLOCK = 4;
/** Standard errors at which a trend counts as real. */
const SIGNIFICANCE = 3;
/** A level is claimed only where a fall by a factor e over the tail would have been significant. */
const MAXIMUM_ERROR = 1 / SIGNIFICANCE;
/** A point that has not travelled this far (radians) cannot be said to have settled at a level. */
const MINIMUM_PATH = 1;

/** Means of `count` equal blocks; a remainder at the start is left out, so that the end is always judged. */
function blockMeans(values: readonly number[], count: number): number[] {
  const size = Math.floor(values.length / count);
  const start = values.length - size * count;
  return Array.from({ length: count }, (_, i) => mean(values.slice(start + i * size, start + (i + 1) * size)));
}

/** Correlation of each value with the next, as far as it widens errors: between 0 and 0.9. */
function persistence(residuals: readonly number[], squares: number): number {
  if (squares === 0) return 0;
  const products = residuals.slice(1).reduce((sum, value, i) => sum + value * residuals[i]!, 0);
  return Math.min(0.9, Math.max(0, products / squares));
}

/**
 * Fall of a straight line through equidistant values over the span they cover, with its standard error; that of
 * independent scatter about the line, widened by sqrt((1 + r) / (1 - r)) where neighbours correlate by r.
 */
function linearDecline(values: readonly number[]): { decline: number; error: number } {
  const centre = (values.length - 1) / 2;
  const average = mean(values);
  const spread = values.reduce((sum, _, i) => sum + (i - centre) ** 2, 0);
  const slope = values.reduce((sum, value, i) => sum + (i - centre) * (value - average), 0) / spread;
  const residuals = values.map((value, i) => value - average - slope * (i - centre));
  const squares = residuals.reduce((sum, value) => sum + value * value, 0);
  const r = persistence(residuals, squares);
  const slopeError = Math.sqrt((squares / (values.length - 2) / spread) * ((1 + r) / (1 - r)));
  return { decline: -slope * values.length, error: slopeError * values.length };
}

function decide(
  { relativeLevel, decline, declineError, path }: Omit<RegimeEvidence, 'reason'>,
  relativeEnd: number,
  { tolerance, floor, minimumDecline }: Required<Omit<ClassifyOptions, 'tail'>>,
): [Regime | 'undecided', string] {
  if (relativeEnd <= floor) return ['convergence', 'the loss has reached its floor'];
  const significant = decline > SIGNIFICANCE * declineError;
  if (significant && decline >= minimumDecline) return ['convergence', 'the loss keeps falling'];
  if (path < MINIMUM_PATH) return ['undecided', 'the run has travelled less than a radian'];
  if (relativeLevel >= 1 - tolerance) return ['divergence', 'the loss is no better than at random points'];
  if (declineError > MAXIMUM_ERROR) return ['undecided', 'the loss scatters too much to tell a level from a trend'];
  const falls = decline > Math.max(minimumDecline, declineError) || (significant && decline > minimumDecline / 2);
  const rises = -decline > Math.max(minimumDecline, SIGNIFICANCE * declineError);
  if (falls || rises) return ['undecided', 'the loss drifts, too little or too uncertainly for convergence'];
  return ['chaotic equilibrium', 'the loss stays at a level below that of random points'];
}

/** What the classifier needs of a tail, for whoever keeps no trajectory. */
export interface TailSummary {
  /** Points of the tail. */
  readonly points: number;
  /** Their mean loss. */
  readonly level: number;
  /** Mean losses of equally long consecutive blocks. */
  readonly blocks: readonly number[];
  /** Angle travelled in radians, or less. */
  readonly path: number;
}

/** Blocks into which a tail of so many points is divided. */
export const blockCount = (points: number): number => Math.min(MAXIMUM_BLOCKS, Math.floor(points / POINTS_PER_BLOCK));

/** The decision of `classifyTrajectory`, from what a tail amounts to. */
export function classifyTail(
  { points, level, blocks, path }: TailSummary,
  randomLoss: number,
  { tolerance = 0.05, floor = 1e-6, minimumDecline = 0.15 }: ClassifyOptions = {},
): RegimeDecision {
  if (points < MINIMUM_POINTS) return undecided(`fewer than ${MINIMUM_POINTS} points to judge`, { level, path });
  if (!Number.isFinite(level) || !Number.isFinite(path))
    return undecided('the trajectory is not finite', { level, path });
  const { decline, error } = linearDecline(blocks.map((value) => Math.log(Math.max(value, Number.MIN_VALUE))));
  const evidence = { level, relativeLevel: level / randomLoss, path, decline, declineError: error };
  const relativeEnd = blocks.at(-1)! / randomLoss;
  const [regime, reason] = decide(evidence, relativeEnd, { tolerance, floor, minimumDecline });
  return { regime, evidence: { ...evidence, reason } };
}

const undecided = (reason: string, { level, path }: { level: number; path: number }): RegimeDecision => ({
  regime: 'undecided',
  evidence: { level, relativeLevel: Number.NaN, path, decline: Number.NaN, declineError: Number.NaN, reason },
});

/**
 * Decides the regime of a trajectory trained with a fixed ELR, from the loss of its tail against the mean loss
 * `randomLoss` of random points on the sphere. Answers `undecided`, never a guess, where the trajectory is too short,
 * has hardly moved, scatters too much, or is not finite. Assumes that the lowest reachable loss is 0.
 */
export function classifyTrajectory(
  trajectory: Trajectory,
  randomLoss: number,
  { tail = 0.5, ...options }: ClassifyOptions = {},
): RegimeDecision {
  const start = Math.floor(trajectory.loss.length * (1 - tail));
  const losses = Array.from(trajectory.loss).slice(start);
  const level = mean(losses);
  const path = Array.from(trajectory.ess)
    .slice(start)
    .reduce((sum, ess) => sum + Math.atan(ess), 0);
  const points = losses.length;
  const blocks = blockMeans(losses, Math.max(1, blockCount(points)));
  return classifyTail({ points, level, blocks, path }, randomLoss, options);
}
