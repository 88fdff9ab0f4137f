import type { FigurePoint } from './figure.js';

/** First place of each of `count` buckets of `length` values whose sizes differ by at most one; then `length` itself. */
const edges = (length: number, count: number): number[] =>
  Array.from({ length: count + 1 }, (_, i) => Math.floor((i * length) / count));

/**
 * At most 2 * buckets points in place of many: of each bucket the lowest and the highest, in their order, so that no peak
 * is lost. A bucket with a value that is not a number keeps one such point: a gap stays a gap.
 */
export function decimate(points: readonly FigurePoint[], buckets: number): readonly FigurePoint[] {
  if (points.length <= 2 * buckets) return points;
  const starts = edges(points.length, buckets);
  const kept: FigurePoint[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    let [low, high, gap] = [starts[bucket]!, starts[bucket]!, -1];
    for (let i = starts[bucket]!; i < starts[bucket + 1]!; i++) {
      const { y } = points[i]!;
      if (Number.isNaN(y)) gap = i;
      if (!(y >= points[low]!.y)) low = i;
      if (!(y <= points[high]!.y)) high = i;
    }
    if (gap >= 0) kept.push(points[gap]!);
    else if (low === high) kept.push(points[low]!);
    else kept.push(points[Math.min(low, high)]!, points[Math.max(low, high)]!);
  }
  return kept;
}

/** Means of x and of y over at most `count` equal buckets, in order: a path without its noise. */
export function bucketMeansOf(points: readonly FigurePoint[], count: number): readonly FigurePoint[] {
  if (points.length <= count) return points;
  const starts = edges(points.length, count);
  return Array.from({ length: count }, (_, bucket) => {
    const [from, to] = [starts[bucket]!, starts[bucket + 1]!];
    let [x, y] = [0, 0];
    for (let i = from; i < to; i++) {
      x += points[i]!.x / (to - from);
      y += points[i]!.y / (to - from);
    }
    return { x, y };
  });
}

/**
 * Exponential moving average with the weight of the past from 0 (as it is) to below 1, without the bias towards the first
 * value: each is a weighted mean of those so far. Values that are not finite stay as they are and do not count.
 */
export function smooth(values: ArrayLike<number>, weight: number): number[] {
  let [sum, total] = [0, 0];
  return Array.from(values, (value) => {
    if (!Number.isFinite(value)) return value;
    sum = weight * sum + (1 - weight) * value;
    total = weight * total + (1 - weight);
    return sum / total;
  });
}
