import { describe, expect, it } from 'vitest';
import { mean, standardError } from '../../../../src/numerics/means.js';
import { blockJackknife } from '../../../../src/numerics/statistics/jackknife.js';
import { pieceMeans } from '../../../../src/numerics/statistics/mean-error.js';
import { manySeries } from './series.js';

const ratio = ([a, b]: readonly number[]): number => a! / (a! + b!);
const spread = (values: readonly number[]): number => standardError(values) * Math.sqrt(values.length);

describe('the block jackknife', () => {
  it('of a mean is the standard error of the means of blocks', () => {
    const values = Array.from({ length: 15 }, (_, i) => (i % 2) + i * i * 1e-3);
    const found = blockJackknife([values], ([m]) => m!);
    expect(found.value).toBe(mean(values));
    expect(found.blocks).toBe(5);
    expect(found.error).toBeCloseTo(standardError(pieceMeans(values, 3)), 12);
  });

  it.each([
    [200, 1],
    [1000, 9],
  ])('of a ratio is what many series scatter by: %d points, time %d', (points, time) => {
    const runs = 300;
    const noise = manySeries(2 * runs, points, time);
    const found = Array.from({ length: runs }, (_, i) =>
      blockJackknife([noise[2 * i]!.map((x) => 2 + 0.3 * x), noise[2 * i + 1]!.map((x) => 1 + 0.3 * x)], ratio),
    );
    const expected = spread(found.map(({ value }) => value));
    const typical = Math.sqrt(mean(found.map(({ error }) => error ** 2)));
    // The scatter of 300 is known to 4%, the mean square of the errors too.
    expect(Math.abs(typical / expected - 1)).toBeLessThan(0.15);
    // To first order: gradient (b, -a) / (a + b)^2 with a = 2, b = 1.
    expect(Math.abs(expected / (((0.3 * Math.sqrt(5)) / 9) * Math.sqrt(time / points)) - 1)).toBeLessThan(0.15);
  });

  it('lets cancel what the series share, however slow it is', () => {
    const [slow] = manySeries(1, 400, 300);
    const [quick] = manySeries(1, 400, 1);
    const common = slow!.map((x) => Math.exp(x));
    const own = common.map((x, i) => 2 * x * (1 + 0.01 * quick![i]!));
    expect(blockJackknife([own], ([m]) => m!).error).toBeNaN();
    // d ratio = 2/9 of the relative change of a, which is the mean of independent 1% errors weighted by the common part.
    const weights = Math.sqrt(mean(common.map((x) => x * x)) / 400) / mean(common);
    const { error } = blockJackknife([own, common], ratio);
    expect(Math.abs(error / ((2 / 9) * 0.01 * weights) - 1)).toBeLessThan(0.4);
  });

  it('does not know the error of too few blocks, of NaN and of nothing', () => {
    const [slow] = manySeries(1, 100, 100);
    expect(blockJackknife([slow!], ([m]) => m!).error).toBeNaN();
    expect(blockJackknife([[1, 2, 3]], ([m]) => m!)).toMatchObject({ value: 2, error: Number.NaN });
    expect(blockJackknife([[1]], ([m]) => m!)).toMatchObject({ value: 1, error: Number.NaN });
    expect(blockJackknife([[1, Number.NaN, 3]], ([m]) => m!).error).toBeNaN();
    expect(blockJackknife([[]], ([m]) => m!).error).toBeNaN();
  });

  it('of equal values is 0', () => {
    const two = new Array<number>(32).fill(2);
    expect(blockJackknife([two, two], ratio)).toMatchObject({ value: 0.5, error: 0 });
  });
});
