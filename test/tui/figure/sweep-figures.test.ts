import { describe, expect, it } from 'vitest';
import type { SweepRun } from '../../../src/run/recorded-run.js';
import { drawable } from '../../../tui/figure/drawable.js';
import { epochFigure, epochMeans } from '../../../tui/figure/epoch-curves.js';
import { equilibriumLineFigure, lineThroughRuns } from '../../../tui/figure/equilibrium-line.js';
import type { Figure } from '../../../tui/figure/figure.js';
import { networkBarsFigure } from '../../../tui/figure/group-bars.js';
import { networkPlaneFigure } from '../../../tui/figure/loss-egn.js';
import { networkLossFigure, toyLossFigure } from '../../../tui/figure/loss-elr.js';
import type { SweepData } from '../../../tui/figure/sweep-data.js';
import { sweepData } from '../../../tui/figure/sweep-runs.js';
import { trajectoryFigure } from '../../../tui/figure/trajectory.js';
import { convergingRun, equilibriumRun, SUM } from '../../src/verify/toy-sweep.js';

/** A sweep that is the toy itself: every point lies on the closed form. */
const dataOf = (runs: readonly SweepRun[]): SweepData =>
  sweepData(runs, { title: 'toy sweep', alpha: [1, 2, 4], tolerance: 0.4 });
const SWEEP = dataOf([
  convergingRun(0.9),
  equilibriumRun(1.2),
  equilibriumRun(1.5),
  equilibriumRun(2),
  equilibriumRun(10),
]);
const NONE = dataOf([]);

const seriesOf = ({ series }: Figure, kind: string) => series.filter((one) => one.kind === kind);
const theoryOf = (figure: Figure) => seriesOf(figure, 'theory')[0]!;

/** y of a series at x, between its points by a straight line. */
function valueAt(points: readonly { x: number; y: number }[], x: number): number {
  const after = points.findIndex((point) => point.x >= x);
  const [a, b] = [points[Math.max(0, after - 1)]!, points[after]!];
  return a.x === b.x ? b.y : a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x);
}

/** The curve is drawn by 400 points: between two of them a straight line is this near. */
const NEAR = 3;

describe('loss against ELR', () => {
  const figure = networkLossFigure(SWEEP);

  it('has the runs at 1 - 1/k, their regimes, and no threshold that is read off them', () => {
    const [runs] = seriesOf(figure, 'points');
    expect(runs!.points.map(({ regime }) => regime)).toEqual([
      'convergence',
      'chaotic equilibrium',
      'chaotic equilibrium',
      'chaotic equilibrium',
      'divergence',
    ]);
    for (const [i, k] of [1.2, 1.5, 2, 10].entries()) {
      expect(runs!.points[i + 1]!.x).toBeCloseTo(k / SUM, 12);
      // Random points of the manifest lose what they lose; the sweep's own number is divided by it.
      expect(runs!.points[i + 1]!.y).toBeCloseTo((3.5 * (1 - 1 / k)) / SWEEP.verification.runs[0]!.randomLoss, 12);
    }
    expect(figure.marks).toEqual([]);
    expect(SWEEP.threshold).toBeUndefined();
  });

  it('has the noise floor of each run over them, (k + 1) / 2 times the loss of T4, and T4 dashed through two', () => {
    const [floor, line] = seriesOf(figure, 'theory');
    expect([floor!.name, floor!.look, line!.look]).toEqual(['noise floor', undefined, 'dashed']);
    // Steps are too large for it at R = 35/18 (from 1.75 on) and in divergence.
    expect(floor!.points.map(({ y, reason }) => [Number.isFinite(y), reason])).toEqual([
      [false, 'R 1.94: steps are too large for the noise floor'],
      ...Array(3).fill([true, undefined]),
      [false, 'divergence: steps are too large for the noise floor'],
    ]);
    expect(figure.details!.at(-2)).toMatch(/^no noise floor at 2 of 5 ELRs/);
    const { randomLoss } = SWEEP.verification.runs[0]!;
    for (const [i, k] of [1.2, 1.5, 2].entries())
      expect(floor!.points[i + 1]!.y).toBeCloseTo((((k + 1) / 2) * 3.5 * (1 - 1 / k)) / randomLoss, 9);
    expect(valueAt(line!.points, 0.5 / SUM)).toBe(0);
    for (const k of [1.2, 1.5, 2, 9.9])
      expect(valueAt(line!.points, k / SUM)).toBeCloseTo((3.5 * (1 - 1 / k)) / randomLoss, NEAR);
  });

  it('marks k = 1 where R of a converging run tells it', () => {
    const marked = networkLossFigure({ ...SWEEP, threshold: 0.15 });
    expect(marked.marks).toEqual([{ x: 0.15, name: 'k = 1 by R', kind: 'threshold' }]);
  });

  it('has no line of T4 without two equilibria', () => {
    const early = networkLossFigure(dataOf([convergingRun(0.9)]));
    expect(seriesOf(early, 'theory')).toEqual([]);
    expect(early.marks).toEqual([]);
    const empty = networkLossFigure(NONE);
    expect(empty.series.flatMap(({ points }) => points)).toEqual([]);
    expect(empty.notes).toEqual([]);
  });

  it('of the toy leaves out what collapsed', () => {
    const points = [
      { elr: 0.2, relativeLoss: 0.3, regime: 'chaotic equilibrium' as const },
      { elr: 2, relativeLoss: 5, regime: 'undecided' as const, collapsed: true },
    ];
    const toy = toyLossFigure({ alpha: [1, 2, 4], tolerance: 0.4, points });
    expect(seriesOf(toy, 'points')[0]!.points.map(({ y }) => y)).toEqual([0.3, Number.NaN]);
    expect(toy.marks[0]!.x).toBeCloseTo(1 / 7, 12);
  });
});

describe('the equilibrium line', () => {
  it('is A - B/ELR with zero at the threshold, in units where A is the loss of random points', () => {
    const figure = equilibriumLineFigure(SWEEP);
    const [through] = seriesOf(figure, 'theory');
    expect(through!.look).toBe('dashed');
    // The toy's own A is S/2, whatever the manifest says of random points.
    expect(through!.points[0]!.y).toBeCloseTo(3.5, 9);
    expect(through!.points.at(-1)!.x).toBeCloseTo(SUM, 9);
    for (const { x, y } of seriesOf(figure, 'points')[0]!.points) expect(valueAt(through!.points, x)).toBeCloseTo(y, 9);
  });

  it('has a band that is the error of each loss at its run, and half the root of both squares half way between them', () => {
    const [a, b] = [1.2, 1.5].map((k) => 1 / (k / SUM));
    const runs = SWEEP.verification.runs.map((run) => ({
      ...run,
      errors: run.errors && { ...run.errors, loss: run.elr },
    }));
    const { errorAt } = lineThroughRuns(runs)!;
    const [ea, eb] = [1.2 / SUM, 1.5 / SUM];
    expect(errorAt(1 / a!)).toBeCloseTo(ea, 12);
    expect(errorAt(1 / b!)).toBeCloseTo(eb, 12);
    expect(errorAt(2 / (a! + b!))).toBeCloseTo(Math.hypot(ea, eb) / 2, 12);
    // As far beyond the second as the first is before it: twice the one, once the other.
    expect(errorAt(1 / (2 * b! - a!))).toBeCloseTo(Math.hypot(2 * eb, ea), 12);
    const figure = equilibriumLineFigure({ ...SWEEP, verification: { ...SWEEP.verification, runs } });
    const [through] = seriesOf(figure, 'theory');
    for (const { x, error } of through!.points.slice(1)) expect(error).toBeCloseTo(errorAt(1 / x), 12);
    expect(figure.details!.join()).toContain('one standard error');
  });

  it('shades what lies between the runs on both sides of a threshold', () => {
    // Convergence ends between k 0.9 and 1.2, divergence begins between 2 and 10.
    const bands = networkLossFigure(SWEEP).bands!.map(({ from, to }) => [from * SUM, to * SUM]);
    expect(bands.flat().map((k) => k.toFixed(9))).toEqual([0.9, 1.2, 2, 10].map((k) => k.toFixed(9)));
    const inverse = equilibriumLineFigure(SWEEP).bands!;
    expect(inverse.map(({ from, to }) => from < to)).toEqual([true, true]);
    expect(inverse[0]!.to).toBeCloseTo(SUM / 0.9, 9);
    expect(networkLossFigure(dataOf([convergingRun(0.9)])).bands).toEqual([]);
  });

  it('says what is missing without equilibria', () => {
    expect(equilibriumLineFigure(NONE).notes).toEqual(['no run in equilibrium or divergence yet']);
  });
});

describe('quantities against epoch', () => {
  it('are means over the steps of an epoch in its middle, the last one shorter', () => {
    const step = [0, 1, 2, 3, 4];
    const series = { step, loss: [1, 3, 5, 7, 8], error: step, egn: step, ess: step };
    expect(epochMeans({ series, stepsPerEpoch: 2 })).toMatchObject([
      { epoch: 0.5, loss: 2 },
      { epoch: 1.5, loss: 6 },
      { epoch: 2.25, loss: 8 },
    ]);
  });

  it('have a line a run, and of losses the noise floor of runs in equilibrium', () => {
    const figure = epochFigure(SWEEP, 'loss');
    expect(seriesOf(figure, 'line').map(({ regime }) => regime)).toEqual(
      SWEEP.runs.map(({ measured }) => measured!.regime),
    );
    const levels = seriesOf(figure, 'theory');
    expect(levels.map(({ label }) => label)).toEqual(['floor 0.1714', 'floor 0.2143', 'floor 0.2857']);
    // R = (k + 1) / 2 of F = S/2 (1 - 1/k).
    const expected = [1.2, 1.5, 2].map((k) => ((k + 1) / 2) * 3.5 * (1 - 1 / k));
    for (const [i, { points }] of levels.entries()) expect(points[0]!.y).toBeCloseTo(expected[i]!, 6);
    expect(seriesOf(epochFigure(SWEEP, 'egn'), 'theory')).toEqual([]);
    expect(epochFigure(SWEEP, 'error').series.some(({ kind }) => kind === 'theory')).toBe(false);
  });

  it('are measurements on all images where a run has them', () => {
    const measured = { epoch: 1, loss: 0.25, error: 0.125, testError: 0.5, egn: 2 };
    const [first, ...others] = SWEEP.runs;
    const data = { ...SWEEP, runs: [{ ...first!, epochs: [measured, { ...measured, epoch: 2 }] }, ...others] };
    const figure = epochFigure(data, 'test-error');
    expect(figure.series[0]!.points).toEqual([
      { x: 1, y: 0.5 },
      { x: 2, y: 0.5 },
    ]);
    expect(figure.series[1]!.points).toEqual([]);
    expect(figure.notes).toEqual(['4 of 5 runs without measurements on the way (--measure)']);
    expect(epochFigure(data, 'loss').notes).toEqual(['4 of 5 runs: means of steps']);
  });
});

describe('a trajectory', () => {
  const run = { ...SWEEP.runs[1]!, title: 'toy sweep', regime: 'chaotic equilibrium' as const };
  const form = { threshold: 1 / SUM, randomLoss: 3.5 };

  it('has every step, its moving average, and the level of the closed form', () => {
    const figure = trajectoryFigure(run, { quantity: 'ess', smoothing: 0.5, form });
    const [steps, average] = seriesOf(figure, 'line');
    expect(steps!.points).toHaveLength(run.series.step.length);
    expect(steps!.look).toBe('faint');
    expect(average!.regime).toBe('chaotic equilibrium');
    expect(theoryOf(figure).points[0]!.y).toBeCloseTo(Math.sqrt(1.2 ** 2 - 1), 9);
  });

  it('is against epoch or time where these are known, else against step with a word on it', () => {
    const timed = trajectoryFigure({ ...run, seconds: 128, stepsTaken: 64, stepsPerEpoch: 16 }, { axis: 'time' });
    expect(timed.series[0]!.points[3]!.x).toBe(8);
    const epochs = trajectoryFigure({ ...run, stepsPerEpoch: 16 }, { axis: 'epoch' });
    expect(epochs.series[0]!.points[15]!.x).toBe(1);
    const { seconds: _, ...untimed } = run;
    expect(trajectoryFigure(untimed, { axis: 'time' })).toMatchObject({
      x: { label: 'step' },
      notes: ['against step: how long the run took is not known (yet)'],
    });
  });

  it('of groups has a line a group', () => {
    const shares = trajectoryFigure(run, { quantity: 'shares' });
    expect(seriesOf(shares, 'line').map(({ points }) => points[0]!.y)).toEqual([1 / 7, 2 / 7, 4 / 7]);
    expect(trajectoryFigure({ ...run, groups: [] }, { quantity: 'shares' }).notes).toEqual([
      'the steps of groups are not known',
    ]);
  });

  it('of no step is empty', () => {
    const series = { step: [], loss: [], error: [], egn: [], ess: [] };
    expect(trajectoryFigure({ ...run, series }, { form }).series.flatMap(({ points }) => points)).toEqual([]);
  });
});

describe('every figure of a sweep', () => {
  const run = { ...SWEEP.runs[1]!, title: 'toy sweep', regime: SWEEP.runs[1]!.measured!.regime };
  it('is plain data: it arrives in another thread as it is', () => {
    const figures = [
      networkLossFigure(SWEEP),
      equilibriumLineFigure(SWEEP),
      networkPlaneFigure(SWEEP),
      epochFigure(SWEEP, 'loss'),
      trajectoryFigure(run),
      networkBarsFigure('t', SWEEP.verification.runs[1]!, [], 'ess'),
    ];
    for (const figure of figures) expect(structuredClone(figure)).toEqual(figure);
  });

  it('can be made of no run and of one', () => {
    for (const data of [NONE, dataOf([equilibriumRun(1.2)])]) {
      const figures = [networkLossFigure(data), equilibriumLineFigure(data), networkPlaneFigure(data)];
      for (const figure of [...figures, epochFigure(data, 'loss'), epochFigure(data, 'test-error')])
        expect(drawable(figure).xRange.every(Number.isFinite)).toBe(true);
    }
  });
});

describe('bars of groups', () => {
  it('are shares beside those of the gradient, and ESS beside the common one', () => {
    const equilibrium = SWEEP.verification.runs[1]!;
    const shares = networkBarsFigure('t', equilibrium, ['conv_layers.0.weight', 'b', 'c'], 'shares');
    expect(shares.x.categories).toEqual(['conv 0', 'b', 'c']);
    for (const { points } of shares.series) {
      for (const [i, alpha] of [1, 2, 4].entries()) expect(points[i]!.y).toBeCloseTo(alpha / 7, 9);
    }
    const ess = networkBarsFigure('t', equilibrium, [], 'ess');
    expect(ess.x.categories).toEqual(['1', '2', '3']);
    for (const { y } of ess.series.flatMap(({ points }) => points)) expect(y).toBeCloseTo(Math.sqrt(0.44), 9);
    expect(ess.notes).toEqual([]);
  });

  it('say where the statement is not about such a run', () => {
    expect(networkBarsFigure('t', SWEEP.verification.runs[0]!, [], 'ess').notes).toEqual([
      'not in equilibrium: K4 does not apply',
    ]);
  });
});
