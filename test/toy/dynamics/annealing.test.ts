import { describe, expect, it } from 'vitest';
import { mean, standardError } from '../../../src/numerics/means.js';
import { annealToy, meanBatchLoss } from '../../../toy/dynamics/annealing.js';

const SIGMA = 0.03;
const SEEDS = Array.from({ length: 200 }, (_, i) => i + 1);
const FACTOR = 1e-3;
const PROTOCOL = { steps: 600, fallSteps: 400, holdSteps: 50, factor: FACTOR, noise: SIGMA, seeds: SEEDS };

/**
 * E theta^2 near the minimum of one group, where theta' = (1 - 2ks) theta - 2ks eps: its stationary value at k, then step by step while
 * k falls, written out on its own; the mean over the steps at the final k. m = E[s^2].
 */
function linearTheory(k: number, m: number) {
  const next = (square: number, rate: number): number =>
    (1 - 4 * rate + 4 * rate * rate * m) * square + 4 * rate * rate * m * SIGMA * SIGMA;
  const before = (k * m * SIGMA * SIGMA) / (1 - k * m);
  let square = before;
  for (let step = 0; step < 400; step += 1) square = next(square, k * (1 - ((1 - FACTOR) * step) / 400));
  const held: number[] = [];
  for (let step = 0; step < 50; step += 1) {
    held.push(square);
    square = next(square, k * FACTOR);
  }
  return { before, after: mean(held) };
}

/** For each run, what it lost in its second half before annealing over the noise floor there. */
const ratiosOf = (runs: ReturnType<typeof annealToy>): { lost: number[]; floor: number[] } => ({
  lost: runs.map(({ losses, annealedLosses }) => mean(losses.subarray(300)) - mean(annealedLosses)),
  floor: runs.map(({ floors }) => mean(floors.subarray(300))),
});

describe('the toy annealed', () => {
  it.each([
    { name: 'additive noise', k: 0.2, m: 1, law: {} },
    { name: 'additive noise', k: 0.6, m: 1, law: {} },
    { name: 'both noises', k: 0.2, m: 2, law: { noiseLaw: 'exponential', secondMoment: 2 } as const },
  ])('loses its noise floor but for what annealing leaves: $name, k = $k', ({ k, m, law }) => {
    const runs = annealToy([1], k, { ...PROTOCOL, ...law });
    const { lost, floor } = ratiosOf(runs);
    const { before, after } = linearTheory(k, m);
    // Runs are independent: standard error of a ratio of means, of the part that does not cancel.
    const measured = mean(lost) / mean(floor);
    const error = standardError(lost.map((value, i) => value - measured * floor[i]!)) / mean(floor);
    const expected = (before - after) / before;
    // Three standard errors, and the next order in theta^2, of which there is at most 4 sigma^2 / (1 - km)^2 (T11).
    expect(Math.abs(measured - expected)).toBeLessThan(3 * error + (4 * SIGMA * SIGMA) / (1 - k * m) ** 2);
    expect(error).toBeLessThan(0.03);
    // Annealing of 400 steps leaves a few percent, so that nothing is measured that was put in.
    expect(after / before).toBeGreaterThan(0.005);
    expect(after / before).toBeLessThan(0.15);
  });

  it('loses much less than the loss of a batch, which keeps a floor of its own', () => {
    const [run] = annealToy([1], 0.2, { ...PROTOCOL, seeds: [1] });
    // sigma^2 (k / (1 - k) + 1) before and sigma^2 after, to leading order.
    expect(mean(run!.annealedLosses) / SIGMA ** 2).toBeCloseTo(1, 1);
    expect(mean(run!.losses.subarray(300)) / SIGMA ** 2).toBeCloseTo(1.25, 1);
  });

  it('has the rates it says: without noise the angle falls by the product of all steps', () => {
    const k = 0.01;
    const options = { steps: 1500, fallSteps: 20, holdSteps: 2, factor: 0.5, seeds: [3] };
    const [run] = annealToy([1], k, options);
    // Near the minimum tan theta' = tan theta (1 - 2k + O(theta^2)): losses below 1e-10 of one step are those of the linear map.
    let expected = run!.losses.at(-1)! * (1 - 2 * k) ** 2;
    expect(run!.losses.at(-1)!).toBeLessThan(1e-10);
    for (let step = 0; step < 20; step += 1) expected *= (1 - 2 * k * (1 - (0.5 * step) / 20)) ** 2;
    expect(run!.annealedLosses[0]! / expected).toBeCloseTo(1, 8);
    expect(run!.annealedLosses[1]! / run!.annealedLosses[0]!).toBeCloseTo((1 - k) ** 2, 8);
  });

  it('records the mean loss of batches: the average over their phases', () => {
    const [alpha, sigma, theta] = [[1.5], 0.3, 0.4];
    // A fine sum in place of the closed form, over +-8 standard deviations.
    const nodes = Array.from({ length: 3201 }, (_, i) => (i - 1600) / 200);
    const weights = nodes.map((z) => Math.exp(-(z * z) / 2));
    const total = weights.reduce((a, b) => a + b, 0);
    const sum = nodes.reduce((all, z, i) => all + weights[i]! * 1.5 * Math.sin(theta + sigma * z) ** 2, 0);
    expect(meanBatchLoss(alpha, sigma, 1.5 * Math.sin(theta) ** 2)).toBeCloseTo(sum / total, 12);
  });
});
