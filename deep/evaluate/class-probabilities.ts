import { mean } from '../../src/numerics/means.js';

/** Statistics over images of one class, as the official `get_info` orders them. */
export const PROBABILITY_STATISTICS = ['mean', 'std', 'min', 'max', 'median'] as const;

/** By the name of the statistic, a matrix: of the images with the label of the row, the probability of the class of the column. */
export type ClassProbabilities = Readonly<
  Record<(typeof PROBABILITY_STATISTICS)[number], readonly (readonly number[])[]>
>;

/** Probabilities from logits. */
export function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

const STATISTICS: Readonly<Record<keyof ClassProbabilities, (values: readonly number[]) => number>> = {
  mean,
  std: (values) => {
    const centre = mean(values);
    return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
  },
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  median,
};

/** Statistics of probabilities, [images][classes], label by label; NaN for classes without images, the deviation that of all n. */
export function classProbabilities(
  probabilities: readonly (readonly number[])[],
  labels: ArrayLike<number>,
  classes: number,
): ClassProbabilities {
  const all = Array.from({ length: classes }, (_, c) => c);
  const ofLabel = all.map((label) => probabilities.filter((_, i) => labels[i] === label));
  const matrix = (of: (values: readonly number[]) => number): number[][] =>
    ofLabel.map((rows) => all.map((c) => (rows.length === 0 ? Number.NaN : of(rows.map((row) => row[c]!)))));
  return Object.fromEntries(
    PROBABILITY_STATISTICS.map((name) => [name, matrix(STATISTICS[name])]),
  ) as unknown as ClassProbabilities;
}
