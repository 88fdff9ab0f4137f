import { describe, expect, it } from 'vitest';
import { type MeasuredRun, measureRun } from '../../../src/regime/analyse.js';
import { gradientFallPredictions } from '../../../src/verify/gradient-fall-rows.js';
import { divergenceSharePredictions, floorPredictions } from '../../../src/verify/noise-rows.js';
import { convergingRun, equilibriumRun, run, steps } from './toy-sweep.js';

/** A run that converges at 0.001 with this exponent and noise share. */
const converging = (q: number, error: number, share: number, elr = 0.001): MeasuredRun => ({
  ...measureRun(convergingRun(0.9)),
  elr,
  loss: 0.2,
  gradientFall: { value: q, error },
  noiseShare: { value: share, error: 0.01 },
});

const BRACKET = { below: 0.0015, above: 0.0025 };

describe('the fall of gradients with the loss of a converging run', () => {
  it('with q = 1 tells the threshold 4 L / E|g|^2 = elr / R', () => {
    const [exponent, threshold] = gradientFallPredictions([converging(1.03, 0.02, 0.5)], BRACKET);
    expect(exponent).toMatchObject({ predicted: 1, measured: 1.03, error: expect.closeTo(0.03, 12), holds: true });
    expect(exponent!.note).toContain('sharp threshold');
    // 0.001 / 0.5 = 0.002, between 0.0015 and 0.0025; its error is that of R, a fiftieth.
    expect(threshold).toMatchObject({
      predicted: expect.closeTo(0.002, 12),
      predictedError: expect.closeTo(0.002 / 50, 12),
      holds: true,
    });
    const [, outside] = gradientFallPredictions([converging(1.03, 0.02, 0.35)], BRACKET);
    expect(outside).toMatchObject({ predicted: expect.closeTo(0.001 / 0.35, 12), holds: false });
  });

  it('with q below 1 heads for the loss at which R is 1', () => {
    const [exponent, threshold] = gradientFallPredictions([converging(0.5, 0.05, 0.5)], BRACKET);
    expect(exponent).toMatchObject({ measured: 0.5, holds: false });
    // R goes as L^-0.5: it doubles where L falls to a quarter of 0.2.
    expect(exponent!.note).toContain('to 1 at loss 0.05');
    expect(threshold).toMatchObject({ holds: null, note: 'q = 0.5: R gives a threshold only for q = 1' });
  });

  it('with q above 1 goes on converging', () => {
    const [exponent] = gradientFallPredictions([converging(1.5, 0.05, 0.5)], BRACKET);
    expect(exponent).toMatchObject({ holds: false, note: 'R falls with the loss: the run goes on converging' });
  });

  it('too uncertain to tell is untested', () => {
    const [exponent] = gradientFallPredictions([converging(1.1, 0.3, 0.5)], BRACKET);
    expect(exponent).toMatchObject({ holds: null, note: expect.stringContaining('too uncertain') });
  });

  it('says nothing where noise does not limit the run, or the run is short, or none converges', () => {
    for (const [runs, note] of [
      [[converging(1, 0.01, 0.2)], /^R = 0.2: below 0.3 noise does not limit/],
      [[measureRun(convergingRun(0.9))], /too short/],
      [[], /no run converges/],
    ] as const)
      for (const row of gradientFallPredictions(runs, BRACKET))
        expect(row).toMatchObject({ holds: null, note: expect.stringMatching(note) });
  });

  it('takes the threshold from the largest ELR of those that converge', () => {
    const rows = gradientFallPredictions([converging(1, 0.01, 0.3, 0.0005), converging(1, 0.01, 0.5)], BRACKET);
    expect(rows).toHaveLength(3);
    expect(rows[2]!.predicted).toBeCloseTo(0.002, 12);
  });
});

/** In equilibrium at loss 0.4 with this share. */
const equilibrium = (value: number, error: number): MeasuredRun => ({
  ...measureRun(equilibriumRun(1.5)),
  elr: 0.004,
  loss: 0.4,
  noiseShare: { value, error },
});

describe('the noise floor of a run in equilibrium', () => {
  it('is its loss, to a factor 1.25', () => {
    const of = (value: number, error = 0.01) => floorPredictions([equilibrium(value, error)])[0]!;
    expect(of(0.81)).toMatchObject({
      name: 'loss = noise floor (R = 1), ELR 0.004',
      predicted: expect.closeTo(0.324, 12),
      measured: 0.4,
      error: expect.closeTo(1 / 0.81, 12),
      errorKind: 'factor',
      holds: true,
      note: 'R = 0.81',
    });
    expect([0.79, 1.24, 1.26].map((value) => of(value).holds)).toEqual([false, true, false]);
    // 30% of what may be 25%.
    expect(of(1, 0.3)).toMatchObject({ holds: null, note: expect.stringContaining('too uncertain') });
    // Far beyond that it fails all the same.
    expect(of(4, 0.5).holds).toBe(false);
  });

  it('is untested without a stationary part, and without a run', () => {
    expect(floorPredictions([{ ...equilibrium(1, 0.01), stationary: null }])[0]!.note).toMatch(/stationary/);
    expect(floorPredictions([])).toMatchObject([{ holds: null, note: 'no run in equilibrium' }]);
  });
});

describe('the lower bound on R of a diverged run', () => {
  it('is the R of T4 where the toy diverges', () => {
    const diverged = (value: number, error: number) =>
      divergenceSharePredictions([{ ...equilibrium(value, error), regime: 'divergence' }], 0.4)[0]!;
    expect(diverged(90, 40)).toMatchObject({ predicted: 1.75, measured: 90, error: 0, holds: true });
    // As runs in equilibrium have it.
    expect(diverged(0.9, 0.05)).toMatchObject({ holds: false, error: expect.closeTo(1.75 / 0.9 - 1, 12) });
    expect(diverged(1.7, 1)).toMatchObject({ holds: null });
    expect(divergenceSharePredictions([], 0.4)).toMatchObject([{ holds: null, note: 'no run diverges' }]);
  });
});

describe('the exponent of a run as it is measured', () => {
  it('is that of its gradients: g^2 ~ L^0.5', () => {
    const elr = 0.1;
    const loss = (i: number): number => 2 ** (-i / 40);
    const long = [0, 64, 128, 192].flatMap((start) =>
      steps(
        (i) => loss(start + i),
        (i) => 0.1 * loss(start + i) ** 0.25,
        elr,
      ).map((step) => ({ ...step, step: start + step.step })),
    );
    const found = measureRun(run(elr, long));
    expect(found.regime).toBe('convergence');
    // Means over blocks of eight steps, 0.14 nats: off by 0.14^2 / 24 at most.
    expect(Math.abs(found.gradientFall!.value - 0.5)).toBeLessThan(1e-3);
    expect(measureRun(equilibriumRun(1.5)).gradientFall).toBeNull();
  });
});
