import { describe, expect, it } from 'vitest';
import { evaluateCells } from '../../../toy/phase/cells.js';
import { seriesOf as blocksOf } from '../../../tui/figure/block-means.js';
import { levelsAt } from '../../../tui/figure/closed-form.js';
import { planeAxes } from '../../../tui/figure/dimensionless-plane.js';
import type { Figure, FigurePoint } from '../../../tui/figure/figure.js';
import { networkAxes, networkPlaneFigure } from '../../../tui/figure/loss-egn.js';
import type { RunData, SweepData } from '../../../tui/figure/sweep-data.js';
import { sweepData } from '../../../tui/figure/sweep-runs.js';
import { type ToyPlanePoint, toyPlaneFigure } from '../../../tui/figure/toy-plane.js';
import { planeFigures } from '../../../tui/views/figures/plane.js';
import { convergingRun, equilibriumRun, SUM } from '../../src/verify/toy-sweep.js';
import { HARD, level, RANDOM_LOSS, sceneWith, sweepSnapshotOf } from '../recorded.js';

const OPTIONS = { title: 'toy sweep', alpha: [1, 2, 4], tolerance: 0.4 };
const RUNS = [convergingRun(0.9), equilibriumRun(1.2), equilibriumRun(2), equilibriumRun(10)];

/** The sweep with another loss of random points: of the toy it is S / 2. */
function withRandomLoss(sweep: SweepData, randomLoss: number): SweepData {
  const known = (run: RunData): RunData => ({ ...run, measured: { ...run.measured!, randomLoss } });
  return { ...sweep, runs: sweep.runs.map(known) };
}
const SWEEP = withRandomLoss(sweepData(RUNS, OPTIONS), SUM / 2);

const seriesOf = ({ series }: Figure, kind: string) => series.filter((one) => one.kind === kind);
const shareAt = ({ x, y }: FigurePoint): number => y ** 2 / (2 * x);
const SWEEP_SHARE = ({ runs }: SweepData): number => runs[0]!.measured!.noiseShare.value;
const ends = (figure: Figure): FigurePoint[] => seriesOf(figure, 'path').map(({ points }) => points.at(-1)!);

describe('the plane of loss and EGN without units', () => {
  const figure = networkPlaneFigure(SWEEP);

  it('has the orbit of T4 at k = 2 at (1/2, sqrt(6)/2), where R is 3/2', () => {
    // ELR 2/7, F = 7/4, g = (7/2) sqrt 3 and L = 7/2: g sqrt(ELR / 2L) = (7/2) sqrt(3) sqrt(2) / 7.
    const { x, y } = ends(figure)[2]!;
    expect([x, y]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(Math.sqrt(6) / 2, 12)]);
    expect(shareAt({ x, y })).toBeCloseTo(1.5, 12);
  });

  it('has each run of the toy at R = (k + 1) / 2, on the curve that has no parameter', () => {
    for (const [i, k] of [1.2, 2, 10].entries()) {
      const place = ends(figure)[i + 1]!;
      expect(shareAt(place)).toBeCloseTo((k + 1) / 2, 10);
      expect(place.y ** 2).toBeCloseTo(1 / (1 - place.x) - (1 - place.x), 10);
    }
  });

  it('has the mark of a run that keeps a level at its means, though its last part is far from them', () => {
    const steady = equilibriumRun(2);
    const { columns } = steady.steps;
    // One step in 64 has ten times the ESS and EGN: R of all steps is 1.5 (63 + 100) / 64.
    for (const values of [columns.egn, columns.ess]) values[63]! *= 10;
    const plane = networkPlaneFigure(withRandomLoss(sweepData([steady], OPTIONS), SUM / 2));
    const path = seriesOf(plane, 'path')[0]!.points;
    expect(path).toHaveLength(41);
    expect(shareAt(path[39]!)).toBeGreaterThan(70);
    expect(shareAt(path[40]!)).toBeCloseTo(SWEEP_SHARE(sweepData([steady], OPTIONS)), 12);
    expect(shareAt(path[40]!)).toBeLessThan(6);
  });

  it('has T4 as the closed form has it in any units', () => {
    const curve = seriesOf(figure, 'theory').at(-1)!;
    expect(curve.look).toBe('dashed');
    const form = { threshold: 2e-3, randomLoss: 5 };
    for (const { x, y } of curve.points.filter((_, i) => i % 20 === 0)) {
      // From x = 1 - 1/k; beyond 1e6 rounding of 1 - x would decide.
      const k = 1 / (1 - x);
      if (!(k < 1e6 && k > 1 + 1e-6)) continue;
      const { loss, egn } = levelsAt(form, k * form.threshold);
      expect(loss / form.randomLoss).toBeCloseTo(x, 9);
      // The network's S by its threshold and by its random points are both in the units of the toy only if 2L = 1 / threshold.
      expect((egn * form.threshold * Math.sqrt(k)) / y).toBeCloseTo(1, 6);
    }
  });

  it('has lines of equal R, within the axes', () => {
    const lines = seriesOf(figure, 'theory').filter(({ look }) => look === 'faint');
    expect(lines.map(({ label }) => label)).toEqual(['R 0.1', 'R 1', 'R 10']);
    for (const [i, share] of [0.1, 1, 10].entries())
      for (const point of lines[i]!.points) {
        expect(shareAt(point)).toBeCloseTo(share, 12);
        for (const axis of ['x', 'y'] as const) {
          const [low, high] = figure[axis].range!;
          expect(point[axis]).toBeGreaterThanOrEqual(low * (1 - 1e-12));
          expect(point[axis]).toBeLessThanOrEqual(high * (1 + 1e-12));
        }
      }
  });

  it('says in its caption what stands for S, and what L is', () => {
    expect(figure.details!.join(' ')).toMatch(/L: mean loss of random points.*stands for S.*R = ELR E\[EGN\^2\]/);
    expect([figure.x.label, figure.y.label]).toEqual(['loss / L (L: random points)', 'EGN sqrt(ELR / 2L)']);
  });

  it('takes the noise floor that a run with momentum has', () => {
    const [first, ...others] = SWEEP.runs;
    const floor = first!.series.loss.map((loss) => 2 * loss);
    const moved = { ...SWEEP, runs: [{ ...first!, series: { ...first!.series, floor } }, ...others] };
    expect(shareAt(ends(networkPlaneFigure(moved))[0]!)).toBeCloseTo(2, 12);
  });

  it('is raw where the loss of random points is not known, and says so', () => {
    const raw = networkPlaneFigure(withRandomLoss(SWEEP, Number.NaN));
    expect(raw.notes[0]).toBe('raw: the loss of random points is not known');
    expect([raw.x.label, raw.y.label]).toEqual(['loss', 'EGN']);
    const { x, y } = ends(raw)[2]!;
    expect([x, y]).toEqual([expect.closeTo(1.75, 12), expect.closeTo(3.5 * Math.sqrt(3), 12)]);
    expect(networkAxes(withRandomLoss(SWEEP, Number.NaN))).toBeUndefined();
    // T4 in those units: g^2 / S^2 = 4 f (1 - f).
    for (const point of seriesOf(raw, 'theory')[0]!.points) {
      const f = point.x / SUM;
      expect(point.y ** 2 / SUM ** 2).toBeCloseTo(4 * f * (1 - f), 9);
    }
  });
});

describe('the same plane of the toy', () => {
  const plane = (points: readonly ToyPlanePoint[]) =>
    toyPlaneFigure({ title: 'toy', points, randomLoss: SUM / 2, beside: networkAxes(SWEEP) });

  it('has simulated runs at their loss and R, near T4 above the threshold', () => {
    const ks = [1.1, 1.2];
    const cells = evaluateCells(
      ks.map((k) => ({ alpha: [1, 2, 4], elr: k / SUM })),
      { steps: 3000, tolerance: 0.4 },
    );
    const points = seriesOf(plane(cells.map((cell, i) => ({ ...cell, elr: ks[i]! / SUM }))), 'points')[0]!.points;
    for (const [i, k] of ks.entries()) {
      const { x, y } = points[i]!;
      // Time averages agree with T4 to 1e-3 here (T5).
      expect(x / (1 - 1 / k)).toBeCloseTo(1, 2);
      // EGN / S = sqrt(1 - 1/k^2), times sqrt k.
      expect(y / Math.sqrt(k - 1 / k)).toBeCloseTo(1, 2);
      expect(shareAt({ x, y })).toBeCloseTo(cells[i]!.noiseShare!, 12);
    }
  });

  it('puts what converged further on the left edge at its R, and says how many', () => {
    const fallen: ToyPlanePoint = { elr: 0.1, relativeLoss: 1e-30, noiseShare: 0.7, regime: 'convergence' };
    const figure = plane([fallen, { ...fallen, noiseShare: null }, { ...fallen, collapsed: true }]);
    const [edge, vanished, collapsed] = seriesOf(figure, 'points')[0]!.points;
    // A little right of the end of the axis, where its mark has room.
    const left = figure.x.range![0] * 1.15;
    expect(edge).toMatchObject({ x: left, y: expect.closeTo(Math.sqrt(1.4 * left), 12) });
    expect(edge!.reason).toBe('loss / L 1e-30: at the left edge, at its R');
    expect([vanished!.reason, collapsed!.reason]).toEqual(['the loss vanished: no R', 'collapsed']);
    expect(figure.notes).toEqual(['1 on the left edge, by R']);
  });

  it('has the axes of the network, longer where it needs them', () => {
    const beside = networkAxes(SWEEP)!;
    const far: ToyPlanePoint = { elr: 9, relativeLoss: 1, noiseShare: 5e5, regime: 'divergence' };
    const { x, y } = plane([far]);
    expect([x.range, y.range![0]]).toEqual([beside.x, beside.y[0]]);
    expect(y.range![1]).toBeCloseTo(1000 * 1.2, 9);
    expect(planeAxes([]).x).toEqual([0.01, 1.5]);
  });

  it('stands beside that of the network on the same axes in the application', () => {
    for (const sweep of [HARD.typical!, HARD['no runs']!, HARD['thirty runs']!]) {
      const { toy, network } = planeFigures(sceneWith(sweep, { view: 'plane' }));
      for (const axis of ['x', 'y'] as const) expect(toy[0]![axis]).toEqual(network[0]![axis]);
    }
  });
});

describe('means of blocks of steps', () => {
  it('keep the mean square of the EGN, which the square of its mean is not', () => {
    // 1,200 steps, two in each block: EGN alternates between 1 and 3, ELR 0.01.
    const steps = Array.from({ length: 1200 }, (_, i) => (i % 2 === 0 ? 1 : 3));
    const columns = { egn: Float64Array.from(steps), ess: Float64Array.from(steps, (egn) => 0.01 * egn) };
    const others = { step: columns.egn, loss: columns.egn, accuracy: columns.egn, elr: columns.egn, norm: columns.egn };
    const blocks = blocksOf({ columns: { ...columns, ...others }, length: 1200 } as never, 0);
    expect(blocks.floor![0]).toBeCloseTo((0.01 * 5) / 4, 12);
  });

  it('lead to R of the whole run in the plane of the application', () => {
    const sweep = sweepSnapshotOf([{ elr: 3e-3, losses: level(3.3, 400), noiseShare: 0.5 }]);
    const [network] = planeFigures(sceneWith(sweep, { view: 'plane' })).network;
    for (const point of ends(network!)) {
      expect(shareAt(point)).toBeCloseTo(0.5, 9);
      expect(Math.abs((point.x * RANDOM_LOSS) / 3.3 - 1)).toBeLessThan(0.05);
    }
  });
});
