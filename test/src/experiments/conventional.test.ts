import { describe, expect, it } from 'vitest';
import { type ConventionalRun, conventionalPredictions, lossBetween } from '../../../src/experiments/conventional.js';
import type { ElrPhase } from '../../../src/experiments/elr-phases.js';
import { measureRun } from '../../../src/regime/analyse.js';
import { convergingRun, equilibriumRun, SUM } from '../verify/toy-sweep.js';

const sphere = [convergingRun(0.5), equilibriumRun(1.2), equilibriumRun(1.6), equilibriumRun(2)].map((run) =>
  measureRun(run, 0.4),
);
const phase = (from: number, to: number, place: ElrPhase['place']): ElrPhase => ({
  ...{ place, from, to, elrs: [1, 1], loss: 1, noiseShare: 1 },
});
const run = (more: Partial<ConventionalRun>): ConventionalRun => ({
  ...{ label: 'plain', learningRate: 0.1, seed: 1, momentum: 0, schedule: 'constant', augment: false },
  ...{ phases: [phase(0, 100, 'regime 2')], regime: 'chaotic equilibrium' },
  ...{ loss: { mean: 1, error: 0.01 }, elr: Math.sqrt(1.2 * 1.6) / SUM, ...more },
});
const rows = (more: Partial<ConventionalRun>) => conventionalPredictions([run(more)], sphere);

describe('the loss of fixed ELRs between two of them', () => {
  it('is the geometric mean of theirs in the middle, and theirs at them', () => {
    // The loss of the toy is 3.5 (1 - 1 / k).
    const [a, b] = [1.2, 1.6].map((k) => 3.5 * (1 - 1 / k)) as [number, number];
    expect(lossBetween(sphere, Math.sqrt(1.2 * 1.6) / SUM)!.mean).toBeCloseTo(Math.sqrt(a * b), 10);
    expect(lossBetween(sphere, 1.6 / SUM)!.mean).toBeCloseTo(b, 10);
  });

  it('is not known between convergence and equilibrium, nor outside', () => {
    expect(lossBetween(sphere, 0.8 / SUM)).toBeUndefined();
    expect(lossBetween(sphere, 3 / SUM)).toBeUndefined();
    expect(lossBetween(sphere, 0.1 / SUM)).toBeUndefined();
  });
});

describe('rows of ordinary training', () => {
  const [, expected] = rows({});
  const loss = (factor: number) => ({ loss: { mean: factor * (expected!.predicted as number), error: 0.001 } });

  it('hold where regime and loss are those of the sphere', () => {
    expect(rows(loss(1.1)).map(({ holds, name }) => [holds, name])).toEqual([
      [true, 'regime of fixed ELRs there: plain, lr 0.1, seed 1'],
      [true, 'loss of fixed ELRs there: plain, lr 0.1, seed 1'],
    ]);
  });

  it('fail where they are not', () => {
    expect(rows(loss(1.4)).map(({ holds }) => holds)).toEqual([true, false]);
    expect(rows({ regime: 'convergence' }).map(({ holds }) => holds)).toEqual([false]);
  });

  it('are untested where the ELR changes its place late or is between regimes, and none with a schedule', () => {
    const notes = (more: Partial<ConventionalRun>) => rows(more).map(({ holds, note }) => [holds, note]);
    const late = [phase(0, 60, 'regime 2'), phase(60, 100, 'regime 1')];
    expect(notes({ phases: late, augment: true })).toEqual([[null, 'the ELR changes its place late']]);
    const between = { phases: [phase(0, 100, 'regime 2 or 3')], elr: 3 / SUM } as const;
    expect(notes(between).map(([holds]) => holds)).toEqual([null, null]);
    expect(notes({ regime: 'undecided' })).toEqual([[null, 'its regime is undecided']]);
    expect(rows({ schedule: 'cosine' })).toEqual([]);
  });
});
