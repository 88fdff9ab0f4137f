/**
 * A valley whose curvature across changes along it (theory.md, T15): F(x, s) = b s^2 / 2 + h(s) x^2 / 2 with h = h_0 e^-s, and gradient
 * noise of variance C along x. Across, the noise floor is reached at once; along, its level pulls towards where the valley is wide, so
 * that the bottom to which annealing leads depends on the ELR.
 */
import { safeguardedNewton } from '../../src/numerics/safeguarded-newton.js';
import { UsageError } from '../../src/system/usage-error.js';

/** The valley; s in units in which its curvature falls by a factor e. */
export interface WideningValley {
  /** b: how steeply the bottom rises along the valley. */
  readonly rise: number;
  /** h_0: the curvature across where the bottom is lowest. */
  readonly curvature: number;
  /** C: variance of the gradient across. */
  readonly noise: number;
}

/** Where a run stands in it, on average. */
export interface PlaceInValley {
  /** s. */
  readonly along: number;
  /** b s^2 / 2: the loss at the bottom there. */
  readonly bottom: number;
  /** h E[x^2] / 2: the loss above it. */
  readonly height: number;
  /** h(s). */
  readonly curvature: number;
}

/** elr C / (2 (2 - elr h)): the height at which noise of variance C holds one mode, and elr E|g|^2 / 4 of it (T14). */
export const modeFloor = (elr: number, curvature: number, noise: number): number =>
  (elr * noise) / (2 * (2 - elr * curvature));

/**
 * (elr C/4) log(h / (2 - elr h)): what noise of variance C adds to the bottom in the potential U whose minimum a run settles at (T15, T16);
 * infinite where elr h is 2 or more. Its slope in log h is the floor.
 */
export const noisePotential = (elr: number, curvature: number, noise: number): number =>
  elr * curvature < 2 ? ((elr * noise) / 4) * Math.log(curvature / (2 - elr * curvature)) : Number.POSITIVE_INFINITY;

/** The mean loss of a run at a place. */
export const lossAt = ({ bottom, height }: PlaceInValley): number => bottom + height;

const placeAt = (along: number, { rise, curvature }: WideningValley): Omit<PlaceInValley, 'height'> => ({
  along,
  bottom: (rise * along ** 2) / 2,
  curvature: curvature * Math.exp(-along),
});

/** Where the valley is narrowest and its bottom lowest, without noise. */
export const valleyHead = (valley: WideningValley): PlaceInValley => ({ ...placeAt(0, valley), height: 0 });

function refuseUnstable(elr: number, { curvature }: WideningValley): void {
  if (elr * curvature < 2) return;
  throw new UsageError(
    `elr h is ${elr * curvature} where the valley is narrowest; allowed: below 2, where it is stable`,
  );
}

/**
 * Where a run at a fixed ELR ends: b s = elr C / (2 (2 - elr h(s))), the minimum of b s^2/2 + (elr C/4) log(h / (2 - elr h)) (T15). Exact
 * while s changes little in the time in which x forgets, 1 / (elr h) steps. Fails (UsageError) where elr h_0 is 2 or more.
 *
 * Example: settledInValley({ rise: 0.002, curvature: 0.2, noise: 0.008 }, 1).along is 1.037.
 */
export function settledInValley(valley: WideningValley, elr: number): PlaceInValley {
  refuseUnstable(elr, valley);
  const along = safeguardedNewton(
    (s) => {
      const { curvature } = placeAt(s, valley);
      const floor = modeFloor(elr, curvature, valley.noise);
      // floor - b s falls with s: d floor / ds = -floor elr h / (2 - elr h).
      return {
        value: floor - valley.rise * s,
        slope: (-floor * elr * curvature) / (2 - elr * curvature) - valley.rise,
      };
    },
    modeFloor(elr, 0, valley.noise) / valley.rise,
  );
  const place = placeAt(along, valley);
  return { ...place, height: modeFloor(elr, place.curvature, valley.noise) };
}

/**
 * Where a run stands after steps at the ELRs given: E[x^2] becomes (1 - elr h)^2 E[x^2] + elr^2 C, and s falls by
 * elr (b s - h E[x^2] / 2), both with the h of their mean place. Fails (UsageError) where elr h_0 is 2 or more.
 */
export function movedInValley(valley: WideningValley, from: PlaceInValley, elrs: Iterable<number>): PlaceInValley {
  let place = from;
  for (const elr of elrs) {
    refuseUnstable(elr, valley);
    const { along, height, curvature } = place;
    const square = (1 - elr * curvature) ** 2 * ((2 * height) / curvature) + elr ** 2 * valley.noise;
    const next = placeAt(along - elr * (valley.rise * along - height), valley);
    place = { ...next, height: (next.curvature * square) / 2 };
  }
  return place;
}
