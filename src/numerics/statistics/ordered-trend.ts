/**
 * Does a value rise or fall along an order? An exact test by permutations (Jonckheere and Terpstra), over strata that are compared only
 * within themselves.
 */

/** A value, and its place in the order: only which places are larger counts. */
export interface PlacedValue {
  readonly place: number;
  readonly value: number;
}

/** How well values follow an order, and how often chance alone would have them follow it as well. */
export interface OrderedTrend {
  /** Pairs that rise less pairs that fall, as a fraction of all: 1 where every value rises with its place, -1 where every one falls; NaN of no pair. */
  readonly order: number;
  /** Pairs of values at different places of one stratum. */
  readonly pairs: number;
  /** Chance of at least as many rising pairs, if the values of a stratum were dealt to its places at random. */
  readonly rises: number;
  /** The same of falling pairs. */
  readonly falls: number;
  /** The least that either chance can be with so many values. */
  readonly least: number;
}

/** Chances of 0, 1, ... successes in two independent counts together. */
function sumOf(a: readonly number[], b: readonly number[]): number[] {
  const sum = new Array<number>(a.length + b.length - 1).fill(0);
  for (const [i, p] of a.entries()) for (const [j, q] of b.entries()) sum[i + j]! += p * q;
  return sum;
}

/**
 * Chances of 0, 1, ... pairs in which one of `lower` values is below one of `upper` ones, all orders being equally likely (Mann and
 * Whitney): the largest of all is an upper one with chance upper / (lower + upper), and is then in `lower` such pairs.
 */
function pairChances(lower: number, upper: number): number[] {
  let row: number[][] = Array.from({ length: lower + 1 }, () => [1]);
  for (let n = 1; n <= upper; n += 1) {
    const next: number[][] = [[1]];
    for (let m = 1; m <= lower; m += 1) {
      const chances = new Array<number>(m * n + 1).fill(0);
      for (const [u, p] of row[m]!.entries()) chances[u + m]! += (p * n) / (m + n);
      for (const [u, p] of next[m - 1]!.entries()) chances[u]! += (p * m) / (m + n);
      next.push(chances);
    }
    row = next;
  }
  return row[lower]!;
}

/** The values of a stratum by rising place, those of one place together. */
function groupsOf(stratum: readonly PlacedValue[]): number[][] {
  const groups = new Map<number, number[]>();
  for (const { place, value } of stratum.toSorted((a, b) => a.place - b.place))
    groups.set(place, [...(groups.get(place) ?? []), value]);
  return [...groups.values()];
}

/** Pairs of values in different groups that rise, and that fall; those that are equal do neither. */
function countPairs(groups: readonly (readonly number[])[]): { rising: number; falling: number } {
  const counts = { rising: 0, falling: 0 };
  for (const [i, upper] of groups.entries())
    for (const lower of groups.slice(0, i))
      for (const a of lower)
        for (const b of upper) {
          if (b > a) counts.rising += 1;
          else if (b < a) counts.falling += 1;
        }
  return counts;
}

/** Chances of 0, 1, ... rising pairs between groups of so many values. */
const groupChances = (sizes: readonly number[]): number[] =>
  sizes.reduce<{ readonly before: number; readonly chances: number[] }>(
    ({ before, chances }, size) => ({ before: before + size, chances: sumOf(chances, pairChances(before, size)) }),
    { before: 0, chances: [1] },
  ).chances;

/**
 * Whether values rise or fall with their places, the strata being independent and each compared within itself: runs of one seed along
 * ELRs, say. Exact for any number of values if all orders within a stratum are equally likely without a trend, which takes values that are
 * independent or at least exchangeable; equal values count against both directions, which makes both chances too large. Values that are
 * not finite are left out.
 *
 * @example
 * const falling = [{ place: 1, value: 5 }, { place: 2, value: 3 }, { place: 3, value: 2 }];
 * console.log(orderedTrend([falling]).falls); // 1 / 6
 */
export function orderedTrend(strata: readonly (readonly PlacedValue[])[]): OrderedTrend {
  const groups = strata.map((stratum) => groupsOf(stratum.filter(({ value }) => Number.isFinite(value))));
  const chances = groups.map((own) => groupChances(own.map((values) => values.length))).reduce(sumOf, [1]);
  const counts = groups.map(countPairs);
  const rising = counts.reduce((sum, count) => sum + count.rising, 0);
  const falling = counts.reduce((sum, count) => sum + count.falling, 0);
  const pairs = chances.length - 1;
  // Sums of all chances may round to above 1.
  const atLeast = (count: number): number =>
    count === 0
      ? 1
      : Math.min(
          1,
          chances.slice(count).reduce((sum, chance) => sum + chance, 0),
        );
  return {
    order: pairs === 0 ? Number.NaN : (rising - falling) / pairs,
    pairs,
    rises: atLeast(rising),
    falls: atLeast(falling),
    least: chances.at(-1)!,
  };
}
