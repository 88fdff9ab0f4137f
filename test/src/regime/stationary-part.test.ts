import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import { stationaryPart } from '../../../src/regime/stationary-part.js';

const random = randomSource(5);
const noise = Array.from({ length: 1000 }, () => 0.2 * random.gaussian());

describe('the stationary part of a run', () => {
  it('begins where the loss has settled', () => {
    const part = stationaryPart(noise.map((x, i) => Math.exp(x + 3 * Math.exp(-i / 50))));
    // After 150 steps 3 e^-3 = 0.15 is left, after 200 steps 0.05: less than the noise of one step.
    expect(part!.start).toBeGreaterThanOrEqual(100);
    expect(part!.start).toBeLessThanOrEqual(300);
    expect(part!.steps).toBe(1000 - part!.start);
    // Independent values, less what the estimate of their correlation scatters.
    expect(part!.independent).toBeGreaterThan(0.6 * part!.steps);
  });

  it('is all of a constant run, and of one that drifts by next to nothing', () => {
    expect(stationaryPart(new Array<number>(64).fill(0.3))).toEqual({ start: 0, steps: 64, independent: 64 });
    expect(stationaryPart(Array.from({ length: 64 }, (_, i) => 1 + 1e-4 * i))).not.toBeNull();
  });

  it('is not there in a run that drifts, is too short or ends in NaN', () => {
    expect(stationaryPart(noise.map((x, i) => Math.exp(x - i / 500)))).toBeNull();
    expect(stationaryPart([])).toBeNull();
    expect(stationaryPart([1, 1, 1])).toBeNull();
    expect(stationaryPart(noise.map((x, i) => (i > 900 ? Number.NaN : Math.exp(x))))).toBeNull();
    expect(stationaryPart(new Array<number>(64).fill(0))).toBeNull();
  });
});
