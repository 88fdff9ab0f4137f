// Compiled and run by `npm run smoke` in a project that has the packed package installed; every type is checked, those of
// the package's dependencies too.
import { classifyTrajectory, type Regime, UsageError } from 'sphere-regimes';
import { type Figure, figureText, toyLossFigure } from 'sphere-regimes/figure';
import { convergenceThreshold, equilibrium, evaluateCells, simulateToy } from 'sphere-regimes/toy';

const threshold: number = convergenceThreshold([1, 2, 4]);
if (Math.abs(threshold - 1 / 7) > 1e-15) throw new Error(`threshold ${threshold}, not 1/7`);
// k = 7/5: F* = (S/2)(1 - 1/k) = 3.5 (1 - 5/7) = 1.
const { loss, regime } = equilibrium([1, 2, 4], 0.2);
if (Math.abs(loss - 1) > 1e-12) throw new Error(`loss ${loss}, not 1`);
const regimes: readonly Regime[] = [regime];
const { trajectory } = simulateToy([1, 2, 4], 0.2, { steps: 4000 });
if (classifyTrajectory(trajectory, 3.5).regime !== regimes[0]) throw new Error('simulation and closed form disagree');
try {
  convergenceThreshold([]);
  throw new Error('an empty alpha was accepted');
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
}
// @ts-expect-error: alpha is a list of numbers.
const wrong = (): number => convergenceThreshold('1,2,4');
const elrs = [0.05, 0.2, 1];
const points = evaluateCells(elrs.map((elr) => ({ alpha: [1, 2, 4], elr }))).map((cell, i) => ({
  ...cell,
  elr: elrs[i]!,
}));
const figure: Figure = toyLossFigure({ alpha: [1, 2, 4], tolerance: 0.05, points }, {});
const text = figureText(figure, { width: 60, height: 16 });
if (text.split('\n').length !== 16) throw new Error('a figure of another height');
console.log(
  `toy: threshold ${threshold.toPrecision(4)}, ${regime}; ${typeof wrong}; a figure of ${text.length} characters`,
);
