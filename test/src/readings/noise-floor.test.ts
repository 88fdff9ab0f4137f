import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import { noiseState, readNoiseFloor, readNoiseShare } from '../../../src/readings/noise-floor.js';
import { UsageError } from '../../../src/system/usage-error.js';

describe('the noise floor from a few numbers', () => {
  it('is elr EGN^2 / 4, by hand, and the same as lr |grad|^2 / 4', () => {
    // 0.002 x 27^2 / 4 = 0.3645; of 0.474 that is 0.769.
    const expected = {
      noiseFloor: expect.closeTo(0.3645, 12),
      noiseShare: expect.closeTo(0.3645 / 0.474, 12),
      state: 'noise-limited',
      gain: expect.closeTo(0.3645, 12),
      isUpperEstimate: false,
    };
    expect(readNoiseFloor({ step: { elr: 0.002, egn: 27 }, loss: 0.474 })).toEqual(expected);
    // Weights of norm 5: lr = 0.002 x 25, |grad| = 27 / 5.
    expect(readNoiseFloor({ step: { learningRate: 0.05, gradientNorm: 5.4 }, loss: 0.474 })).toEqual(expected);
  });

  it('is measured from the bottom of the valley, and takes no more than all above it', () => {
    const step = { elr: 0.004, egn: 10 };
    expect(readNoiseFloor({ step, loss: 0.5, bottom: 0.4 })).toMatchObject({
      noiseFloor: expect.closeTo(0.1, 12),
      noiseShare: expect.closeTo(1, 12),
    });
    const above = readNoiseFloor({ step, loss: 0.08 });
    expect(above).toMatchObject({ noiseShare: expect.closeTo(1.25, 12), gain: expect.closeTo(0.08, 12) });
    expect(() => readNoiseFloor({ step, loss: 0.4, bottom: 0.4 })).toThrow('above the bottom');
    expect(readNoiseShare({ share: 0.5, loss: 3, bottom: 1 })).toMatchObject({ noiseFloor: 1, gain: 1 });
  });

  it('says what a share means', () => {
    expect([0.29, 0.3, 1.25, 1.26, 1.74, 1.75, 90].map(noiseState)).toEqual([
      'not noise-limited',
      'noise-limited',
      'noise-limited',
      'above the law',
      'above the law',
      'steps too large',
      'steps too large',
    ]);
    expect(readNoiseFloor({ step: { elr: 0.1, egn: 2500 }, loss: 9 }).gain).toBeNull();
  });

  it('decides nothing from an upper estimate above the law, and is uncertain where the error spans a bound', () => {
    const verdict = (share: number, isUpperEstimate: boolean, shareError?: number) => {
      const { state, gain } = readNoiseShare({
        ...{ share, loss: 2, isUpperEstimate },
        ...(shareError !== undefined && { shareError }),
      });
      return [state, gain];
    };
    expect(verdict(7.13, false)).toEqual(['steps too large', null]);
    expect(verdict(7.13, true)).toEqual(['undetermined', null]);
    expect(verdict(1.26, true)).toEqual(['undetermined', null]);
    // At the bound itself, and below: an upper estimate below 30% of the loss is decided.
    expect(verdict(1.25, true)).toEqual(['noise-limited', 2]);
    expect(verdict(0.2, true)).toEqual(['not noise-limited', 0.4]);
    expect(verdict(0.5, false, 0.19)).toEqual(['noise-limited', 1]);
    expect(verdict(0.5, false, 0.21)).toEqual(['too uncertain', 1]);
    // 1.7 may be 1.8, of which the law gives no gain.
    expect(verdict(1.7, false, 0.1)).toEqual(['too uncertain', null]);
    expect(verdict(0.5, false, Number.POSITIVE_INFINITY)).toEqual(['too uncertain', null]);
    expect(verdict(0.5, false, Number.NaN)).toEqual(['noise-limited', 1]);
  });

  it('is 1 - p / 2 of the toy with weight decay, whose norm is settled (T8)', () => {
    // rho^2 = eta S and F = (S / 2) p, p = eta lambda.
    const [eta, lambda, S] = [0.5, 0.05, 7];
    const p = eta * lambda;
    const step = { learningRate: eta, weightDecay: lambda, settledNorm: Math.sqrt(eta * S) };
    expect(readNoiseFloor({ step, loss: (S / 2) * p }).noiseShare).toBeCloseTo(1 - p / 2, 12);
  });
});

/** Mean squares of gradient and buffer, and the mean loss, of a heavy ball on h x^2 / 2 whose gradients are noisy by 1. */
function heavyBall(rate: number, momentum: number, curvature: number) {
  const random = randomSource(7, 14);
  const [warm, steps] = [2000, 400_000];
  let [x, buffer] = [0, 0];
  const sums = { loss: 0, gradient: 0, buffer: 0 };
  for (let i = 0; i < warm + steps; i += 1) {
    const gradient = curvature * x + random.gaussian();
    buffer = momentum * buffer + gradient;
    if (i >= warm) {
      sums.loss += (curvature * x * x) / 2 / steps;
      sums.gradient += gradient ** 2 / steps;
      sums.buffer += buffer ** 2 / steps;
    }
    x -= rate * buffer;
  }
  return { loss: sums.loss, gradientNorm: Math.sqrt(sums.gradient), bufferNorm: Math.sqrt(sums.buffer) };
}

it.each([
  [{ elr: -1, egn: 2 }, 'the size of the steps is -4;'],
  [{ learningRate: -0.1, gradientNorm: 1 }, 'the size of the steps is -0.1;'],
  [{ elr: 1, egn: 1e200 }, 'the size of the steps is Infinity, beyond all that can be computed with;'],
  [{ elr: 1, egn: Number.NaN }, 'the size of the steps is NaN, beyond all that can be computed with;'],
])('refuses steps of a size that none has: %j', (step, message) => {
  const allowed = 'allowed: finite numbers from 0 on, like { elr: 2e-3, egn: 26 }';
  expect(() => readNoiseFloor({ step, loss: 1 })).toThrow(new UsageError(`${message} ${allowed}`));
});

describe('with momentum', () => {
  // The strongest at which 1 / (1 - beta) alone is far off, and the weakest at which it is nearly right.
  it.each([
    [0.9, 0.2],
    [0.9, 0.01],
    [0.5, 0.5],
  ])('the floor from the buffer is the loss of a quadratic, momentum %d, rate x curvature %d', (momentum, size) => {
    const { loss, gradientNorm, bufferNorm } = heavyBall(size, momentum, 1);
    const step = { learningRate: size, gradientNorm };
    const exact = readNoiseFloor({ step, loss, momentum, bufferRatio: bufferNorm / gradientNorm });
    // 400,000 steps of which some (1 - beta) / size remember each other: less than a percent.
    expect(Math.abs(exact.noiseShare - 1)).toBeLessThan(0.02);
    expect(exact.isUpperEstimate).toBe(false);
    const upper = readNoiseFloor({ step, loss, momentum });
    expect(upper.isUpperEstimate).toBe(true);
    expect(upper.noiseShare).toBeGreaterThan(exact.noiseShare);
    // E[g^2] - 2 beta / (1 + beta) E[(h x)^2], with E[(h x)^2] = 2 h F: what the upper estimate leaves out.
    const share = 1 - ((2 * momentum) / (1 + momentum)) * ((2 * loss) / gradientNorm ** 2);
    expect(Math.abs((upper.noiseShare * share) / exact.noiseShare - 1)).toBeLessThan(0.02);
  });

  it('without noise limits is about as large as the buffer says: buffers are gradients over 1 - beta', () => {
    const step = { learningRate: 0.01, gradientNorm: 3 };
    // |v|^2 = g^2 / (1 - beta^2) for gradients without correlation: (1 + beta) of it is 1 / (1 - beta).
    const ratio = Math.sqrt(1 / (1 - 0.81));
    const exact = readNoiseFloor({ step, loss: 1, momentum: 0.9, bufferRatio: ratio });
    expect(exact.noiseShare).toBeCloseTo(readNoiseFloor({ step, loss: 1, momentum: 0.9 }).noiseShare, 12);
  });
});
