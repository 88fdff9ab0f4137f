import { describe, expect, it } from 'vitest';
import { recordedFloors, stepNoiseFloors, stepVelocityFloors } from '../../../src/sphere/noise-floor.js';

const floats = (...values: number[]) => Float64Array.from(values);

describe('the noise floor of steps from how far they go', () => {
  it('is that of their gradients without momentum: tan of the angle is ESS (K1)', () => {
    const [elr, egn] = [floats(0.01, 0.02), floats(30, 5)];
    const ess = elr.map((rate, i) => rate * egn[i]!);
    const floors = stepVelocityFloors({ elr, norm: floats(3, 3), angle: { values: ess.map(Math.atan) } }, 0)!;
    stepNoiseFloors({ egn, ess }).forEach((floor, i) => {
      expect(floors[i]! / floor).toBeCloseTo(1, 12);
    });
  });

  it('is found from the distance of points off the sphere and the norms of both: two points written out', () => {
    // From (5, 0) to (3.6, 4.8) of norm 6 and on to (3, 4) of norm 5: the tangent of the first angle is 4/3, the second is 0.
    const first = Math.hypot(3.6 - 5, 4.8) / 5;
    const second = Math.hypot(3 - 3.6, 4 - 4.8) / 6;
    const chord = { values: floats(first, second, 0) };
    const floors = stepVelocityFloors({ elr: floats(0.5, 0.5, 0.5), norm: floats(5, 6, 5), chord }, 0.9)!;
    expect(floors[0]).toBeCloseTo((1.9 * (16 / 9)) / (4 * 0.5), 12);
    expect(floors[1]).toBeCloseTo(0, 12);
  });

  it('is not known where steps record neither', () => {
    expect(stepVelocityFloors({ elr: floats(1), norm: floats(1) }, 0.9)).toBeUndefined();
  });
});

describe('the noise floor that the record of a run allows', () => {
  const columns = { elr: floats(0.5, 0.5), egn: floats(2, 2), ess: floats(1, 1), norm: floats(5, 5) };
  // tan(pi/4) = 1: (1 + 0.9) / (4 * 0.5).
  const angle = { values: floats(Math.PI / 4, Math.PI / 4) };

  it('is exact with momentum where steps record how far they went, and otherwise an upper estimate', () => {
    const exact = recordedFloors({ ...columns, angle }, 0.9);
    expect(exact.isUpperEstimate).toBe(false);
    exact.floors.forEach((floor) => {
      expect(floor).toBeCloseTo(0.95, 12);
    });
    // ess egn / (4 (1 - 0.9)) = 5.
    const bound = recordedFloors(columns, 0.9);
    expect(bound.isUpperEstimate).toBe(true);
    bound.floors.forEach((floor) => {
      expect(floor).toBeCloseTo(5, 12);
    });
  });

  it('is that of the gradients without momentum, whatever else is recorded', () => {
    expect(recordedFloors({ ...columns, angle }, 0)).toEqual({ floors: floats(0.5, 0.5), isUpperEstimate: false });
  });

  it('is an upper estimate where one step lacks its angle, but not where its gradient is lost too', () => {
    const lacking = { values: floats(Math.PI / 4, Number.NaN) };
    expect(recordedFloors({ ...columns, angle: lacking }, 0.9).isUpperEstimate).toBe(true);
    const diverged = { ...columns, egn: floats(2, Number.NaN), angle: lacking };
    expect(recordedFloors(diverged, 0.9).isUpperEstimate).toBe(false);
  });
});
