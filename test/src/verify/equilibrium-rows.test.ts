import { describe, expect, it } from 'vitest';
import { measureRun } from '../../../src/regime/analyse.js';
import { averageOverSeeds } from '../../../src/regime/seed-averages.js';
import type { SweepRun } from '../../../src/run/recorded-run.js';
import type { RecordedStep } from '../../../src/run/step-columns.js';
import { equilibriumPredictions, NOT_STATIONARY } from '../../../src/verify/equilibrium-rows.js';
import type { Prediction } from '../../../src/verify/prediction.js';
import { ALPHA, equilibriumRun, run, SUM, steps } from './toy-sweep.js';

const ELR = 1.5 / SUM;

/** The rows of K4 of runs that differ in their seed. */
function rows(...runs: readonly SweepRun[]) {
  const [ofSteps, ofAllSteps, ofMeans] = equilibriumPredictions(averageOverSeeds(runs.map((each) => measureRun(each))));
  return { ofSteps: ofSteps!, ofAllSteps: ofAllSteps!, ofMeans: ofMeans! };
}

/** The equilibrium at k = 1.5 with other groups. */
const changed = (groups: (step: RecordedStep, i: number) => RecordedStep['groups']): SweepRun =>
  run(
    ELR,
    equilibriumRun(1.5).steps.map((step, i) => ({ ...step, groups: groups(step, i) })),
  );

/** The same gradients where the first group has a share `factor` times as large, at the cost of the others. */
const withFirstShare = (factor: number): SweepRun =>
  changed(({ groups }) => {
    const first = factor * groups[0]!.share;
    const left = (1 - first) / (1 - groups[0]!.share);
    return groups.map((group, i) => {
      const share = i === 0 ? first : left * group.share;
      return { ...group, share, ess: (group.ess * group.share) / share };
    });
  });

/** The same shares where the first group has gradients `factor` times as large: its share should be f / (6 + f). */
const withFirstGradient = (factor: number): SweepRun =>
  changed(({ groups }) =>
    groups.map((group, i) => (i === 0 ? { ...group, egn: factor * group.egn, ess: factor * group.ess } : group)),
  );

describe('shares from the gradients of all steps (K4)', () => {
  it.each([1.2, 1.5, 2])('are those of the toy, exactly, k = %d', (k) => {
    const { ofAllSteps } = rows(equilibriumRun(k));
    expect(ofAllSteps).toMatchObject({
      name: `w_i from the g_i of all steps, ELR ${k / SUM}`,
      source: 'K4',
      tolerance: 0.1,
      errorKind: 'relative',
      holds: true,
      predictedError: expect.closeTo(0, 12),
    });
    expect(ofAllSteps.error).toBeLessThan(1e-11);
    expect(ALPHA.map((alpha) => alpha / SUM)).toContainEqual(expect.closeTo(ofAllSteps.measured as number, 12));
  });

  it.each<[number, boolean]>([
    [1.09, true],
    [1.11, false],
    [0.91, true],
    [0.89, false],
  ])('hold to a tenth of the share: %d times the right one', (factor, holds) => {
    const { ofAllSteps, ofMeans } = rows(withFirstShare(factor));
    expect(ofAllSteps).toMatchObject({
      holds,
      note: 'group 1 of 3',
      predicted: expect.closeTo(1 / 7, 12),
      measured: expect.closeTo(factor / 7, 12),
      error: expect.closeTo(Math.abs(factor - 1), 11),
    });
    // A seventh of the norm is small: in hundredths of the norm none of this counts.
    expect(ofMeans.holds).toBe(true);
  });

  it('hold where means of gradients do not', () => {
    // The first group moves every other step, by ess_1 with log(1 + ess_1^2) / 2 = log(1 + 1.25): it turns as much as the others.
    const ess = Math.sqrt(2.25 ** 2 - 1);
    const { ofSteps, ofAllSteps, ofMeans } = rows(
      changed(({ groups, elr }, step) =>
        groups.map((group, i) =>
          i === 0 ? { ...group, ess: (step % 2) * ess, egn: ((step % 2) * ess * group.share) / elr } : group,
        ),
      ),
    );
    expect(ofSteps.error).toBeLessThan(1e-12);
    expect(ofAllSteps).toMatchObject({ holds: true, error: expect.closeTo(0, 11) });
    // Its mean is ess / 2 = 1.008, that of the others 1.118.
    const first = ess / 2 / (ess / 2 + 6 * Math.sqrt(1.25));
    expect(ofMeans.predicted).not.toBe(ofAllSteps.predicted);
    expect(Math.abs(1 / 7 - first)).toBeCloseTo(ofMeans.error!, 12);
  });

  it('are not compared where the loss drifts', () => {
    const drifting = steps(
      (i) => Math.exp((0.2 * i) / 64),
      () => Math.sqrt(1.25),
      ELR,
    );
    for (const row of Object.values(rows(run(ELR, drifting))))
      expect(row).toMatchObject({ holds: null, predicted: null, measured: null, error: null, note: NOT_STATIONARY });
  });

  it('a NaN is no verdict', () => {
    const broken = changed(({ groups }, step) =>
      groups.map((group, i) => (i === 1 && step === 40 ? { ...group, ess: Number.NaN } : group)),
    );
    expect(rows(broken).ofAllSteps).toMatchObject({ error: null, holds: null });
  });
});

describe('two seeds', () => {
  const share = (factor: number): number => factor / (6 + factor);

  it('have the mean of both shares, with half their distance as its error', () => {
    const { ofAllSteps } = rows(withFirstGradient(1.04), withFirstGradient(0.98));
    const [a, b] = [share(1.04), share(0.98)];
    expect(ofAllSteps).toMatchObject({
      holds: true,
      note: 'group 1 of 3',
      predicted: expect.closeTo((a + b) / 2, 12),
      measured: expect.closeTo(1 / 7, 12),
      predictedError: expect.closeTo((a - b) / 2, 12),
      measuredError: expect.closeTo(0, 12),
    });
  });

  it('that disagree by more than the tolerance say nothing', () => {
    const { ofAllSteps } = rows(withFirstGradient(1.3), withFirstGradient(0.75));
    // Half the distance of the ratios of both.
    const error = (1 / share(0.75) - 1 / share(1.3)) / 7 / 2;
    expect(ofAllSteps).toMatchObject({ holds: null, note: expect.stringContaining('too uncertain') });
    expect(ofAllSteps.note).toContain(`standard error ${error.toPrecision(2)} of what may be 0.10`);
  });

  it('may differ in shares that are right in each', () => {
    const at = (first: number): SweepRun =>
      changed(({ groups, ess, elr }) => {
        const shares = [first, (1 - first) / 3, (2 * (1 - first)) / 3];
        return groups.map((group, i) => ({ ...group, share: shares[i]!, egn: (shares[i]! * ess) / elr }));
      });
    const { ofAllSteps }: { ofAllSteps: Prediction } = rows(at(0.1), at(0.2));
    expect(ofAllSteps).toMatchObject({ holds: true, error: expect.closeTo(0, 11) });
  });
});
