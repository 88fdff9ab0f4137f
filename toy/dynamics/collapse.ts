/** Runs of the toy that mean nothing further on: rounding holds a group where it cannot stay, or a number overflowed. */
import { singleRunGrowth } from '../theory/multiplicative-noise.js';
import type { Ensemble, PerReplica } from './ensemble.js';
import type { StepOptions } from './step.js';

const ofReplica = (value: PerReplica, replica: number): number => (typeof value === 'number' ? value : value[replica]!);

/**
 * Whether the minimum of a group repels single runs at k_i = elr alpha_i / w_i: T1, with batch noise T10, with momentum T12.
 * With both no closed form is known; beyond that of momentum none is stable. Of batches from a finite set it is not known.
 */
function repels(k: number, options: StepOptions, replica: number): boolean {
  const { momentum, probability, noiseLaw, secondMoment, batches } = options;
  if (batches !== undefined) return false;
  const beta = momentum === undefined ? 0 : ofReplica(momentum, replica);
  if (beta === 0 && probability !== undefined && noiseLaw === undefined) return k > ofReplica(probability, replica);
  if (beta === 0 && probability === undefined && noiseLaw !== undefined)
    return singleRunGrowth(k, noiseLaw, ofReplica(secondMoment!, replica)) > 0;
  return noiseLaw === undefined && k > 1 + beta;
}

function sumOfSquares(values: Float64Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i += 1) sum += values[i]! * values[i]!;
  return sum;
}

/** Where an ensemble is, and what it moves along there, with all that noise and momentum do to it. */
export type Motion = Pick<Ensemble, 'fn' | 'position' | 'update' | 'loss'>;

/**
 * Why a replica has collapsed, as a clause; undefined if it has not. It has where a group (of the toy: where `alpha` is
 * given) rests exactly on its minimum though that repels, or exactly on its maximum: x_i or y_i is 0 and nothing moves it.
 * A gradient that merely underflows comes back. It also has where its loss, a norm, gradient or step size is not finite,
 * or a norm is 0.
 */
export function collapseReason(
  { fn: { dimension, groups }, position, update, loss }: Motion,
  replica: number,
  options: StepOptions,
  alpha?: ArrayLike<number>,
): string | undefined {
  const offset = replica * dimension;
  const square = sumOfSquares(position, offset, offset + dimension);
  const { elr, learningRate } = options;
  const rate = elr === undefined ? ofReplica(learningRate!, replica) : ofReplica(elr, replica) * square;
  for (const [i, { start, end }] of groups.entries()) {
    const place = offset + start;
    const groupSquare = sumOfSquares(position, place, offset + end);
    if (groupSquare === 0) return `the norm of group ${i + 1} vanished`;
    const gradientSquare = sumOfSquares(update, place, offset + end);
    const ess = (rate / groupSquare) * Math.sqrt(groupSquare) * Math.sqrt(gradientSquare);
    if (!Number.isFinite(loss[replica]! + square + ess)) return 'a number overflowed';
    if (alpha === undefined) continue;
    const rests = (coordinate: number): boolean => position[coordinate] === 0 && update[coordinate] === 0;
    if (rests(place) && repels((rate * alpha[i]!) / groupSquare, options, replica))
      return `group ${i + 1} rests exactly at its unstable minimum`;
    if (rests(place + 1)) return `group ${i + 1} rests exactly at its unstable maximum`;
  }
  return undefined;
}
