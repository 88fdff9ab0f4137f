/** Axes of sweeps and phase diagrams: a parameter of the toy and the values it takes. */
import { UsageError } from '../src/usage-error.js';
import type { CellParameters } from './cells.js';

export interface Axis {
  /** elr, lr, weight-decay, momentum, probability, noise, alphaN, or ratio: alpha2 / alpha1 at a constant sum. */
  readonly name: string;
  readonly values: readonly number[];
  readonly scale: 'logarithmic' | 'linear';
}

const PARAMETERS: Readonly<Record<string, Exclude<keyof CellParameters, 'alpha'>>> = {
  elr: 'elr',
  lr: 'learningRate',
  'weight-decay': 'weightDecay',
  momentum: 'momentum',
  probability: 'probability',
  noise: 'noise',
};

const ALPHA = /^alpha([1-9]\d*)$/;
export const AXIS_NAMES = `${Object.keys(PARAMETERS).join(', ')}, alpha1, alpha2 ..., ratio`;

/** Parameters that must be below 1, or at most 1. */
const BELOW_ONE = new Set(['momentum', 'weight-decay']);

function checkValues({ name, values }: Axis): void {
  const worst = Math.max(...values);
  if (BELOW_ONE.has(name) && worst >= 1) throw new UsageError(`${name} reaches ${worst}; allowed: below 1`);
  if (name === 'probability' && worst > 1) throw new UsageError(`${name} reaches ${worst}; allowed: at most 1`);
}

/** Refuses an axis that does not exist for a toy of `groups` groups, in one line. */
export function checkAxis(axis: Axis, groups: number): void {
  const alpha = ALPHA.exec(axis.name);
  const known =
    axis.name in PARAMETERS ||
    (alpha !== null && Number(alpha[1]) <= groups) ||
    (axis.name === 'ratio' && groups === 2);
  if (!known) {
    const allowed = `${AXIS_NAMES} (alphaN up to the number of groups, ratio for two groups)`;
    throw new UsageError(`unknown axis ${axis.name}; allowed: ${allowed}`);
  }
  checkValues(axis);
}

/** The parameters with one of them set to a value of its axis. */
export function withParameter(cell: CellParameters, name: string, value: number): CellParameters {
  const parameter = PARAMETERS[name];
  if (parameter !== undefined) return { ...cell, [parameter]: value };
  if (name === 'ratio') {
    const sum = cell.alpha[0]! + cell.alpha[1]!;
    return { ...cell, alpha: [sum / (1 + value), (sum * value) / (1 + value)] };
  }
  const group = Number(ALPHA.exec(name)![1]) - 1;
  return { ...cell, alpha: cell.alpha.map((alpha, i) => (i === group ? value : alpha)) };
}
