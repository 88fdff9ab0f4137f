import { describe, expect, it } from 'vitest';
import type { SweepRun } from '../../../src/run/recorded-run.js';
import type { RecordedStep } from '../../../src/run/step-columns.js';
import type { TrainingSettings } from '../../../src/run/training-settings.js';
import type { Prediction } from '../../../src/verify/prediction.js';
import { type Verification, verifySweep } from '../../../src/verify/verify.js';
import { toyTheory } from '../../../toy/theory/equilibrium.js';
import { convergingRun, equilibriumRun, run, steps } from './toy-sweep.js';

const verify = (...runs: SweepRun[]) => verifySweep(runs, toyTheory);
const row = ({ predictions }: { predictions: readonly Prediction[] }, name: RegExp): Prediction => {
  const rows = predictions.filter((prediction) => name.test(prediction.name));
  expect(rows.length, String(name)).toBe(1);
  return rows[0]!;
};

/** k = 0.9 converges, 1.2, 1.5 and 2 are in equilibrium, from 2.5 on a loss is within 40% of a random one. */
const whole = () =>
  verify(
    convergingRun(0.9),
    equilibriumRun(1.2),
    equilibriumRun(1.5),
    equilibriumRun(2),
    equilibriumRun(4),
    equilibriumRun(10),
  );

/** A run that hardly moves: undecided. */
const stillRun = (elr: number) =>
  run(
    elr,
    steps(
      () => 1,
      () => 1e-6,
      elr,
    ),
  );

describe('a sweep that is the toy itself', () => {
  it('has the threshold 1/S, from two runs and from one, exactly', () => {
    const verification = whole();
    expect(verification.thresholds).toEqual({
      convergence: { below: 0.9 / 7, above: 1.2 / 7 },
      divergence: { below: 2 / 7, above: 4 / 7 },
    });
    for (const name of [/from the losses of two runs/, /from the loss of one run/, /from the ESS of one run/]) {
      const found = row(verification, name);
      expect(found.predicted).toBeCloseTo(1 / 7, 12);
      // The middle of the bracket, and as far from it as its ends are.
      expect(found.measured).toBeCloseTo(Math.sqrt(0.9 * 1.2) / 7, 12);
      expect(found.tolerance).toBeCloseTo(Math.sqrt(1.2 / 0.9), 12);
      expect(found).toMatchObject({
        error: expect.closeTo(Math.sqrt(0.9 * 1.2), 12),
        errorKind: 'factor',
        holds: true,
      });
    }
  });

  it('holds in every row that its runs test, but for the noise floor, which is not what keeps it from its minimum', () => {
    const { predictions } = whole();
    expect(predictions.filter(({ holds }) => holds === null).map(({ name }) => name)).toEqual([
      // Of 64 steps nothing is told of gradients, and neither curvature nor balance was measured.
      `E|g|^2 ~ L^q with q = 1, ELR ${0.9 / 7}`,
      'convergence threshold, 4 L / E|g|^2 of a converging run',
      'same-batch sharpness x ELR / 2',
      'ELR lambda / 2 at most 1',
      'convergence threshold, 2 / lambda of the flattest minimum',
      'convergence threshold, 1 / sum alpha_i of the blocks',
      'ELR / balance ELR',
    ]);
    // T4's equilibrium of the toy falls short of a random loss by 1/k: at k = 4 by 25%, at k = 10 by 10%.
    expect(predictions.filter(({ holds }) => holds === false).map(({ name }) => name)).toEqual([
      `loss = noise floor (R = 1), ELR ${2 / 7}`,
    ]);
    expect(predictions.map(({ source }) => source)).toEqual([
      ...['T1, T4, T6', 'T6', 'T6', 'T6, T14', 'T6, T14'],
      ...['T10, T14', 'T10, T14', 'T3, T4', 'T4', 'T4', 'T6', 'T4, T13', 'T3', 'T3', 'T3'],
      ...['T14', 'T14', 'T14', 'T4'],
      ...['K4', 'K4', 'K4, T4', 'K4', 'K4', 'K4, T4', 'K4', 'K4', 'K4, T4', 'T13'],
      ...["K1'", 'K2', "K3'", 'K1, K3'],
    ]);
    const groups = predictions.map(({ group }) => group);
    expect(groups.filter((group, i) => group !== groups[i - 1])).toEqual([
      'regimes',
      'thresholds',
      'equilibrium',
      'kinematics',
    ]);
  });

  it('has the noise share (k + 1) / 2 of T4, and diverges at 1.75 or more', () => {
    const verification = whole();
    for (const [place, k] of [1.2, 1.5, 2, 4, 10].entries())
      expect(verification.runs[place + 1]!.noiseShare).toEqual({
        value: expect.closeTo((k + 1) / 2, 12),
        error: expect.closeTo(0, 12),
      });
    // Twice the loss of k = 1.5 is 1.25 noise floors: as much as is allowed. That of k = 2 is 1.5.
    const floors = verification.predictions.filter(({ name }) => /^loss = noise floor/.test(name));
    expect(floors.map(({ error, holds }) => [error, holds])).toEqual([
      [expect.closeTo(1.1, 12), true],
      [expect.closeTo(1.25, 12), true],
      [expect.closeTo(1.5, 12), false],
    ]);
    const [least, next] = verification.predictions.filter(({ name }) =>
      /^lower bound on R of a diverged run/.test(name),
    );
    // Divergence at k = 1 / 0.4 = 2.5 has R = 1.75.
    expect(least).toMatchObject({ predicted: 1.75, measured: expect.closeTo(2.5, 12), error: 0, holds: true });
    expect(next).toMatchObject({ measured: expect.closeTo(5.5, 12), holds: true });
  });

  it('has its third equilibrium on the line through the other two, its divergence at 1 / tolerance', () => {
    const verification = whole();
    const third = row(verification, /on the line/);
    expect(third.predicted).toBeCloseTo(1.75, 12);
    expect(third.error).toBeLessThan(1e-12);
    expect(row(verification, /divergence threshold/).predicted).toBeCloseTo(2.5 / 7, 12);
    const random = row(verification, /loss of random points, ELR 1.42/);
    expect(random).toMatchObject({
      predicted: 3.5,
      measured: expect.closeTo(3.15, 12),
      error: expect.closeTo(0.1, 12),
    });
  });

  it('names the regimes in the order seen', () => {
    const words = 'convergence < chaotic equilibrium < divergence';
    expect(row(whole(), /in order/)).toMatchObject({ predicted: words, measured: words, holds: true });
    const wrong = verify(equilibriumRun(1.5), { ...convergingRun(0.9) }, equilibriumRun(10));
    expect(row(wrong, /in order/)).toMatchObject({
      measured: 'chaotic equilibrium < convergence < divergence',
      holds: false,
    });
  });

  it('has the shape that scripts read', () => {
    const read = JSON.parse(JSON.stringify(whole()));
    expect(Object.keys(read)).toEqual(['thresholds', 'runs', 'predictions']);
    expect(read.runs.map(({ regime }: { regime: string }) => regime)).toEqual([
      'convergence',
      'chaotic equilibrium',
      'chaotic equilibrium',
      'chaotic equilibrium',
      'divergence',
      'divergence',
    ]);
    for (const prediction of read.predictions) {
      for (const key of ['name', 'predicted', 'measured', 'error', 'holds']) expect(prediction).toHaveProperty(key);
    }
  });
});

describe('what fails', () => {
  const elr = 1.5 / 7;
  const equilibrium = equilibriumRun(1.5);
  const changed = (change: (step: RecordedStep, i: number) => object): SweepRun =>
    run(
      elr,
      equilibrium.steps.map((step, i) => ({ ...step, ...change(step, i) })),
    );

  it('a threshold outside the bracket', () => {
    const wrong = verify(convergingRun(0.5), convergingRun(0.9), {
      ...equilibriumRun(5),
      ...run(0.8 * elr, equilibriumRun(2).steps),
    });
    // The run at k = 1.2 looks like one at k = 2: 1.2 / 2 is below 0.9.
    expect(row(wrong, /from the loss of one run/)).toMatchObject({
      predicted: expect.closeTo(0.6 / 7, 12),
      holds: false,
    });
  });

  it('an identity, where one step breaks it', () => {
    const broken = verify(changed((step, i) => (i === 20 ? { angle: step.angle! + 1e-5 } : {})));
    expect(row(broken, /^K1':/)).toMatchObject({ measured: expect.closeTo(1e-5, 12), holds: false });
    expect(row(broken, /^K2:/).holds).toBe(true);
  });

  it('groups that turn at different rates, the worst one named', () => {
    const uneven = verify(
      changed(({ groups }) => ({ groups: groups.map((g, i) => ({ ...g, ess: i === 1 ? 1.5 * g.ess : g.ess })) })),
    );
    expect(row(uneven, /ess_i equal/)).toMatchObject({
      predicted: expect.closeTo(Math.sqrt(1.25), 12),
      measured: expect.closeTo(1.5 * Math.sqrt(1.25), 12),
      error: expect.closeTo(0.5, 12),
      holds: false,
      note: 'group 2 of 3',
    });
  });

  it('shares that are not those of the gradients', () => {
    const uneven = verify(
      changed(({ groups }) => ({ groups: groups.map((g, i) => ({ ...g, share: [0.2, 2 / 7, 18 / 35][i]! })) })),
    );
    expect(row(uneven, /w_i = /)).toMatchObject({ error: expect.closeTo(0.2 - 1 / 7, 12), holds: false });
  });

  it('a NaN in any run, wherever it stands, which is no verdict', () => {
    const broken = changed((step, i) =>
      i === 60 ? { angle: Number.NaN, groups: step.groups.map((g) => ({ ...g, radial: Number.NaN })) } : {},
    );
    for (const runs of [
      [broken, equilibriumRun(2)],
      [equilibriumRun(1.2), broken],
      [equilibriumRun(1.2), broken, equilibriumRun(2)],
    ]) {
      const verification = verify(...runs);
      for (const name of [/^K1':/, /orthogonal/])
        expect(row(verification, name)).toMatchObject({ error: null, holds: null });
      expect(row(verification, /orthogonal/).note).toContain(`ELR ${elr}`);
    }
  });

  it('a NaN in one group is the farthest of all', () => {
    const broken = verify(
      changed(({ groups }) => ({ groups: groups.map((g, i) => (i === 2 ? { ...g, ess: Number.NaN } : g)) })),
    );
    expect(row(broken, /ess_i equal/)).toMatchObject({
      note: 'what is measured is not a number; group 3 of 3',
      ...{ error: null, holds: null },
    });
    expect(row(broken, /ess_i equal/).predicted).toBeCloseTo(Math.sqrt(1.25), 12);
  });
});

describe('what cannot be tested says so', () => {
  it('no runs, and runs without a step', () => {
    const nothing = { below: null, above: null };
    for (const verification of [verify(), verify(run(0.1, []))]) {
      expect(verification).toEqual({
        thresholds: { convergence: nothing, divergence: nothing },
        runs: [],
        predictions: [],
      });
    }
  });

  it('one run that converges', () => {
    const one = verify(convergingRun(0.9));
    for (const name of [
      /two runs/,
      /loss of one run/,
      /ESS of one/,
      /^divergence threshold/,
      /^loss = noise/,
      /line A - B/,
    ])
      expect(row(one, name)).toMatchObject({ holds: null, predicted: null, note: 'no run in equilibrium' });
    expect(row(one, /in order/)).toMatchObject({
      measured: 'convergence',
      holds: null,
      note: 'no run in chaotic equilibrium, none in divergence',
    });
    for (const name of [/^loss of random points$/, /^lower bound on R of a diverged run$/])
      expect(row(one, name)).toMatchObject({ holds: null, note: 'no run diverges' });
    // No row of the whole sweep is missing: 32 there, of which 3 - 1 + 2 - 1 + 2 - 1 are further runs of equilibria and divergence.
    const kinds = ({ predictions }: Verification) => new Set(predictions.map(({ name }) => name.split(', ELR')[0]));
    expect(kinds(one)).toEqual(kinds(whole()));
  });

  it('names what stayed undecided inside a bracket, in the rows of its threshold', () => {
    const elr = 1.1 / 7;
    const still = stillRun(elr);
    const found = verify(convergingRun(0.9), still, equilibriumRun(1.5));
    expect(found.thresholds.convergence).toEqual({ below: 0.9 / 7, above: 1.5 / 7, undecided: [elr] });
    // 1.5 / (1 + 0.5) = 0.1429 is between 0.1286 and 0.2143, but so might a wrong one be.
    expect(row(found, /from the loss of one run/)).toMatchObject({
      holds: null,
      predicted: expect.closeTo(1 / 7, 12),
      measured: expect.closeTo(Math.sqrt(0.9 * 1.5) / 7, 12),
      note: 'bracket a factor 1.7 wide; undecided at 0.1571',
    });
    const open = verify(still, equilibriumRun(1.5));
    expect(row(open, /from the loss of one run/).note).toBe('not bracketed by these runs; undecided at 0.1571');
  });

  it('one run in equilibrium: no bracket', () => {
    const one = verify(equilibriumRun(1.5));
    for (const name of [/loss of one run/, /ESS of one run/]) {
      expect(row(one, name)).toMatchObject({ holds: null, note: 'not bracketed by these runs' });
    }
    expect(row(one, /two runs/)).toMatchObject({
      holds: null,
      note: 'needs 2 runs in equilibrium whose loss keeps its level',
    });
  });

  // Falls gently, not at all, and so steeply that the line through both crosses zero at a positive ELR.
  it.each([0.01, 0, 1])('two runs whose loss does not rise with the ELR, slope %d', (slope) => {
    const falling = [1.5, 2].map((k) =>
      run(
        k / 7,
        steps(
          () => 3 - slope * k,
          () => Math.sqrt(k * k - 1),
          k / 7,
        ).map((step) => ({ ...step, loss: step.loss / 2 })),
      ),
    );
    const verification = verify(convergingRun(0.9), ...falling, equilibriumRun(10));
    for (const name of [/two runs/, /divergence threshold/]) {
      expect(row(verification, name)).toMatchObject({ holds: null, note: 'the loss does not rise with the ELR' });
    }
  });

  it('runs that are still going are measured, not judged', () => {
    const verification = verify(convergingRun(0.9), equilibriumRun(1.5, 'running'));
    expect(verification.thresholds.convergence).toEqual({ below: 0.9 / 7, above: null });
    expect(verification.runs.length).toBe(2);
    expect(row(verification, /two runs/).holds).toBeNull();
  });

  it('a threshold within a bracket wider than a factor 2, however well it lies', () => {
    const at = (low: number) => verify(convergingRun(low), equilibriumRun(1.4), equilibriumRun(1.6));
    expect(row(at(0.7), /two runs/)).toMatchObject({ predicted: expect.closeTo(1 / 7, 12), holds: true });
    expect(row(at(0.035), /two runs/)).toMatchObject({
      predicted: expect.closeTo(1 / 7, 12),
      holds: null,
      note: 'bracket a factor 40 wide',
    });
  });

  it('an order in which a run between the others is undecided, or a regime is missing', () => {
    const elr = 1.1 / 7;
    const still = stillRun(elr);
    const order = (...runs: SweepRun[]) => row(verify(...runs), /in order/);
    expect(order(convergingRun(0.9), still, equilibriumRun(1.5), equilibriumRun(10))).toMatchObject({
      holds: null,
      note: 'undecided between others at ELR 0.1571',
    });
    // Outside of those that are decided it is no matter.
    expect(order(still, equilibriumRun(1.5), equilibriumRun(10)).note).toBe('no run in convergence');
    // Out of order is out of order, whatever is missing.
    expect(order(equilibriumRun(1.2), run(1.5 / 7, convergingRun(0.9).steps)).holds).toBe(false);
  });

  const PRESUMING = /threshold, (from|2|1)|^divergence threshold|line A - B|ess_i equal|w_i = |w_i from|lambda|balance/;

  it.each<[Partial<TrainingSettings>, RegExp]>([
    [{ projection: 'group' }, /^projection group: every group is on its own sphere/],
    [{ projection: 'filter' }, /^projection filter: every filter is on its own sphere/],
    [{ projection: 'none' }, /^projection none: in full space the ELR is not fixed/],
    [{ momentum: 0.9 }, /^momentum 0\.9: steps are not along the gradient alone/],
    [{ weightDecay: 1e-3 }, /^weight decay 0\.001: steps are not along the gradient alone/],
    [{ schedule: { kind: 'cosine', factor: 0, from: 0, to: 1 } }, /^schedule cosine: the ELR changes/],
  ])('rows that presume gradient steps at a fixed ELR on the joint sphere, with %j', (change, reason) => {
    const otherwise = ({ manifest, ...rest }: SweepRun): SweepRun => {
      const training = { ...manifest.configuration.training, ...change };
      return { ...rest, manifest: { ...manifest, configuration: { ...manifest.configuration, training } } };
    };
    const plain = [convergingRun(0.9), ...[1.2, 1.5, 2, 10].map((k) => equilibriumRun(k))];
    const [before, after] = [plain, plain.map(otherwise)].map((runs) => verify(...runs)) as [
      Verification,
      Verification,
    ];
    const presuming = ({ predictions }: Verification) => predictions.filter(({ name }) => PRESUMING.test(name));
    expect(presuming(after).map(({ name }) => name)).toEqual(presuming(before).map(({ name }) => name));
    expect(presuming(after).length).toBe(18);
    for (const row of presuming(after)) {
      expect(row).toMatchObject({ holds: null, predicted: null, measured: null, error: null });
      expect(row.note).toMatch(reason);
    }
    // What is said of regimes and of random points holds on every sphere.
    for (const name of [/in order/, /random points/]) expect(row(after, name)).toEqual(row(before, name));
  });
});

describe('what the length of the runs allows', () => {
  const elr = 1.5 / 7;
  const rising = (nats: number) =>
    run(
      elr,
      steps(
        (i) => Math.exp((nats * i) / 64),
        () => Math.sqrt(1.25),
        elr,
      ),
    );

  it('a run in equilibrium without a stationary part tests nothing that rests on its averages', () => {
    const verification = verify(convergingRun(0.9), rising(0.2));
    expect(verification.runs[1]).toMatchObject({ regime: 'chaotic equilibrium', stationary: null, errors: null });
    for (const name of [/ess_i equal/, /w_i = /, /w_i from/, /threshold, from the loss of one/, /^loss = noise floor/])
      expect(row(verification, name)).toMatchObject({
        holds: null,
        note: expect.stringMatching(/no part of the run is stationary/),
      });
    // By a fiftieth of a nat it drifts by less than matters.
    expect(verify(rising(0.015)).runs[0]!.stationary).not.toBeNull();
  });

  it('thresholds are read from the runs that are stationary', () => {
    const verification = verify(convergingRun(0.9), { ...rising(0.2) }, equilibriumRun(2), equilibriumRun(2.4));
    expect(row(verification, /from the losses of two runs/).predicted).toBeCloseTo(1 / 7, 12);
  });

  it('errors of averages are those of the readings: exact runs, but for the random loss', () => {
    const verification = verify(convergingRun(0.9), equilibriumRun(1.5), equilibriumRun(2));
    // elr (1 - F / R) with F / R = 1/3 and R = 3.5 +- 0.1: elr / 3 x 0.1 / 3.5.
    expect(row(verification, /from the loss of one run/).predictedError).toBeCloseTo(((elr / 3) * 0.1) / 3.5, 5);
    expect(row(verification, /from the ESS of one run/).predictedError).toBeCloseTo(0, 12);
    const fromTwo = row(verification, /from the losses of two runs/);
    expect(fromTwo.predictedError).toBeCloseTo(0, 12);
    expect(fromTwo.measuredFactor).toBeCloseTo(Math.sqrt(1.5 / 0.9), 12);
  });

  it('a noisy loss that says nothing about a threshold is too uncertain', () => {
    // Two levels that differ by less than their noise: the line through them may cross zero anywhere.
    const noisy = (k: number, shift: number) =>
      run(
        k / 7,
        steps(
          (i) => 1 + 0.01 * shift + 0.5 * Math.sin(37 * i * i),
          () => Math.sqrt(k * k - 1),
          k / 7,
        ),
      );
    const verification = verify(convergingRun(0.9), noisy(1.5, 0), noisy(1.6, 1));
    expect(verification.runs.map(({ regime }) => regime)).toEqual([
      'convergence',
      'chaotic equilibrium',
      'chaotic equilibrium',
    ]);
    expect(row(verification, /from the losses of two runs/)).toMatchObject({
      holds: null,
      note: expect.stringMatching(/too uncertain/),
    });
  });
});

describe('several seeds at an ELR', () => {
  const seed = (given: SweepRun, number: number): SweepRun => ({
    ...given,
    manifest: { ...given.manifest, configuration: { ...given.manifest.configuration, seed: number } },
  });

  it('are one run of the table, as sure as they agree', () => {
    const at = (k: number, like: number) => run(k / 7, (like > 1 ? equilibriumRun(like) : convergingRun(like)).steps);
    const verification = verify(
      seed(convergingRun(0.9), 1),
      seed(convergingRun(0.9), 2),
      seed(at(1.1, 0.9), 1),
      seed(at(1.1, 1.1), 2),
      seed(at(1.5, 1.45), 1),
      seed(at(1.5, 1.55), 2),
    );
    expect(verification.runs.map(({ regime }) => regime)).toEqual(['convergence', 'undecided', 'chaotic equilibrium']);
    expect(verification.thresholds.convergence).toEqual({ below: 0.9 / 7, above: 1.5 / 7, disputed: [1.1 / 7] });
    const fromStep = row(verification, /from the ESS of one run/);
    expect(fromStep.predicted).toBeCloseTo(1 / 7, 2);
    expect(fromStep.predictedError).toBeGreaterThan(1e-3);
  });

  it('that are all alike say what one of them says', () => {
    const once = verify(convergingRun(0.9), equilibriumRun(1.5));
    const twice = verify(
      ...[1, 2].map((n) => seed(convergingRun(0.9), n)),
      ...[1, 2].map((n) => seed(equilibriumRun(1.5), n)),
    );
    expect(twice.thresholds).toEqual(once.thresholds);
    expect(twice.predictions.map(({ name, holds }) => [name, holds])).toEqual(
      once.predictions.map(({ name, holds }) => [name, holds]),
    );
  });
});
