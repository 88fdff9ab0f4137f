/** Users' own toy functions: an expression becomes a ToyFunction with exact derivatives, checked as theory needs it. */
import { mean, standardError } from '../../src/numerics/means.js';
import { randomSource } from '../../src/numerics/random.js';
import { dot } from '../../src/numerics/series.js';
import { UsageError } from '../../src/system/usage-error.js';
import { deriveProgram } from './derivatives.js';
import { loadAlgebra, parseExpression } from './expression.js';
import { layoutOf } from './groups.js';
import { findMinima } from './minima.js';
import { compileProgram, type ToyProgram } from './program.js';
import type { ToyFunction } from './toy-function.js';

/** A function that a user typed, ready for every simulator. */
export interface UserToyFunction {
  readonly fn: ToyFunction;
  readonly expression: string;
  /** Coordinates in the order of a point's numbers. */
  readonly coordinates: readonly string[];
  /** `fn` as plain data: another thread gets it back by `compileProgram` without loading mathjs. */
  readonly program: ToyProgram;
  /** Mean of `fn` over random points of the sphere, by sampling. */
  readonly randomLoss: { readonly mean: number; readonly standardError: number };
  /** The lowest value found, which `fn` subtracts from the expression; 0 where it is 0 up to rounding. */
  readonly offset: number;
}

/** Residual of Euler's identity: rounding leaves 1e-13 and less, an epsilon in a denominator far more. */
const INVARIANCE_TOLERANCE = 1e-8;
const CHECKED_POINTS = 64;
const SAMPLES = 16_384;
/** Descents in search of the lowest value. */
const STARTS = 8;
const SEED = 1;
/** Lowest values this close to 0, relative to the mean loss, are 0: descents stop short of it by rounding. */
const ZERO = 1e-9;
/** Relative spread of the values of a constant. */
const ROUNDING = 1e-12;

interface Sample {
  readonly points: Float64Array;
  readonly gradients: Float64Array;
  readonly losses: Float64Array;
}

/** Values and gradients at Gaussian points, where every direction of every group is as likely as on the sphere. */
function sample(fn: ToyFunction, coordinates: readonly string[], count: number, stream: number): Sample {
  const random = randomSource(SEED, stream);
  const points = Float64Array.from({ length: count * fn.dimension }, () => random.gaussian());
  const gradients = new Float64Array(points.length);
  const losses = new Float64Array(count);
  fn.evaluate(points, gradients, losses);
  const bad = Math.max(
    losses.findIndex((value) => !Number.isFinite(value)),
    Math.floor(gradients.findIndex((value) => !Number.isFinite(value)) / fn.dimension),
  );
  if (bad < 0) return { points, gradients, losses };
  const place = coordinates.map((name, i) => `${name} = ${points[bad * fn.dimension + i]!.toPrecision(3)}`).join(', ');
  throw new UsageError(
    `the function or its gradient is not a finite number at ${place}; allowed: finite almost everywhere`,
  );
}

const meanOf = (values: Float64Array) => ({ mean: mean(values), standardError: standardError(values) });

/** Largest |<x_i, grad_i F>| / (|x_i| |grad_i F| + spread of F) of a group: 0 if its scale does not matter. */
function invarianceResidual(
  { points, gradients, losses }: Sample,
  dimension: number,
  start: number,
  end: number,
): number {
  const spread = standardError(losses) * Math.sqrt(losses.length);
  let largest = 0;
  for (let at = 0; at < points.length; at += dimension) {
    const x = points.subarray(at + start, at + end);
    const slope = gradients.subarray(at + start, at + end);
    const along = dot(x, slope);
    const size = Math.hypot(...x) * Math.hypot(...slope) + spread;
    largest = Math.max(largest, size === 0 ? 0 : Math.abs(along) / size);
  }
  return largest;
}

/** Fails (UsageError) unless the function is scale-invariant in each group and not constant. */
function checkInvariance(fn: ToyFunction, coordinates: readonly string[]): void {
  const checked = sample(fn, coordinates, CHECKED_POINTS, 4);
  for (const { name, start, end } of fn.groups) {
    const residual = invarianceResidual(checked, fn.dimension, start, end);
    if (residual <= INVARIANCE_TOLERANCE) continue;
    const members = coordinates.slice(start, end).join(', ');
    throw new UsageError(
      `the function changes when group ${name} (${members}) is rescaled: <x, grad F> is ${residual.toPrecision(2)} ` +
        `of its size; allowed: up to ${INVARIANCE_TOLERANCE}`,
    );
  }
  const level = meanOf(checked.losses);
  if (level.standardError <= ROUNDING * Math.abs(level.mean))
    throw new UsageError('the function is constant; allowed: one that can be minimised');
}

/** The lowest value found, or 0 where it is 0 but for rounding. */
function lowestValue(fn: ToyFunction, meanLoss: number): number {
  const minima = findMinima(fn, STARTS, SEED);
  const { loss, settled } = minima[0]!;
  if (!settled || !Number.isFinite(loss))
    throw new UsageError(
      `no minimum found: the function still falls at ${loss.toPrecision(3)}; allowed: one with a lowest value`,
    );
  return Math.abs(loss) <= ZERO * Math.abs(meanLoss - loss) ? 0 : loss;
}

/**
 * The function that `expression` says, in mathjs's syntax, such as `x1^2/(x1^2+y1^2) + 3*x2^2/(x2^2+y2^2)`, with
 * `groups` such as `x1,y1;x2,y2`; if left out, group i is the coordinates that end in the number i. Its lowest value is
 * subtracted, since the classifier takes 0 for the lowest loss; where that is not 0, losses are exact to 1e-16 of it
 * only. The lowest value is that of 8 descents from random points, the mean loss that of 16,384 random points. The same
 * strings give the same function everywhere.
 *
 * Fails (UsageError) unless the expression is mere arithmetic, scale-invariant in each group (Euler's identity at 64
 * random points, to 1e-8), finite at random points and bounded below.
 */
export async function parseToyFunction(expression: string, groups?: string): Promise<UserToyFunction> {
  const { parse, derivative } = await loadAlgebra();
  const { node, coordinates: used } = parseExpression(parse, expression);
  const layout = layoutOf(used, groups);
  const { coordinates } = layout;
  const raw = deriveProgram(derivative, node, layout);
  const fn = compileProgram(raw);
  checkInvariance(fn, coordinates);
  const { mean, standardError } = meanOf(sample(fn, coordinates, SAMPLES, 5).losses);
  const offset = lowestValue(fn, mean);
  const program = { ...raw, offset };
  const randomLoss = { mean: mean - offset, standardError };
  return { fn: compileProgram(program), expression, coordinates, program, randomLoss, offset };
}
