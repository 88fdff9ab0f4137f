import type { Bracket } from '../regime/thresholds.js';

/**
 * The probe that a forecast rests on: very short runs find the ELR from which training diverges, then short ones below it
 * tell what noise does to the loss, and the equilibrium curve.
 */

/** Two ELRs a decade over five decades: what a network's divergence is looked for in at first. */
export const FIRST_SCOUTS: readonly number[] = Array.from({ length: 11 }, (_, i) =>
  Number((10 ** (-5 + i / 2)).toPrecision(2)),
);

/** ELRs of the longer runs, as parts of that from which training diverges: those of the curve, and smaller ones that noise limits little. */
const CURVE_PARTS = [1 / 16, 1 / 8, 1 / 4, 1 / 2];
const SMALL_PARTS = [1 / 256, 1 / 64];
/** Parts of the steps of a sweep's run, and how many steps at least. */
const SCOUT = { part: 1 / 40, least: 64 };
const PROBE = { part: 1 / 8, least: 250 };
/** The bracket of divergence is at most so wide in the end. */
const SCOUT_FACTOR = 1.5;
/** Divergence is looked for up to here. */
const LARGEST_ELR = 1e4;

export interface ProbeLengths {
  readonly scout: number;
  readonly probe: number;
}

/** Steps of the runs of a probe for a sweep whose runs have `steps`; never more than that. */
export const probeLengths = (steps: number): ProbeLengths => ({
  scout: Math.min(steps, Math.max(SCOUT.least, Math.ceil(steps * SCOUT.part))),
  probe: Math.min(steps, Math.max(PROBE.least, Math.ceil(steps * PROBE.part))),
});

/** Steps of scouts, as long as none of them has learnt anything: longer by factors of 2, up to those of a run of the sweep. */
export function scoutLengths(steps: number): number[] {
  const lengths = [probeLengths(steps).scout];
  while (lengths.at(-1)! < steps) lengths.push(Math.min(2 * lengths.at(-1)!, steps));
  return lengths;
}

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

/** Whether any scout has brought its loss below that of divergence: of those that have not, none tells a threshold. */
export const someLearn = (levels: readonly RelativeLevel[], tolerance: number): boolean =>
  divergenceBracket(levels, tolerance).below !== null;

/**
 * The next ELR to scout at, from what is known by rising ELR: larger by a factor of 10 while nothing diverges, then the middle of the
 * bracket; undefined once it is narrow, where there is nowhere left to look, and where no scout has learnt (`someLearn`): smaller
 * ELRs learn even more slowly.
 */
export function nextScout(levels: readonly RelativeLevel[], tolerance: number): number | undefined {
  const { below, above } = divergenceBracket(levels, tolerance);
  if (below === null || (above !== null && above / below <= SCOUT_FACTOR)) return undefined;
  const next = above === null ? below * 10 : Math.sqrt(below * above);
  if (next > LARGEST_ELR) return undefined;
  const elr = rounded(next, 3);
  return levels.some((level) => level.elr === elr) ? undefined : elr;
}

/** ELRs of the longer runs, below the ELR from which training diverges, rising: those that noise is read from. */
export const probeElrs = (divergence: number): number[] =>
  [...SMALL_PARTS, ...CURVE_PARTS].map((part) => rounded(divergence * part, 3));

/** Those of them through which the equilibrium curve is laid: near divergence, where training equilibrates soonest. */
export const curveElrs = (divergence: number): number[] => CURVE_PARTS.map((part) => rounded(divergence * part, 3));

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
