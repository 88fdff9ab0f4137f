import { describe, expect, it } from 'vitest';
import { measureRun } from '../../../src/regime/analyse.js';
import { convergingRun, equilibriumRun, run, STEPS, steps } from '../verify/toy-sweep.js';

describe('a measured run', () => {
  it('in equilibrium has the closed form of the toy', () => {
    const k = 1.5;
    const found = measureRun(equilibriumRun(k));
    // Means of equal numbers in float64.
    const near = (value: number) => expect.closeTo(value, 12);
    expect(found).toMatchObject({
      elr: 1.5 / 7,
      regime: 'chaotic equilibrium',
      status: 'finished',
      steps: STEPS,
      loss: near(3.5 / 3),
      accuracy: 0.5,
      // S sqrt(1 - 1/k^2).
      egn: near(7 * Math.sqrt(1 - 1 / 2.25)),
      ess: near(Math.sqrt(1.25)),
      shares: [near(1 / 7), near(2 / 7), near(4 / 7)],
      equilibriumShares: [near(1 / 7), near(2 / 7), near(4 / 7)],
      effectiveStep: near(Math.sqrt(1.25)),
      groupEffectiveSteps: [near(Math.sqrt(1.25)), near(Math.sqrt(1.25)), near(Math.sqrt(1.25))],
      radial: 0,
      radialAtStart: 0,
      randomLoss: 3.5,
    });
    for (const residual of Object.values(found.identities)) expect(residual).toBeLessThan(1e-14);
  });

  it('is averaged over its second half, the identities over all of it', () => {
    const elr = 0.2;
    const late = steps(
      (i) => (i < STEPS / 2 ? 100 : 2),
      (i) => (i < STEPS / 2 ? 9 : 0.5),
      elr,
    );
    const off = late.map((step, i) => (i === 3 ? { ...step, angle: 0 } : step));
    const { loss, ess, identities } = measureRun(run(elr, off));
    expect(loss).toBe(2);
    expect(ess).toBe(0.5);
    expect(identities.K1).toBeCloseTo(Math.atan(9), 12);
  });

  it('is averaged over its stationary part where it is in equilibrium, its second half elsewhere', () => {
    const elr = 0.2;
    const early = steps(
      (i) => (i < STEPS / 4 ? 3 - i / 16 : 2),
      () => 0.5,
      elr,
    );
    const found = measureRun(run(elr, early));
    // Starts are a twentieth of the run apart; the fall ends at step 16.
    expect(found.stationary!.start).toBeGreaterThanOrEqual(16);
    expect(found.stationary!.start).toBeLessThanOrEqual(20);
    expect(found).toMatchObject({ seed: 1, loss: 2, randomLossError: 0.1, errors: { loss: 0, ess: 0 } });
    const falling = measureRun(convergingRun(0.9));
    expect(falling).toMatchObject({ stationary: null, errors: null });
    // 2^(-i / 8) over the second half of 64: a geometric sum.
    expect(falling.loss).toBeCloseTo((2 ** -4 * (1 - 2 ** -4)) / (1 - 2 ** (-1 / 8)) / 32, 12);
    expect(measureRun(equilibriumRun(10))).toMatchObject({ stationary: { start: 0 }, errors: { loss: 0 } });
  });

  it('has the effective step that K4 averages: sqrt(exp(mean log(1 + ess^2)) - 1)', () => {
    const elr = 0.2;
    const { effectiveStep, ess } = measureRun(
      run(
        elr,
        steps(
          () => 1,
          (i) => (i % 2 === 0 ? 0.5 : 2),
          elr,
        ),
      ),
    );
    expect(ess).toBeCloseTo(1.25, 12);
    // The geometric mean of 1.25 and 5 is 2.5.
    expect(effectiveStep).toBeCloseTo(Math.sqrt(1.5), 12);
  });

  it('is judged by its regime, and not before it is finished', () => {
    expect(measureRun(convergingRun(0.9)).regime).toBe('convergence');
    expect(measureRun(equilibriumRun(10)).regime).toBe('divergence');
    // 1 - 1/k = 0.6 is where a tolerance of 40% begins; with 5% it begins at k = 20.
    expect(measureRun(equilibriumRun(10), 0.05).regime).toBe('chaotic equilibrium');
    expect(measureRun(equilibriumRun(21), 0.05).regime).toBe('divergence');
    const unfinished = measureRun(equilibriumRun(1.5, 'running'));
    expect(unfinished.regime).toBe('undecided');
    expect(unfinished.evidence.reason).toBe('the run is not finished');
    expect(measureRun(equilibriumRun(1.5, 'failed')).status).toBe('failed');
  });

  it('that became NaN is undecided and says so in its numbers', () => {
    const elr = 0.2;
    const broken = measureRun(
      run(
        elr,
        steps(
          (i) => (i < STEPS - 1 ? 1 : Number.NaN),
          () => 0.5,
          elr,
        ),
        'failed',
      ),
    );
    expect(broken.regime).toBe('undecided');
    expect(broken.loss).toBeNaN();
    expect(broken.ess).toBeCloseTo(0.5, 12);
  });

  it('is measured once for a tolerance', () => {
    const given = equilibriumRun(1.5);
    expect(measureRun(given)).toBe(measureRun(given));
    expect(measureRun(given, 0.05)).not.toBe(measureRun(given));
  });
});
