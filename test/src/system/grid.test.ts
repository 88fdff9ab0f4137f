import { expect, it } from 'vitest';
import { linearGrid, logarithmicGrid } from '../../../src/system/grid.js';
import { UsageError } from '../../../src/system/usage-error.js';
import { linearAxis, logarithmicAxis } from '../../../toy/phase/axis.js';

it('has numbers that are written in few digits as they are written', () => {
  expect(logarithmicGrid(1e-5, 1, 6)).toEqual([1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]);
  expect(linearGrid(0, 0.5, 6)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  expect(logarithmicGrid(8, 1, 4)).toEqual([8, 4, 2, 1]);
});

it('has a constant ratio, or a constant difference', () => {
  // The twelfth digit of a number that begins with 1 is 1e-11 of it, so rounding moves each by at most 5e-12 of itself.
  const ratios = logarithmicGrid(0.3, 70, 12).map((value, i, all) => (i === 0 ? 0 : value / all[i - 1]!));
  for (const ratio of ratios.slice(1)) expect(Math.abs(ratio - (70 / 0.3) ** (1 / 11))).toBeLessThan(1e-11 * ratio);
  const values = linearGrid(-1, 2, 8);
  for (const [i, value] of values.entries()) expect(Math.abs(value - (-1 + (3 * i) / 7))).toBeLessThan(1e-11);
});

it('makes axes', () => {
  expect(logarithmicAxis('elr', 0.1, 10, 3)).toEqual({ name: 'elr', values: [0.1, 1, 10], scale: 'logarithmic' });
  expect(linearAxis('noise', 0, 1, 2)).toEqual({ name: 'noise', values: [0, 1], scale: 'linear' });
});

const TOO_FAR = 'the ends of a grid are too far apart to compute with; allowed: a factor or distance below 1e308';

it.each([
  [() => logarithmicGrid(0, 1, 3), 'a grid cannot begin or end at 0; allowed: positive numbers'],
  [() => logarithmicGrid(1, Number.NaN, 3), 'a grid cannot begin or end at NaN; allowed: positive numbers'],
  [() => linearGrid(0, Number.POSITIVE_INFINITY, 3), 'a grid cannot begin or end at Infinity; allowed: finite numbers'],
  [() => logarithmicGrid(1e-300, 1e300, 3), TOO_FAR],
  [() => linearGrid(-1.7e308, 1.7e308, 3), TOO_FAR],
  [() => linearGrid(0, 1, 1), 'a grid cannot have 1 numbers; allowed: whole numbers from 2 on'],
  [() => linearGrid(0, 1, 2.5), 'a grid cannot have 2.5 numbers; allowed: whole numbers from 2 on'],
])('refuses %s', (grid, message) => {
  expect(grid).toThrow(new UsageError(message));
});
