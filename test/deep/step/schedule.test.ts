import { describe, expect, it } from 'vitest';
import { scheduledFactor } from '../../../deep/step/schedule.js';
import type { Schedule } from '../../../src/run/training-settings.js';

const values = (schedule: Schedule, steps: number): number[] =>
  Array.from({ length: steps }, (_, step) => scheduledFactor(schedule, step, { steps }));

const whole = { from: 0, to: 1 };
const half = Math.SQRT1_2;

describe('a schedule', () => {
  it.each<[string, Schedule, number[]]>([
    ['constant', { kind: 'constant' }, [1, 1, 1, 1]],
    ['linear', { kind: 'linear', factor: 0, ...whole }, [1, 0.75, 0.5, 0.25]],
    ['linear to a tenth', { kind: 'linear', factor: 0.1, ...whole }, [1, 0.775, 0.55, 0.325]],
    ['linear upwards', { kind: 'linear', factor: 3, ...whole }, [1, 1.5, 2, 2.5]],
    ['cosine', { kind: 'cosine', factor: 0, ...whole }, [1, (1 + half) / 2, 0.5, (1 - half) / 2]],
    ['cosine to a half', { kind: 'cosine', factor: 0.5, ...whole }, [1, (3 + half) / 4, 0.75, (3 - half) / 4]],
    ['step', { kind: 'step', factor: 0.5, milestones: [1, 3] }, [1, 0.5, 0.5, 0.25]],
    ['step twice at once', { kind: 'step', factor: 0.1, milestones: [2, 2] }, [1, 1, 0.01, 0.01]],
  ])('%s', (_, schedule, expected) => {
    for (const [i, value] of expected.entries()) expect(values(schedule, expected.length)[i]).toBeCloseTo(value, 14);
  });

  // Three epochs of two steps. PyTorch's CosineAnnealingLR(T_max=3), stepped once an epoch from 1: 1, 0.75, 0.25.
  it.each<[string, Schedule, number[]]>([
    ['cosine', { kind: 'cosine', factor: 0, ...whole, by: 'epoch' }, [1, 1, 0.75, 0.75, 0.25, 0.25]],
    ['linear', { kind: 'linear', factor: 0.4, ...whole, by: 'epoch' }, [1, 1, 0.8, 0.8, 0.6, 0.6]],
    ['step', { kind: 'step', factor: 0.5, milestones: [1, 4], by: 'epoch' }, [1, 1, 0.5, 0.5, 0.25, 0.25]],
  ])('%s by epochs changes at their beginnings only', (_, schedule, expected) => {
    const found = expected.map((_, step) => scheduledFactor(schedule, step, { steps: 6, perEpoch: 2 }));
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 14);
    });
  });

  it('falls over a part of the run only, where it is told so', () => {
    const found = values({ kind: 'linear', factor: 0.01, from: 0.5, to: 0.9 }, 10);
    const expected = [1, 1, 1, 1, 1, 1, 0.7525, 0.505, 0.2575, 0.01];
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 14);
    // A span without width is a single drop.
    expect(values({ kind: 'cosine', factor: 0.1, from: 0.5, to: 0.5 }, 4)).toEqual([1, 1, 0.1, 0.1]);
  });
});
