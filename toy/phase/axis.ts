/** Axes of sweeps and phase diagrams: a parameter of the toy and the values it takes. */
import { linearGrid, logarithmicGrid } from '../../src/system/grid.js';
import { UsageError } from '../../src/system/usage-error.js';
import { alphaOf, type CellParameters, type ParameterColumns, type ParameterName } from './cell-parameters.js';

/** A parameter of the toy and the values that it takes along one side of a diagram. */
export interface Axis {
  /** elr, lr, weight-decay, momentum, probability, noise, second-moment, samples, batch, alphaN, or ratio: alpha2 / alpha1 at a constant sum. */
  readonly name: string;
  readonly values: readonly number[];
  readonly scale: 'logarithmic' | 'linear';
}

/**
 * An axis of `count` values from `from` to `to`, equally spaced in the logarithm. Fails (UsageError) as `logarithmicGrid`; whether there
 * is such a parameter, the diagram says.
 *
 * @example
 * console.log(logarithmicAxis('elr', 0.1, 10, 3).values); // [ 0.1, 1, 10 ]
 */
export const logarithmicAxis = (name: string, from: number, to: number, count: number): Axis => ({
  name,
  values: logarithmicGrid(from, to, count),
  scale: 'logarithmic',
});

/**
 * An axis of `count` values from `from` to `to`, equally spaced. Fails (UsageError) as `linearGrid`.
 *
 * @example
 * console.log(linearAxis('noise', 0, 0.5, 3).values); // [ 0, 0.25, 0.5 ]
 */
export const linearAxis = (name: string, from: number, to: number, count: number): Axis => ({
  name,
  values: linearGrid(from, to, count),
  scale: 'linear',
});

const PARAMETERS: ReadonlyMap<string, ParameterName> = new Map([
  ['elr', 'elr'],
  ['lr', 'learningRate'],
  ['weight-decay', 'weightDecay'],
  ['momentum', 'momentum'],
  ['probability', 'probability'],
  ['noise', 'noise'],
  ['second-moment', 'secondMoment'],
  ['samples', 'samples'],
  ['batch', 'batch'],
]);

const ALPHA = /^alpha([1-9]\d*)$/;
export const AXIS_NAMES = `${[...PARAMETERS.keys()].join(', ')}, alpha1, alpha2 ..., ratio`;

interface Values {
  readonly allowed: string;
  readonly has: (value: number) => boolean;
}

const POSITIVE: Values = { allowed: 'positive numbers', has: (value) => value > 0 };
const NOT_NEGATIVE: Values = { allowed: 'numbers from 0 on', has: (value) => value >= 0 };
const WHOLE: Values = {
  allowed: 'whole numbers from 1 on, as in 1:64:7, whose steps are factors of 2, or 1:50:50:lin',
  has: (value) => Number.isSafeInteger(value) && value >= 1,
};
/** Other than positive. */
const VALUES: ReadonlyMap<string, Values> = new Map([
  ['weight-decay', NOT_NEGATIVE],
  ['noise', NOT_NEGATIVE],
  ['second-moment', { allowed: 'numbers from 1 on', has: (value) => value >= 1 }],
  ['samples', WHOLE],
  ['batch', WHOLE],
  ['momentum', { allowed: 'from 0 to below 1', has: (value) => value >= 0 && value < 1 }],
  ['probability', { allowed: 'above 0 and at most 1', has: (value) => value > 0 && value <= 1 }],
]);

function checkValues({ name, values }: Axis): void {
  if (values.length === 0) throw new UsageError(`the axis ${name} has no values; allowed: at least one`);
  const { allowed, has } = VALUES.get(name) ?? POSITIVE;
  const bad = values.find((value) => !(has(value) && Number.isFinite(value)));
  if (bad !== undefined) throw new UsageError(`the axis ${name} reaches ${bad}; allowed: ${allowed}`);
}

/** Refuses an axis that does not exist for a toy of `groups` groups, in one line. */
export function checkAxis(axis: Axis, groups: number): void {
  const alpha = ALPHA.exec(axis.name);
  const known =
    PARAMETERS.has(axis.name) ||
    (alpha !== null && Number(alpha[1]) <= groups) ||
    (axis.name === 'ratio' && groups === 2);
  if (!known) {
    const allowed = `${AXIS_NAMES} (alphaN up to the number of groups, ratio for two groups)`;
    throw new UsageError(`unknown axis ${axis.name}; allowed: ${allowed}`);
  }
  checkValues(axis);
}

/** Refuses axes that `checkAxis` does, or two of the same parameter. */
export function checkAxes(x: Axis, y: Axis, groups: number): void {
  for (const axis of [x, y]) checkAxis(axis, groups);
  if (x.name === y.name) throw new UsageError(`both axes are ${x.name}; allowed: two different ones`);
}

/** The alphas with one of them, or the ratio of two, set to a value. */
function withAlpha(alpha: ArrayLike<number>, name: string, value: number): number[] {
  if (name === 'ratio') {
    const sum = alpha[0]! + alpha[1]!;
    return [sum / (1 + value), (sum * value) / (1 + value)];
  }
  const changed = Array.from(alpha);
  changed[Number(ALPHA.exec(name)![1]) - 1] = value;
  return changed;
}

/** The parameters with one of them set to a value of its axis. */
export function withParameter(cell: CellParameters, name: string, value: number): CellParameters {
  const parameter = PARAMETERS.get(name);
  if (parameter !== undefined) return { ...cell, [parameter]: value };
  return { ...cell, alpha: withAlpha(cell.alpha, name, value) };
}

/** `withParameter` of every cell, each with a value of its own. */
export function withParameterEach(cells: ParameterColumns, name: string, values: Float64Array): ParameterColumns {
  const parameter = PARAMETERS.get(name);
  if (parameter !== undefined) return { ...cells, [parameter]: values };
  const { groups } = cells;
  const alphas = cells.alphas.slice();
  for (const [cell, value] of values.entries()) alphas.set(withAlpha(alphaOf(cells, cell), name, value), cell * groups);
  return { ...cells, alphas };
}
