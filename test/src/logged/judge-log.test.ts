import { describe, expect, it } from 'vitest';
import { judgeLog } from '../../../src/logged/judge-log.js';
import type { LoggedQuantities } from '../../../src/logged/logged-columns.js';
import { measureRun } from '../../../src/regime/analyse.js';
import type { SweepRun } from '../../../src/run/recorded-run.js';
import { convergingRun, equilibriumRun } from '../verify/toy-sweep.js';

const NORM = 3;

/** What somebody would have logged of a run of the toy, with weights of norm 3: every so many steps. */
function logged({ steps }: SweepRun, every = 1): LoggedQuantities {
  const kept = [...steps].filter((_, i) => i % every === 0);
  return {
    step: kept.map(({ step }) => step),
    loss: kept.map(({ loss }) => loss),
    lr: kept.map(({ elr }) => elr * NORM ** 2),
    norm: kept.map(() => NORM),
    gradientNorm: kept.map(({ egn }) => egn / NORM),
  };
}

describe('a run of the toy, logged with lr, norm and gradient norm', () => {
  it.each([
    ['convergence', convergingRun(0.9)],
    ['chaotic equilibrium', equilibriumRun(1.5)],
    ['divergence', equilibriumRun(4)],
  ])('has the regime, the noise share and the averages of the run: %s', (regime, run) => {
    const expected = measureRun(run);
    expect(expected.regime).toBe(regime);
    const judged = judgeLog(logged(run), { randomLoss: run.manifest.randomLoss.mean });
    expect(judged).toMatchObject({ regime, isFirstLoss: false, interval: 1, points: run.steps.length });
    // The norm goes into the numbers and out of them again.
    expect(judged.elr! / expected.elr).toBeCloseTo(1, 12);
    expect(judged.loss / expected.loss).toBeCloseTo(1, 12);
    expect(judged.floor.noiseShare / expected.noiseShare.value).toBeCloseTo(1, 12);
  });

  it('has (k + 1) / 2 for its noise share on the orbit of T4', () => {
    const judged = judgeLog(logged(equilibriumRun(1.5)), { randomLoss: 100 });
    expect(judged.floor.noiseShare).toBeCloseTo(1.25, 10);
  });

  it('has travelled as far where only every second step is logged', () => {
    const run = equilibriumRun(1.5);
    const whole = judgeLog(logged(run), { randomLoss: 100 });
    const sparse = judgeLog(logged(run, 2), { randomLoss: 100 });
    expect(sparse.interval).toBe(2);
    expect(sparse.regime).toBe('chaotic equilibrium');
    // Steps on the orbit are all alike; the tail begins at an even one.
    expect(sparse.evidence!.path / whole.evidence!.path).toBeCloseTo(1, 10);
  });

  it('is judged without the loss of random points by the first loss, unless the log begins later', () => {
    const log = logged(equilibriumRun(1.5));
    expect(judgeLog({ ...log, loss: [100, ...log.loss.slice(1)] })).toMatchObject({
      randomLoss: 100,
      isFirstLoss: true,
    });
    const later = { ...log, step: log.step.map((step) => step + 1000) };
    expect(judgeLog(later)).toMatchObject({
      regime: null,
      randomLoss: null,
      reason: expect.stringContaining('must be given'),
    });
  });
});

describe('what a log does not say', () => {
  const log = logged(equilibriumRun(1.5));

  it('the regime needs a norm, the noise floor does not', () => {
    const { norm: _, ...without } = log;
    const judged = judgeLog(without, { randomLoss: 100 });
    expect(judged).toMatchObject({ regime: null, elr: null, egn: null });
    expect(judged.floor.noiseShare).toBeCloseTo(1.25, 10);
  });

  it('the regime needs a fixed ELR', () => {
    const lr = log.lr!.map((rate, i) => rate * (1 - (0.5 * i) / log.lr!.length));
    expect(judgeLog({ ...log, lr }, { randomLoss: 100 })).toMatchObject({
      regime: null,
      reason: expect.stringContaining('not fixed'),
    });
  });

  it('the gradient may be logged as its square, or ELR and EGN directly', () => {
    const { gradientNorm, norm, lr, ...rest } = log;
    const square = gradientNorm!.map((value) => value ** 2);
    const direct = {
      ...rest,
      elr: lr!.map((rate) => rate / NORM ** 2),
      egn: gradientNorm!.map((value) => value * NORM),
    };
    const expected = judgeLog(log, { randomLoss: 100 });
    for (const other of [{ ...rest, norm: norm!, lr: lr!, gradientSquare: square }, direct]) {
      const judged = judgeLog(other, { randomLoss: 100 });
      expect(judged.regime).toBe(expected.regime);
      expect(judged.floor.noiseShare).toBeCloseTo(expected.floor.noiseShare, 10);
    }
    expect(() => judgeLog(rest)).toThrow(/no size of the steps/);
  });

  it('with momentum the share is an upper estimate, 1 / (1 - beta) times as large', () => {
    const judged = judgeLog(log, { randomLoss: 100, momentum: 0.5 });
    expect(judged.floor).toMatchObject({ isUpperEstimate: true, state: 'undetermined' });
    expect(judged.floor.noiseShare).toBeCloseTo(2.5, 10);
  });

  it('a loss that ends in NaN, or below the bottom, is refused', () => {
    const loss = log.loss.map((value, i) => (i === log.loss.length - 1 ? Number.NaN : value));
    expect(() => judgeLog({ ...log, loss }, { randomLoss: 100 })).toThrow(
      /^the loss is NaN at step \d+; allowed: finite/,
    );
    expect(() => judgeLog(log, { randomLoss: 100, bottom: 1e9 })).toThrow(/above the bottom/);
  });

  it('a gradient that is not finite at the end, or a norm in the last half, is named with its step, and nothing is concluded', () => {
    const at = log.step.length - 1;
    const replaced = (values: readonly number[], value: number): number[] =>
      values.map((v, i) => (i === at ? value : v));
    const gradientNorm = replaced(log.gradientNorm!, Number.POSITIVE_INFINITY);
    expect(() => judgeLog({ ...log, gradientNorm })).toThrow(
      new RegExp(`^the norm of the gradient is Infinity at step ${log.step[at]};`),
    );
    expect(() => judgeLog({ ...log, norm: replaced(log.norm!, 0) })).toThrow(
      new RegExp(`^the norm of the weights is 0 at step ${log.step[at]}; allowed: above 0$`),
    );
  });

  it('more steps than a call can have arguments are judged', () => {
    const count = 400_000;
    const many = (value: number): number[] => new Array<number>(count).fill(value);
    const step = Array.from({ length: count }, (_, i) => i);
    const judged = judgeLog({ step, loss: many(1), elr: many(0.01), egn: many(2) }, { randomLoss: 4 });
    // R = ELR EGN^2 / (4 loss).
    expect(judged).toMatchObject({ points: count, elr: expect.closeTo(0.01, 8) });
    expect(judged.floor.noiseShare).toBeCloseTo(0.01, 8);
  });

  it('one point is not judged', () => {
    const first = Object.fromEntries(Object.entries(log).map(([name, values]) => [name, [values].flat().slice(0, 1)]));
    const judged = judgeLog(first as unknown as LoggedQuantities, { randomLoss: 100 });
    expect(judged.regime).toBe('undecided');
    expect(judged.noiseShareError).toBeNaN();
  });
});

describe('steps that mixed precision has skipped', () => {
  const run = equilibriumRun(1.5);
  const log = logged(run);
  const NOT_FINITE = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];

  /** The log with steps put in that moved nothing: with the losses around them, and a gradient that is not finite. */
  function withSkipped(places: readonly number[], gradient: number, loss?: number): LoggedQuantities {
    const rows = log.step.flatMap((_, i) => {
      const row = [log.loss[i]!, log.gradientNorm![i]!];
      return places.includes(i) ? [[loss ?? row[0]!, gradient], row] : [row];
    });
    return {
      step: rows.map((_, i) => i),
      loss: rows.map(([value]) => value!),
      gradientNorm: rows.map((row) => row[1]!),
      lr: rows.map(() => log.lr![0]!),
      norm: rows.map(() => NORM),
    };
  }

  it.each(NOT_FINITE)('change nothing, wherever they are: %s', (gradient) => {
    const expected = judgeLog(log, { randomLoss: 100 });
    const half = log.step.length / 2;
    for (const places of [[0], [0, 1, 2], [5], [half - 1, half, half + 1], [log.step.length - 1], [3, half + 7]]) {
      const { skipped, lastStep, ...judged } = judgeLog(withSkipped(places, gradient), { randomLoss: 100 });
      const { skipped: _, lastStep: before, ...rest } = expected;
      expect({ skipped, lastStep }).toEqual({ skipped: places.length, lastStep: before + places.length });
      // Where the log is cut into blocks is as before, since only steps that were taken count: the same numbers.
      expect(judged).toEqual(rest);
    }
  });

  it('may lack a loss too, at the start, where the loss of random points is then that of the first step that was taken', () => {
    for (const loss of NOT_FINITE)
      expect(judgeLog(withSkipped([0], Number.NaN, loss))).toMatchObject({
        ...{ skipped: 1, isFirstLoss: true, randomLoss: log.loss[0] },
      });
    // With one, it is that: no weight has moved.
    expect(judgeLog(withSkipped([0, 0], Number.NaN, 77))).toMatchObject({ isFirstLoss: true, randomLoss: 77 });
  });

  it('are none where no finite step follows: what a training ended with is named', () => {
    const end = log.step.length - 2;
    const gradientNorm = log.gradientNorm!.map((value, i) => (i >= end ? Number.NaN : value));
    expect(() => judgeLog({ ...log, gradientNorm }, { randomLoss: 100 })).toThrow(
      `the norm of the gradient is NaN at step ${log.step[end]}; allowed: finite numbers over the last half`,
    );
    const loss = log.loss.map((value, i) => (i >= end ? Number.NaN : value));
    expect(() => judgeLog({ ...log, gradientNorm, loss }, { randomLoss: 100 })).toThrow(/^the loss is NaN at step/);
  });

  it('are found by the square of the gradient or the EGN as well', () => {
    const { gradientNorm, norm, lr, ...rest } = withSkipped([4], Number.POSITIVE_INFINITY);
    const egn = gradientNorm!.map((value) => value * NORM);
    const direct = { ...rest, egn, elr: lr!.map((rate) => rate / NORM ** 2) };
    const squared = { ...rest, norm: norm!, lr: lr!, gradientSquare: gradientNorm!.map((value) => value ** 2) };
    for (const other of [direct, squared]) expect(judgeLog(other, { randomLoss: 100 }).skipped).toBe(1);
  });

  it('an early loss that is not finite is no verdict of its own', () => {
    const loss = log.loss.map((value, i) => (i === 5 ? Number.NaN : value));
    const judged = judgeLog({ ...log, loss }, { randomLoss: 100 });
    expect(judged).toMatchObject({ regime: 'chaotic equilibrium', skipped: 0 });
    expect(judged.floor.noiseShare).toBeCloseTo(1.25, 10);
    const first = log.loss.map((value, i) => (i === 0 ? Number.NaN : value));
    expect(judgeLog({ ...log, loss: first })).toMatchObject({ regime: 'undecided' });
  });
});
