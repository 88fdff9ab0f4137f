import { linearDecline } from '../numerics/statistics/linear-decline.js';
import { studentQuantile } from '../numerics/statistics/student.js';

/** What a straight line through the logarithms of block means says of a loss: whether it falls, rises or keeps its level. */
export interface LossTrend {
  /** Fall of log(loss) over the blocks, in nats; negative if it rises. */
  readonly decline: number;
  /** Standard error of `decline`. */
  readonly error: number;
  /** Whether the fall is larger than one level in a hundred would show by chance. */
  readonly significant: boolean;
}

/** In standard deviations of a normal: a trend counts as real where one level in a hundred would show it by chance. */
const SIGNIFICANCE = 2.326;
/** A level is claimed only where a fall by a factor e over the blocks would have been three standard errors. */
const MAXIMUM_ERROR = 1 / 3;

export function lossTrend(logs: readonly number[]): LossTrend {
  const { decline, error, degrees } = linearDecline(logs);
  return { decline, error, significant: decline > studentQuantile(SIGNIFICANCE, degrees) * error };
}

/** Whether a loss scatters too much to distinguish a level from a trend. */
export const scattersTooMuch = ({ error }: LossTrend): boolean => !(error <= MAXIMUM_ERROR);

/** Whether a loss falls or rises, or may do so, by more than a level of the given smallest fall is allowed. */
export function drifts({ decline, error, significant }: LossTrend, minimumDecline: number): boolean {
  const falls = decline > Math.max(minimumDecline, error) || (significant && decline > minimumDecline / 2);
  const rises = -decline > Math.max(minimumDecline, SIGNIFICANCE * error);
  return falls || rises;
}

/** Parts of its own length by which a tail is extended into the past: half a run becomes two thirds, three quarters, five sixths. */
const EXTENSIONS = [1 / 3, 1 / 2, 2 / 3] as const;
/** Blocks of a tail from which on it is extended: a longer part is too easily level by chance where blocks are few. */
const FEWEST_BLOCKS = 8;
/** A trend of the tail by so many standard errors is no excursion of a level. */
const BEYOND_EXCURSION = 4;

/** Whether a loss that converges would have fallen by more: by the smallest fall over the tail, it falls by up to 5/3 of it in all. */
const fallsLess = ({ decline, error }: LossTrend, minimumDecline: number): boolean =>
  decline + error <= 2 * minimumDecline;

/**
 * The level that the loss keeps over a tail extended into the past, where the tail alone cannot tell: an excursion of the loss that is
 * about as long as the tail looks like a trend in it, and less so in a longer part. A loss that falls has fallen before, so the
 * extension mistakes few falls for a level. `before` are the logarithms of the blocks up to the tail, as long as its own. undefined where
 * there is no such level, or the tail is too short or too clear a trend to look for one.
 */
export function levelFromBefore(
  tail: readonly number[],
  before: readonly number[],
  minimumDecline: number,
): LossTrend | undefined {
  const own = lossTrend(tail);
  if (tail.length < FEWEST_BLOCKS || Math.abs(own.decline) > BEYOND_EXCURSION * own.error) return undefined;
  return EXTENSIONS.map((part) => Math.round(part * tail.length))
    .filter((added) => added <= before.length)
    .map((added) => lossTrend([...before.slice(-added), ...tail]))
    .find((trend) => !scattersTooMuch(trend) && !drifts(trend, minimumDecline) && fallsLess(trend, minimumDecline));
}
