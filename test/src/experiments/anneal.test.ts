import { describe, expect, it } from 'vitest';
import {
  type AnnealedArm,
  annealedRate,
  annealedRows,
  annealingSteps,
  curveLoss,
  meanLogRatio,
  measureLoss,
  summariseArm,
} from '../../../src/experiments/anneal.js';
import { randomSource } from '../../../src/numerics/random.js';
import type { LossLost } from '../../../src/run/annealing-record.js';
import { combineLosses } from '../../../src/verify/combined-loss.js';
import { toyTheory } from '../../../toy/theory/equilibrium.js';

describe('the steps of annealing', () => {
  it('are the fall, the rest of its epoch and one more', () => {
    expect(annealingSteps(400, 125)).toBe(4 * 125 + 125);
    expect(annealingSteps(500, 125)).toBe(500 + 125);
    expect(annealingSteps(1, 125)).toBe(250);
  });
});

const repeat = (values: readonly number[], times: number): number[] =>
  Array.from({ length: times }, () => values).flat();

describe('what a run loses', () => {
  it('is the mean of the last quarter less that of the end, over the floor of the last quarter: by hand', () => {
    // 400 steps: 200 of loss 9, 100 of 2.5, 100 that alternate between 1 and 3; floors 7, then 0.5 and 1.5.
    const losses = [...repeat([9], 200), ...repeat([2.5], 100), ...repeat([1, 3], 50)];
    const floors = [...repeat([7], 300), ...repeat([0.5, 1.5], 50)];
    const measured = measureLoss({ losses, floors, annealedLosses: repeat([0.75, 1.25], 20) });
    expect(measured.loss.value).toBeCloseTo(2, 12);
    expect(measured.fall).toBeCloseTo(0.5, 12);
    // 40 values that are 1/4 off their mean: error^2 = 40 / 16 / 39 / 40.
    expect(measured.annealed.value).toBeCloseTo(1, 12);
    expect(measured.annealed.error).toBeCloseTo(0.25 / Math.sqrt(39), 12);
    expect(measured.lost.value).toBeCloseTo(1, 12);
    expect(measured.predicted.value).toBeCloseTo(1, 12);
    expect(measured.ratio.value).toBeCloseTo(1, 12);
  });

  it('has the standard errors of independent values, within what an error of 1000 values is known to', () => {
    const random = randomSource(7);
    const noise = (centre: number, deviation: number, count: number) =>
      Array.from({ length: count }, () => centre + deviation * random.gaussian());
    const losses = noise(2, 0.4, 4000);
    const floors = noise(0.5, 0.1, 4000);
    const { loss, lost, predicted, ratio } = measureLoss({ losses, floors, annealedLosses: noise(1.5, 0.2, 400) });
    const [ofLoss, ofFloor, ofEnd] = [0.4 / Math.sqrt(1000), 0.1 / Math.sqrt(1000), 0.2 / Math.sqrt(400)];
    // A jackknife of 32 blocks knows its error to 1 / sqrt(62) = 13%, autocorrelation adds about as much: three of that.
    const within = (value: number, expected: number) => expect(Math.abs(Math.log(value / expected))).toBeLessThan(0.5);
    within(loss.error, ofLoss);
    within(predicted.error, ofFloor);
    within(lost.error, Math.hypot(ofLoss, ofEnd));
    // d ratio = (d loss - d end) / floor - ratio d floor / floor, with ratio 1 and floor 0.5.
    within(ratio.error, Math.hypot(ofLoss, ofEnd, ofFloor) / 0.5);
  });

  it('has a smaller error of the ratio where loss and floor move together than if they did not', () => {
    const random = randomSource(8);
    const losses = Array.from({ length: 4000 }, () => 1 + 0.3 * random.gaussian());
    const together = measureLoss({ losses, floors: losses, annealedLosses: repeat([0], 125) });
    expect(together.ratio.value).toBeCloseTo(1, 12);
    expect(together.ratio.error).toBeLessThan(1e-9);
    expect(together.lost.error).toBeGreaterThan(5e-3);
  });

  it('is of unknown error in a run of a few steps', () => {
    const measured = measureLoss({ losses: [3, 2, 1, 1], floors: [1, 1, 1, 1], annealedLosses: [0.5] });
    expect(measured.lost.value).toBe(0.5);
    expect(Number.isFinite(measured.ratio.error)).toBe(false);
  });
});

/** A run that lost `lost` of a loss of `loss`, predicted `floor`. */
const run = (loss: number, lost: number, floor: number, error = 0.01): LossLost => ({
  loss: { value: loss, error },
  fall: 0.1,
  annealed: { value: loss - lost, error },
  lost: { value: lost, error },
  predicted: { value: floor, error },
  ratio: { value: lost / floor, error: error / floor },
});

describe('several seeds', () => {
  it('are averaged; their scatter counts where it is larger than their errors', () => {
    const { loss, lost, predicted, ratio, noiseShare, fall } = combineLosses([run(1, 0.4, 0.5), run(2, 0.8, 0.7)]);
    expect([loss.mean, lost.mean, predicted.mean, fall]).toEqual([1.5, 0.6000000000000001, 0.6, 0.1]);
    // Two values differ by 2 standard errors of their mean.
    expect(lost.error).toBeCloseTo(0.2, 12);
    expect(ratio.mean).toBeCloseTo((0.8 + 8 / 7) / 2, 12);
    expect(noiseShare).toBeCloseTo(0.4, 12);
    expect(() => combineLosses([])).toThrow('no runs');
  });
});

describe("the loss that T4's curve takes away", () => {
  it('is all of it where k of the thousandth is below the threshold', () => {
    expect(curveLoss(1.5, 2, toyTheory)).toBe(1.5);
  });

  it('leaves what T4 says of k f above it: S = 2, k = 4, f = 1/2', () => {
    // F*(k) = (1 - 1/k) S / 2: 3/4 at k = 4, 1/2 at k = 2.
    expect(curveLoss(0.75, 1, toyTheory, 0.5)).toBeCloseTo(0.25, 12);
  });

  it('is none at the loss of random points', () => {
    expect(curveLoss(2, 2, toyTheory)).toBeNaN();
    expect(curveLoss(Number.NaN, 2, toyTheory)).toBeNaN();
  });
});

describe('how far off predictions are', () => {
  it('is the mean of |log ratio|, infinite where nothing was lost', () => {
    expect(meanLogRatio([2, 1 / 8])).toBeCloseTo((Math.log(2) + Math.log(8)) / 2, 12);
    expect(meanLogRatio([1, -0.1])).toBe(Number.POSITIVE_INFINITY);
    expect(meanLogRatio([])).toBeNaN();
  });

  const rate = (elr: number, runs: readonly LossLost[]) =>
    annealedRate({ rate: elr, words: `ELR ${elr}` }, runs, { randomLoss: 10, theory: toyTheory });
  const arm: AnnealedArm = {
    of: 'network',
    label: 'sphere',
    rates: [rate(1e-3, [run(1, 0.4, 0.5)]), rate(2e-3, [run(2, 1.5, 1.0)]), rate(0.1, [run(5, 1, 10)])],
  };

  it('leaves divergence out of the mean of both theories', () => {
    const { rates, floor, curve } = summariseArm(arm);
    expect(rates).toBe(2);
    expect(floor).toBeCloseTo((Math.log(1 / 0.8) + Math.log(1.5)) / 2, 12);
    // k of both losses is far below 1000: T4's curve takes the whole loss away.
    expect(curve).toBeCloseTo((Math.log(1 / 0.4) + Math.log(2 / 1.5)) / 2, 12);
  });

  it('is a row for each rate: exact bound, failure, no verdict in divergence', () => {
    const rows = annealedRows(arm);
    expect(rows.map(({ name, holds, of }) => ({ name, holds, of }))).toEqual([
      { name: 'loss lost by annealing, sphere, ELR 0.001', holds: true, of: 'network' },
      { name: 'loss lost by annealing, sphere, ELR 0.002', holds: false, of: 'network' },
      { name: 'loss lost by annealing, sphere, ELR 0.1', holds: null, of: 'network' },
    ]);
    expect(rows[0]!.error).toBeCloseTo(1.25, 12);
    expect(rows[2]!.note).toMatch(/R = 2: divergence/);
  });

  it('fails where nothing was lost beyond doubt, and has no verdict where that is uncertain', () => {
    const rows = (lost: number, error: number) =>
      annealedRows({ ...arm, rates: [rate(1e-3, [run(1, lost, 0.5, error)])] })[0]!;
    expect(rows(-0.05, 0.01)).toMatchObject({ error: null, holds: false });
    expect(rows(-0.05, 0.3)).toMatchObject({ error: null, holds: null });
    expect(rows(-0.05, Number.NaN).holds).toBeNull();
    expect(rows(0.5, 0.3).holds).toBeNull();
  });
});
