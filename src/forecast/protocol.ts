import type { Bracket } from '../regime/analyse.js';

/**
 * The probe that a forecast rests on: very short runs find the ELR from which training diverges, then short ones below it
 * tell the equilibrium curve. Where a network equilibrates depends on its ELR, and near divergence it does so soonest.
 */

/** Two ELRs a decade over five decades: what a network's divergence is looked for in at first. */
export const FIRST_SCOUTS: readonly number[] = Array.from({ length: 11 }, (_, i) =>
  Number((10 ** (-5 + i / 2)).toPrecision(2)),
);

/** ELRs of the longer runs, as parts of that from which training diverges. */
const PROBE_PARTS = [1 / 16, 1 / 8, 1 / 4, 1 / 2];
/** Parts of the steps of a sweep's run, and how many steps at least. */
const SCOUT = { part: 1 / 40, least: 64 };
const PROBE = { part: 1 / 8, least: 250 };
/** The bracket of divergence is at most so wide in the end. */
const SCOUT_FACTOR = 1.5;
/** No network is looked for beyond these. */
const LIMITS = { smallest: 1e-9, largest: 1e4 };

export interface ProbeLengths {
  readonly scout: number;
  readonly probe: number;
}

/** Steps of the runs of a probe for a sweep whose runs have `steps`; never more than that. */
export const probeLengths = (steps: number): ProbeLengths => ({
  scout: Math.min(steps, Math.max(SCOUT.least, Math.ceil(steps * SCOUT.part))),
  probe: Math.min(steps, Math.max(PROBE.least, Math.ceil(steps * PROBE.part))),
});

/** The mean loss that a run at an ELR ends with, in units of that of random points. */
export interface RelativeLevel {
  readonly elr: number;
  readonly level: number;
}

/**
 * Between which ELRs the level first rises to that of divergence, in a list by rising ELR: counted from the lowest level on,
 * since very small ELRs have not left their start yet, and the first time, since far beyond it single runs may dip below
 * again. A level that is not a number counts as diverged.
 */
export function divergenceBracket(levels: readonly RelativeLevel[], tolerance: number): Bracket {
  const diverges = ({ level }: RelativeLevel): boolean => !(level < 1 - tolerance);
  const calm = levels.filter((each) => !diverges(each));
  if (calm.length === 0) return { below: null, above: levels[0]?.elr ?? null };
  const lowest = levels.indexOf(calm.reduce((a, b) => (b.level < a.level ? b : a)));
  const above = levels.findIndex((each, i) => i > lowest && diverges(each));
  return above < 0
    ? { below: levels.at(-1)!.elr, above: null }
    : { below: levels[above - 1]!.elr, above: levels[above]!.elr };
}

const rounded = (elr: number, digits = 2): number => Number(elr.toPrecision(digits));

/**
 * The next ELR to scout at, from what is known by rising ELR: outward by factors of 10 while the bracket is open, then its middle;
 * undefined once it is narrow, or where there is nowhere left to look.
 */
export function nextScout(levels: readonly RelativeLevel[], tolerance: number): number | undefined {
  const { below, above } = divergenceBracket(levels, tolerance);
  const next =
    below === null
      ? above! / 10
      : above === null
        ? below * 10
        : above / below > SCOUT_FACTOR
          ? Math.sqrt(below * above)
          : undefined;
  if (next === undefined || next < LIMITS.smallest || next > LIMITS.largest) return undefined;
  const elr = rounded(next, 3);
  return levels.some((level) => level.elr === elr) ? undefined : elr;
}

/** ELRs of the longer runs, below the ELR from which training diverges. */
export const probeElrs = (divergence: number): number[] => PROBE_PARTS.map((part) => rounded(divergence * part, 3));

/** Steps between ELRs worth running, near the thresholds and away from them. */
const NEAR = 1.5;
const APART = 3;

/**
 * ELRs that show all three regimes and both thresholds: dense about the thresholds, sparse between and around them, two digits
 * each, rising. Thresholds in the wrong order count as one.
 */
export function elrsWorthRunning(convergence: number, divergence: number): number[] {
  const first = Math.min(convergence, divergence);
  const dense = [first, divergence].flatMap((elr) => [
    elr / NEAR ** 1.5,
    elr / NEAR ** 0.5,
    elr * NEAR ** 0.5,
    elr * NEAR ** 1.5,
  ]);
  const between: number[] = [];
  for (let elr = first * NEAR ** 1.5 * 2; elr < divergence / NEAR ** 1.5 / 1.3; elr *= 2) between.push(elr);
  const around = [first / 30, first / 10, first / APART, divergence * APART * 2, divergence * 30];
  return [...new Set([...dense, ...between, ...around].map((elr) => rounded(elr)))].sort((a, b) => a - b);
}
