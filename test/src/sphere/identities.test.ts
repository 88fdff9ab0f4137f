import { describe, expect, it } from 'vitest';
import {
  accumulateResiduals,
  jointStepResidual,
  NO_RESIDUALS,
  runResiduals,
  shareUpdateResidual,
  stepAngleResidual,
} from '../../../src/sphere/identities.js';
import type { StepQuantities } from '../../../src/sphere/quantities.js';

const identityResiduals = (steps: readonly StepQuantities[]) => runResiduals(steps).identities;

/** One residual after another, step by step, of steps that may have lost their cosines before. */
const oneByOne = (steps: readonly StepQuantities[]) =>
  steps.reduce((residuals, step, i) => accumulateResiduals(residuals, step, steps[i - 1]), NO_RESIDUALS);

/** Two groups with shares 1/4 and 3/4 and ess 2 and 1: ess^2 = 1/4 * 4 + 3/4 = 7/4. */
const first: StepQuantities = {
  step: 0,
  loss: 1,
  elr: 0.5,
  egn: 2 * Math.sqrt(7 / 4),
  ess: Math.sqrt(7 / 4),
  norm: 1,
  angle: Math.atan(Math.sqrt(7 / 4)),
  groups: [
    { name: 'a', share: 0.25, egn: 1, ess: 2 },
    { name: 'b', share: 0.75, egn: 1.5, ess: 1 },
  ],
};
/** w' = (1/4 * 5, 3/4 * 2) / (11/4) = (5/11, 6/11). */
const second: StepQuantities = {
  ...first,
  step: 1,
  groups: [
    { name: 'a', share: 5 / 11, egn: 1, ess: Math.sqrt(7 / 4) },
    { name: 'b', share: 6 / 11, egn: 1, ess: Math.sqrt(7 / 4) },
  ],
};

describe('residuals', () => {
  it('are 0 to rounding on steps worked out by hand', () => {
    const residuals = identityResiduals([first, second]);
    for (const value of Object.values(residuals)) expect(value).toBeLessThan(1e-15);
  });

  it('K1 is the excess of the angle', () => {
    expect(stepAngleResidual({ ...first, angle: first.angle! + 0.01 })).toBeCloseTo(0.01, 14);
    const { angle: _, ...unmeasured } = first;
    expect(stepAngleResidual(unmeasured)).toBe(0);
  });

  it('K2 is relative to ess^2', () => {
    // 7/4 from the groups against 1.
    expect(jointStepResidual({ ...first, ess: 1 })).toBeCloseTo(0.75, 14);
    expect(jointStepResidual({ ...first, ess: 0 })).toBeCloseTo(1.75, 14);
    const tiny = (scale: number): StepQuantities => ({
      ...first,
      ess: first.ess * scale,
      groups: first.groups.map((group) => ({ ...group, ess: group.ess * scale })),
    });
    // The squares of such steps are below the smallest double.
    expect(jointStepResidual(tiny(1e-200))).toBeLessThan(1e-15);
    expect(jointStepResidual({ ...tiny(1e-200), ess: 1e-200 })).toBeCloseTo(0.75, 14);
  });

  it('K3 is the largest deviation of a share', () => {
    const moved = {
      ...second,
      groups: second.groups.map((group, i) => ({ ...group, share: group.share + 0.01 * (1 - 3 * i) })),
    };
    expect(shareUpdateResidual(first, moved)).toBeCloseTo(0.02, 14);
  });

  it('keep the largest of a run, and compare consecutive steps only', () => {
    const off = { ...second, angle: 0 };
    const residuals = identityResiduals([first, off, { ...second, step: 5, groups: first.groups }]);
    expect(residuals.K1).toBeCloseTo(first.angle!, 14);
    // The shares of step 5 do not follow from step 1, and need not.
    expect(residuals.K3).toBeLessThan(1e-15);
    expect(identityResiduals([second, { ...first, step: 2 }]).K3).toBeGreaterThan(0.1);
    expect(identityResiduals([])).toEqual(NO_RESIDUALS);
  });

  it('never lose a NaN', () => {
    const broken = { ...first, ess: Number.NaN };
    const residuals = identityResiduals([broken, second, { ...second, step: 2, groups: first.groups }]);
    expect(residuals.K1).toBeNaN();
    expect(residuals.K2).toBeNaN();
    expect(residuals.K3).toBeNaN();
    expect(accumulateResiduals({ K1: 1, K2: 2, K3: 3 }, first)).toEqual({ K1: 1, K2: 2, K3: 3 });
  });

  it('are the same in one pass, with and without cosines', () => {
    const cosine = (step: StepQuantities, radial: number): StepQuantities => ({
      ...step,
      radial,
      groups: step.groups.map((group, i) => ({ ...group, radial: radial * (1 - 3 * i) })),
    });
    const steps = [cosine(first, 0.01), cosine(second, -0.02), { ...second, step: 2 }];
    const plain = steps.map(({ radial: _, groups, ...step }) => ({
      ...step,
      groups: groups.map(({ radial: __, ...group }) => group),
    }));
    const found = runResiduals(steps);
    expect(found).toEqual({
      identities: oneByOne(plain),
      kinematics: oneByOne(steps),
      // |-0.02 (1 - 3)|.
      radial: 0.04,
      // The next test is about it.
      radialAtStart: expect.any(Number),
    });
    expect(found.kinematics.K3).not.toBe(found.identities.K3);
    expect(runResiduals([])).toEqual({
      identities: NO_RESIDUALS,
      kinematics: NO_RESIDUALS,
      radial: 0,
      radialAtStart: 0,
    });
  });

  it('weigh a cosine by the squared norm that its group has kept since the first step, at most 1', () => {
    const at = (step: number, norm: number, share: number, radial: number): StepQuantities => {
      const group = { ...first.groups[0]!, radial };
      return {
        ...first,
        step,
        norm,
        groups: [
          { ...group, share },
          { ...group, share: 1 - share, radial: 0 },
        ],
      };
    };
    // Squared norms 2, 8 x 1/16 = 1/2 and 8: a quarter of the first, and more than it.
    const steps = [at(0, 2, 0.5, 0.1), at(1, Math.sqrt(8), 1 / 16, 0.6), at(2, 4, 0.5, 0.05)];
    expect(runResiduals(steps.slice(0, 2)).radialAtStart).toBeCloseTo(0.6 / 4, 14);
    expect(runResiduals([steps[0]!, steps[2]!]).radialAtStart).toBe(0.1);
    expect(runResiduals(steps).radial).toBe(0.6);
    expect(runResiduals([at(0, 2, 0, 0.1), at(1, 2, 0, 0.2)]).radialAtStart).toBe(0.2);
    expect(runResiduals([steps[0]!, at(1, Number.NaN, 0.5, Number.NaN)]).radialAtStart).toBeNaN();
  });
});
