/**
 * Many replicas of a toy in step: the state that transforms work on, and their composition. A replica may be another
 * seed, another cell of a phase diagram, or the only one.
 */
import type { RandomSource } from '../../src/numerics/random.js';
import { rescale, type ToyFunction } from '../function/toy-function.js';

/** Workspace of an ensemble; transforms write to it in place, which is why a step allocates nothing. */
export interface Ensemble {
  readonly fn: ToyFunction;
  readonly replicas: number;
  /** `fn.dimension` coordinates a replica. */
  readonly position: Float64Array;
  /** What the step is about to move along: the gradient, then what transforms made of it. */
  readonly update: Float64Array;
  /** Loss of each replica at `position`, as of the last evaluation. */
  readonly loss: Float64Array;
}

/** One stage of a step. */
export type Transform = (ensemble: Ensemble) => void;

/** One number for all replicas, or one each. */
export type PerReplica = number | Float64Array;

/** The value of each of `replicas`. */
export const eachReplica = (value: PerReplica, replicas: number): Float64Array =>
  typeof value === 'number' ? new Float64Array(replicas).fill(value) : value;

/** An ensemble at the given positions, which it takes over. */
export function createEnsemble(fn: ToyFunction, position: Float64Array): Ensemble {
  const replicas = position.length / fn.dimension;
  return { fn, replicas, position, update: new Float64Array(position.length), loss: new Float64Array(replicas) };
}

/** Replicas uniform on the unit sphere, each from its own random source. */
export function randomPositions(fn: ToyFunction, sources: readonly RandomSource[]): Float64Array {
  const position = new Float64Array(sources.length * fn.dimension);
  sources.forEach((random, replica) => {
    const start = replica * fn.dimension;
    for (let i = 0; i < fn.dimension; i += 1) position[start + i] = random.gaussian();
    rescale(position, start, start + fn.dimension, 1);
  });
  return position;
}

/** Stages one after another, as one transform. */
export const chain =
  (...stages: readonly Transform[]): Transform =>
  (ensemble) => {
    for (const stage of stages) stage(ensemble);
  };

/** Loss and gradient at the current position: the first stage of every step. */
export const evaluateGradient: Transform = ({ fn, position, update, loss }) => fn.evaluate(position, update, loss);
