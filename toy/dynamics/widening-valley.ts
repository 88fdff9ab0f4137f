/** Descent with gradient noise in a valley that widens along its bottom (theory.md, T15). */
import type { RandomSource } from '../../src/numerics/random.js';
import type { WideningValley } from '../theory/slow-bottom.js';

/** Across and along. */
export interface ValleyPoint {
  readonly x: number;
  readonly s: number;
}

/** A step: where it leads, the loss before it, and elr |g|^2 / 4 of its gradient with the noise drawn. */
export interface ValleyStep {
  readonly point: ValleyPoint;
  readonly loss: number;
  readonly floor: number;
}

/** One step along the gradient of b s^2/2 + h_0 e^-s x^2/2, with noise across. */
export function stepInValley(
  { x, s }: ValleyPoint,
  elr: number,
  valley: WideningValley,
  random: RandomSource,
): ValleyStep {
  const curvature = valley.curvature * Math.exp(-s);
  const across = curvature * x + Math.sqrt(valley.noise) * random.gaussian();
  const height = (curvature * x * x) / 2;
  const along = valley.rise * s - height;
  return {
    point: { x: x - elr * across, s: s - elr * along },
    loss: (valley.rise * s * s) / 2 + height,
    floor: (elr * (across * across + along * along)) / 4,
  };
}

/** Steps at the ELRs given, from a point on. */
export function walkInValley(
  start: ValleyPoint,
  elrs: Iterable<number>,
  { valley, random }: { readonly valley: WideningValley; readonly random: RandomSource },
): { readonly end: ValleyPoint; readonly losses: number[]; readonly floors: number[] } {
  const [losses, floors]: [number[], number[]] = [[], []];
  let end = start;
  for (const elr of elrs) {
    const step = stepInValley(end, elr, valley, random);
    end = step.point;
    losses.push(step.loss);
    floors.push(step.floor);
  }
  return { end, losses, floors };
}
