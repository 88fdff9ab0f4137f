import { describe, expect, it } from 'vitest';
import { elrSlope, type MeasuredDecay } from '../../../src/experiments/decay-run.js';
import { type DecayExperiment, weightDecayPredictions } from '../../../src/experiments/weight-decay.js';

/** T8 and T9 written out anew. */
const theory = {
  ess: (learningRate: number, weightDecay: number) => Math.sqrt(1 - (1 - learningRate * weightDecay) ** 2),
  floor: (learningRate: number, weightDecay: number, rmsEgn: number) =>
    rmsEgn * Math.sqrt((learningRate * weightDecay) / 8),
  period: (learningRate: number, weightDecay: number) =>
    (2 * Math.PI) / Math.acos(2 * (1 - learningRate * weightDecay) ** 2 - 1),
};

const LR = 0.1;
const DECAYS = [0.02, 0.05, 0.2];

/** A run as the toy has it at ELR `elr`, with changes. */
const run = (weightDecay: number, elr: number, change: Partial<MeasuredDecay> = {}): MeasuredDecay => {
  const step = { mean: theory.ess(LR, weightDecay), error: 1e-4 };
  const oscillation = { period: theory.period(LR, weightDecay), swing: 1.9, chance: 0.005 };
  return {
    learningRate: LR,
    weightDecay,
    decay: LR * weightDecay,
    stationarySteps: 2000,
    step,
    groupSteps: [step, step],
    drifting: [],
    logElr: { mean: Math.log(elr), error: 0.01 },
    // The loss is its floor.
    loss: { mean: 1, error: 0.01 },
    rmsEgn: { mean: 1 / theory.floor(LR, weightDecay, 1), error: 0.1 },
    egnPerLoss: { mean: 1 / theory.floor(LR, weightDecay, 1), error: 0.01 / theory.floor(LR, weightDecay, 1) },
    ofNorm: oscillation,
    ofLoss: oscillation,
    normResidual: 1e-7,
    ...change,
  };
};

const threshold = { below: 0.8e-3, above: 1.2e-3 };
const atThreshold: DecayExperiment = { runs: DECAYS.map((decay) => run(decay, 1e-3)), pair: undefined, threshold };
const rowsOf = (experiment: DecayExperiment, name: RegExp) =>
  weightDecayPredictions(experiment, theory).filter((row) => name.test(row.name));

describe('what weight decay predicts', () => {
  it('holds of the toy: every row but the alternative that it is not', () => {
    const rows = weightDecayPredictions(atThreshold, theory);
    expect(rows.filter(({ holds }) => holds !== true).map(({ name }) => name)).toEqual([
      'the same, if the EGN did not depend on the ELR',
    ]);
    // Norm, joint and farthest step of three runs, floors, slope and alternative, three thresholds, two periods of three runs.
    expect(rows.length).toBe(1 + 6 + 3 + 2 + 3 + 6);
  });

  it('has the slope 1/2 and no common ELR where the EGN is constant', () => {
    const runs = DECAYS.map((decay) => run(decay, theory.ess(LR, decay) / 20));
    // sqrt(p(2-p)) from p = 0.002 to 0.02: nearly a power of 1/2.
    expect(elrSlope(runs)!.mean).toBeCloseTo(0.498, 2);
    const [toy, constant] = rowsOf({ ...atThreshold, runs }, /slope|the same, if/);
    expect(toy).toMatchObject({ predicted: 0, holds: false });
    expect(constant).toMatchObject({ predicted: 0.5, holds: true });
    expect(rowsOf({ ...atThreshold, runs }, /^threshold/).map(({ holds }) => holds)).toEqual([false, false, false]);
  });

  it('counts in the error of the slope how runs scatter about the line', () => {
    const [a, b, c] = [run(0.02, 1e-3), run(0.0632455532, 1.5e-3), run(0.2, 1e-3)];
    const exact = elrSlope([a, run(0.0632455532, 1e-3), c])!;
    // Equal errors: sigma / sqrt(2 (log sqrt 10)^2); the middle is off by log 1.5, of which 1/3 remains at the ends.
    expect(exact.error).toBeCloseTo(0.01 / (Math.SQRT2 * Math.log(Math.sqrt(10))), 6);
    const chi = (Math.log(1.5) / 0.01) * Math.sqrt(2 / 3);
    expect(elrSlope([a, b, c])!.error).toBeCloseTo(exact.error * chi, 6);
    expect(elrSlope([a])).toBeUndefined();
    expect(elrSlope([a, { ...b, stationarySteps: 0 }])).toBeUndefined();
  });

  it('fails where a group turns by something else, and is untested where its norm drifts', () => {
    const odd = run(0.05, 1e-3, { groupSteps: [{ mean: 0.2, error: 1e-3 }, run(0.05, 1e-3).step] });
    const [joint, farthest] = rowsOf({ ...atThreshold, runs: [odd] }, /ess|farthest/);
    expect(joint!.holds).toBe(true);
    expect(farthest).toMatchObject({ measured: 0.2, holds: false });
    const drifting = rowsOf({ ...atThreshold, runs: [{ ...odd, drifting: ['a'] }] }, /farthest/);
    expect(drifting[0]).toMatchObject({ holds: null, note: 'the norm of a still drifts' });
  });

  it('compares the loss with the floor of its gradients', () => {
    const [low, high, far] = [1.2, 1.3, 2].map((loss) => run(0.05, 1e-3, { loss: { mean: loss, error: 0.01 } }));
    const rows = rowsOf({ ...atThreshold, runs: [low!, high!, far!] }, /^loss = sqrt/);
    expect(rows.map(({ holds }) => holds)).toEqual([true, false, false]);
    expect(rows[2]!.predicted).toBeCloseTo(1, 10);
    expect(rows[2]).toMatchObject({ measured: 2, note: 'R = 0.5' });
    const still = run(0.05, 1e-3, { stationarySteps: 0 });
    expect(rowsOf({ ...atThreshold, runs: [still] }, /^loss = sqrt/)[0]!.holds).toBeNull();
  });

  it('finds no oscillation, or one of another period: both fail', () => {
    const silent = run(0.05, 1e-3, { ofNorm: undefined, ofLoss: { period: 31, swing: 0.1, chance: 0.02 } });
    for (const row of rowsOf({ ...atThreshold, runs: [silent] }, /^period/)) {
      expect(row).toMatchObject({ measured: 'none', error: null, holds: false });
    }
    const slow = run(0.05, 1e-3, { ofNorm: { period: 60, swing: 1, chance: 0.005 } });
    expect(rowsOf({ ...atThreshold, runs: [slow] }, /^period of log norm/)[0]!.holds).toBe(false);
  });

  it('is untested where too few periods fit, or nothing is stationary', () => {
    // The period at p = 0.002 is 49.7 steps.
    const short = run(0.02, 1e-3, { stationarySteps: 397, ofNorm: undefined });
    expect(rowsOf({ ...atThreshold, runs: [short] }, /^period of log norm/)[0]!.holds).toBeNull();
    const enough = run(0.02, 1e-3, { stationarySteps: 398, ofNorm: undefined });
    expect(rowsOf({ ...atThreshold, runs: [enough] }, /^period of log norm/)[0]!.holds).toBe(false);
    const dead = { ...atThreshold, runs: [run(0.02, 1e-3, { stationarySteps: 0 })] };
    const rows = weightDecayPredictions(dead, theory);
    expect(rows.filter(({ holds }) => holds !== null).map(({ name }) => name)).toEqual([
      'norm after a step, given the cosine',
    ]);
  });

  it('wants the ELR of a pair with the same p', () => {
    const pair = (elr: number) => run(0.05, elr, { learningRate: 0.4, weightDecay: 0.0125, decay: 0.005 });
    const [same] = rowsOf({ ...atThreshold, pair: pair(1.05e-3) }, /p alone/);
    expect(same).toMatchObject({ predicted: expect.closeTo(1e-3, 12), holds: true });
    expect(rowsOf({ ...atThreshold, pair: pair(1.4e-3) }, /p alone/)[0]!.holds).toBe(false);
    const other = { ...pair(1e-3), decay: 0.007 };
    expect(rowsOf({ ...atThreshold, pair: other }, /p alone/)).toEqual([]);
  });

  it('fails where the norm after a step is not what it must be, and says nothing where it is not known', () => {
    const off = (normResidual: number) => ({ ...atThreshold, runs: [run(0.05, 1e-3, { normResidual })] });
    expect(rowsOf(off(1e-5), /^norm after/)[0]!.holds).toBe(false);
    expect(rowsOf(off(Number.NaN), /^norm after/)[0]).toMatchObject({
      holds: null,
      note: expect.stringContaining('not a number'),
    });
  });
});
