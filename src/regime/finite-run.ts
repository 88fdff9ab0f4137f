import { MINIMUM_DECLINE } from './classifier.js';

/**
 * How the loss of a run relaxes to its noise floor (T14, a run of finite length): without noise log L falls by `decay` a unit of
 * log t, and E|g|^2 ~ L^q with q = `exponent`.
 */
export interface Relaxation {
  readonly decay: number;
  readonly exponent: number;
}

/**
 * The noise share after `factor` times as many steps, from that of now: 1/R - 1 goes as t^-(decay (1 - q)) (T14). Both are in units
 * of the share that the run keeps in equilibrium, between 0 and 1. Assumes that decay and exponent stay as they are meanwhile.
 */
export const shareAfter = (share: number, factor: number, { decay, exponent }: Relaxation): number =>
  1 / (1 + (1 / share - 1) * factor ** (-decay * (1 - exponent)));

/**
 * The noise share R, in units of that of an equilibrium, at the end of a run whose second half falls by just `fall` nats:
 * R = 1 - (e^(fall s) - 1) / (2^(decay s) - 1) with s = 1 - q; for q = 1 it is 1 - fall / (decay log 2) (T14). By default the fall from
 * which the classifier calls a run converging. 0 or less where even a run without noise falls by less: then no ELR converges so soon.
 */
export function shareOfThreshold({ decay, exponent }: Relaxation, fall = MINIMUM_DECLINE): number {
  const s = 1 - exponent;
  const free = decay * Math.LN2;
  return s === 0 ? 1 - fall / free : 1 - Math.expm1(fall * s) / Math.expm1(free * s);
}
