import { describe, expect, it } from 'vitest';
import { regimePredictions, regimeRows } from '../../../src/experiments/regimes.js';
import { measureRun } from '../../../src/regime/analyse.js';
import { averageByElr } from '../../../src/regime/seed-averages.js';
import { regimesTable } from '../../../src/text/experiment/regimes-text.js';
import { regimesTwin } from '../../../toy/twins/regimes-toy.js';
import { convergingRun, equilibriumRun, SUM } from '../verify/toy-sweep.js';

const runs = [0.5, 1.2, 1.4, 1.6, 2, 10].map((k) => (k < 1 ? convergingRun(k) : equilibriumRun(k)));
const measured = averageByElr(runs.map((run) => measureRun(run, 0.4)));

describe('the regimes of a network', () => {
  it('have a row for each ELR, without a test error where none was measured', () => {
    const rows = regimeRows(measured, runs);
    expect(rows.map(({ elr }) => elr * SUM)).toEqual([0.5, 1.2, 1.4, 1.6, 2, 10].map((k) => expect.closeTo(k, 12)));
    expect(rows[4]!.loss.mean).toBeCloseTo(3.5 / 2, 12);
    expect(rows[4]!.egn.mean).toBeCloseTo((Math.sqrt(3) * SUM) / 2, 12);
    expect(rows[4]!.testError.mean).toBeNaN();
    expect(regimesTable([{ of: 'toy', rows }])).toMatch(/^toy +chaotic equilibrium +0\.286 +1\.75 /m);
  });

  it('are in order, and the loss in equilibrium rises with the ELR: four values once in 24', () => {
    expect(regimePredictions(measured).slice(0, 2)).toMatchObject([
      { holds: true, measured: 'convergence < chaotic equilibrium < divergence' },
      { holds: true, measured: 'order 1, p 0.042' },
    ]);
  });
});

describe('the toy beside it', () => {
  it('converges below its threshold, and has the loss of T4 above it, S / 2 (1 - 1/k)', () => {
    const [below, above] = regimesTwin([0.5, 2], { alpha: [1, 2, 4], steps: 400, seeds: [1, 2] });
    expect(below!.regime).toBe('convergence');
    expect(above!.regime).toBe('chaotic equilibrium');
    // Means over 200 steps of a chaotic orbit: within 10% of those over all time, and of each other.
    expect(above!.loss.mean / (3.5 / 2)).toBeCloseTo(1, 1);
    expect(above!.loss.error).toBeLessThan(0.2);
  });
});
