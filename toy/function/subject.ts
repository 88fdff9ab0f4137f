/** What a simulation is of: the toy of theory.md with its alphas, or a function of the user's. */

import { randomLoss } from '../theory/points.js';
import type { ToyProgram } from './program.js';
import { sumOfRatios, type ToyFunction } from './toy-function.js';
import type { UserToyFunction } from './user-function.js';

/** What is simulated: the toy with its alphas or the user's own function. */
export interface ToySubject {
  /** How it is called in a title. */
  readonly title: string;
  /** The alphas; undefined for a function of the user's, for which no closed forms hold. */
  readonly alpha: readonly number[] | undefined;
  /** The user's function as data that another thread can compile. */
  readonly program: ToyProgram | undefined;
  /** Mean loss of random points on the sphere. */
  readonly randomLoss: number;
  /** The function for a number of replicas. */
  create(replicas: number): ToyFunction;
}

/** The toy with these alphas. Fails (UsageError) unless they are positive. */
export const ratiosSubject = (alpha: readonly number[]): ToySubject => ({
  title: `alpha ${alpha.join(',')}`,
  alpha,
  program: undefined,
  randomLoss: randomLoss(alpha),
  create: (replicas) => sumOfRatios(alpha, replicas),
});

/** A function of the user's. */
export const userSubject = ({ expression, fn, program, randomLoss: { mean } }: UserToyFunction): ToySubject => ({
  title: expression,
  alpha: undefined,
  program,
  randomLoss: mean,
  create: () => fn,
});

/** Alphas stand for the toy that has them. */
export type Subject = ToySubject | readonly number[];

export const subjectOf = (subject: Subject): ToySubject => ('create' in subject ? subject : ratiosSubject(subject));
