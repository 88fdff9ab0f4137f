import { describe, expect, it } from 'vitest';
import { standardError } from '../../../src/numerics/means.js';
import { randomSource } from '../../../src/numerics/random.js';
import { curveReading, fitEquilibriumCurve } from '../../../src/readings/curve-reading.js';
import { alphaOf } from '../../../src/readings/toy-reading.js';
import { measureRun } from '../../../src/regime/analyse.js';
import { averageOverSeeds } from '../../../src/regime/seed-averages.js';
import { equilibriumRun } from '../verify/toy-sweep.js';

const at = (elr: number, loss: number, error?: number) => ({
  elr,
  loss,
  errors: error === undefined ? null : { ...measureRun(equilibriumRun(1.5)).errors!, loss: error },
});

describe('the equilibrium curve A - B / elr of least squares', () => {
  it('is the one that points lie on, with no error left', () => {
    const curve = fitEquilibriumCurve([0.5, 1, 2, 8].map((elr) => at(elr, 3 - 1.2 / elr)))!;
    expect(curve.limit.mean).toBeCloseTo(3, 12);
    expect(curve.slope.mean).toBeCloseTo(1.2, 12);
    expect(curve.threshold.mean).toBeCloseTo(0.4, 12);
    expect(curve.threshold.error).toBeLessThan(1e-7);
    expect(curve.misfit).toBeLessThan(1e-12);
    expect(curve.points).toBe(4);
  });

  it('counts points by the square root of their loss: three points against sums written out', () => {
    // x = 1/elr: 2, 1, 1/2; y: 1, 2, 4; weights 1/y: 1, 1/2, 1/4.
    const [x, y, w] = [
      [2, 1, 0.5],
      [1, 2, 4],
      [1, 0.5, 0.25],
    ] as const;
    const sum = (of: (i: number) => number): number => of(0) + of(1) + of(2);
    const [s, sx, sy] = [sum((i) => w[i]!), sum((i) => w[i]! * x[i]!), sum((i) => w[i]! * y[i]!)];
    const [sxx, sxy] = [sum((i) => w[i]! * x[i]! ** 2), sum((i) => w[i]! * x[i]! * y[i]!)];
    const slope = (s * sxy - sx * sy) / (s * sxx - sx * sx);
    const limit = (sy - slope * sx) / s;
    const curve = fitEquilibriumCurve(x.map((inverse, i) => at(1 / inverse, y[i]!)))!;
    expect(curve.limit.mean).toBeCloseTo(limit, 12);
    expect(curve.slope.mean).toBeCloseTo(-slope, 12);
    expect(curve.threshold.mean).toBeCloseTo(-slope / limit, 12);
  });

  it('knows its threshold to the error that repeated noise shows', () => {
    const random = randomSource(3, 0);
    const elrs = [0.6, 0.8, 1, 1.5, 2, 4];
    const fits = Array.from({ length: 1500 }, () =>
      fitEquilibriumCurve(
        elrs.map((elr) => {
          const loss = 3 - 1.2 / elr;
          return at(elr, loss + 0.02 * Math.sqrt(loss) * random.gaussian());
        }),
      ),
    ).map((curve) => curve!.threshold);
    const spread = standardError(fits.map(({ mean }) => mean)) * Math.sqrt(fits.length);
    const told = Math.sqrt(fits.reduce((total, { error }) => total + error ** 2, 0) / fits.length);
    // 1,500 fits know either to 2%; the rest is the second order of the noise.
    expect(told / spread).toBeGreaterThan(0.93);
    expect(told / spread).toBeLessThan(1.07);
  });

  it('of two ELRs has the errors that those of the runs make', () => {
    const [a, b] = [at(1, 2, 0.01), at(2, 3, 0.01)];
    const curve = fitEquilibriumCurve([a, b])!;
    // A = 2b - a, B = 2(b - a), threshold B / A.
    const threshold = (one: number, two: number): number => (2 * (two - one)) / (2 * two - one);
    expect(curve.threshold.mean).toBeCloseTo(threshold(2, 3), 12);
    const slopes = [1e-6, -1e-6].map((h) => [threshold(2 + h, 3), threshold(2, 3 + h)]);
    const [da, db] = [0, 1].map((i) => (slopes[0]![i]! - slopes[1]![i]!) / 2e-6) as [number, number];
    // The errors are equal where the weights are by the root of the loss: within a tenth.
    expect(curve.threshold.error / (0.01 * Math.hypot(da, db))).toBeGreaterThan(0.8);
    expect(curve.threshold.error / (0.01 * Math.hypot(da, db))).toBeLessThan(1.2);
    expect(fitEquilibriumCurve([at(1, 2), at(2, 3)])!.threshold.error).toBeNaN();
  });

  it('is undefined where there is none', () => {
    expect(fitEquilibriumCurve([])).toBeUndefined();
    expect(fitEquilibriumCurve([at(1, 2)])).toBeUndefined();
    expect(fitEquilibriumCurve([at(1, 2), at(1, 3)])).toBeUndefined();
    // Falls with the ELR; keeps its level.
    expect(fitEquilibriumCurve([at(1, 2), at(2, 1)])).toBeUndefined();
    expect(fitEquilibriumCurve([at(1, 2), at(2, 2)])).toBeUndefined();
    expect(fitEquilibriumCurve([at(1, Number.NaN), at(2, 2)])).toBeUndefined();
  });

  it('reads the toy itself as what it is', () => {
    const runs = [1.2, 1.5, 2, 2.4].map((k) => measureRun(equilibriumRun(k)));
    const reading = curveReading(runs)!;
    expect(reading.threshold.mean).toBeCloseTo(1 / 7, 10);
    expect(alphaOf(reading).map((alpha) => alpha.toFixed(8))).toEqual(['1.00000000', '2.00000000', '4.00000000']);
    expect(curveReading([averageOverSeeds(runs.slice(0, 1))])).toBeUndefined();
  });
});
