import { describe, expect, it } from 'vitest';
import { measureRun } from '../../../../src/regime/analyse.js';
import type { Regime } from '../../../../src/regime/regime.js';
import { measureThresholds } from '../../../../src/regime/thresholds.js';
import { findings, findingsText } from '../../../../src/text/verification/findings.js';
import {
  absolutePrediction,
  factorPrediction,
  type Prediction,
  relativePrediction,
  untestedPrediction,
} from '../../../../src/verify/prediction.js';
import { verifySweep } from '../../../../src/verify/verify.js';
import { toyTheory } from '../../../../toy/theory/equilibrium.js';
import { convergingRun, equilibriumRun } from '../../verify/toy-sweep.js';

const any = measureRun(equilibriumRun(2));

/** Findings of a sweep whose runs have these regimes. */
function found(
  regimes: readonly (readonly [elr: number, regime: Regime | 'undecided'])[],
  predictions: Prediction[] = [],
) {
  const runs = regimes.map(([elr, regime]) => ({ ...any, elr, regime }));
  return findings({ runs, thresholds: measureThresholds(runs), predictions });
}

describe('what was found', () => {
  it.each<[string, Parameters<typeof found>[0], string]>([
    [
      'both thresholds',
      [
        [1e-3, 'convergence'],
        [1.4e-3, 'chaotic equilibrium'],
        [2.3e-2, 'chaotic equilibrium'],
        [3.2e-2, 'divergence'],
      ],
      'Convergence ends between ELR 0.001 and 0.0014 and divergence begins between ELR 0.023 and 0.032; the loss stays in chaotic ' +
        'equilibrium at 2 ELRs from 0.0014 to 0.023.',
    ],
    [
      'undecided runs',
      [
        [1e-3, 'convergence'],
        [2e-3, 'undecided'],
        [4e-3, 'chaotic equilibrium'],
        [8e-3, 'undecided'],
      ],
      'Convergence ends between ELR 0.001 and 0.004 and no run diverges, up to ELR 0.004; the loss stays in chaotic equilibrium at ELR ' +
        '0.004; 2 of 4 ELRs undecided: 0.002 and 0.008.',
    ],
    [
      'divergence alone',
      [[1, 'divergence']],
      'No run converges, down to ELR 1 and every decided run diverges, from ELR 1 on; no run is in chaotic equilibrium.',
    ],
    [
      'convergence alone',
      [[1e-3, 'convergence']],
      'Every decided run converges, up to ELR 0.001 and no run diverges, up to ELR 0.001; no run is in chaotic equilibrium.',
    ],
    ['nothing', [[1, 'undecided']], 'No run is decided; no run is in chaotic equilibrium; 1 of 1 ELRs undecided: 1.'],
  ])('says so of %s', (_, regimes, sentence) => {
    expect(found(regimes)[0]).toBe(sentence);
  });
});

describe('where theory and network agree, and where not', () => {
  const row = { source: 'T4', predicted: 1, tolerance: 0.1 };
  const shares = [1.05, 1.5, 1.2].map((measured, i) =>
    relativePrediction({ ...row, name: `all ess_i equal, ELR ${i}`, measured }),
  );
  const floor = factorPrediction({
    ...row,
    name: 'loss = noise floor (R = 1), ELR 0.1',
    measured: 1.76,
    tolerance: 1.25,
  });
  const kinematics = ["K1': angle", 'K2: sum'].map((name) => absolutePrediction({ ...row, name, measured: 1 }));
  const open = untestedPrediction({ ...row, name: 'divergence threshold', note: 'none' });

  it('names every tested subject once, with the farthest of its failing rows', () => {
    const [, agreement, disagreement] = found([[1, 'undecided']], [...shares, floor, ...kinematics, open]);
    expect(agreement).toBe('Theory and network agree on the kinematics of a step.');
    expect(disagreement).toBe(
      'They disagree on the equal rotation of all groups (2 of 3 rows, up to 50%) and the equilibrium loss as a floor of noise (a factor ' +
        '1.76); 1 row is untested.',
    );
  });

  it('says so where nothing is tested, fails or holds', () => {
    expect(found([[1, 'undecided']], [open, open]).slice(1)).toEqual([
      'These runs test no prediction yet.',
      'No tested prediction fails; 2 rows are untested.',
    ]);
    expect(found([[1, 'undecided']], kinematics)[2]).toBe('No tested prediction fails.');
    expect(found([[1, 'undecided']], [floor])[1]).toBe('Theory and network agree on nothing that these runs test.');
  });

  it('leaves out of the agreement what holds by definition, and names it where it fails', () => {
    const random = (measured: number) =>
      relativePrediction({ ...row, name: 'loss of random points, ELR 1', measured, tolerance: 0.4 });
    expect(found([[1, 'divergence']], [random(1), ...kinematics])[1]).toBe(
      'Theory and network agree on the kinematics of a step.',
    );
    expect(found([[1, 'divergence']], [random(1)])[1]).toBe('These runs test no prediction yet.');
    expect(found([[1, 'divergence']], [random(1.5)])[2]).toBe('They disagree on the loss in divergence (50%).');
  });

  it('says what differs where an error is absolute', () => {
    const absolute = (name: string, measured: number) => absolutePrediction({ ...row, name, measured });
    const fall = [1, 2].map((elr) => absolute(`E|g|^2 ~ L^q, q = 1, ELR ${elr}`, 1 + elr));
    const share = [1.1338, 1].map((measured) => absolute('w_i = g_i / sum g_j, ELR 1', measured));
    expect(found([[1, 'undecided']], [...fall, ...share])[2]).toBe(
      'They disagree on the fall of gradients with the loss (an exponent off by up to 2) and the norm shares from mean gradients ' +
        '(1 of 2 rows, a share off by 0.13).',
    );
  });

  it('takes readings of one kind together', () => {
    const readings = [1, 2].map((measured) =>
      factorPrediction({ ...row, name: `convergence threshold, from ${measured} runs`, measured, tolerance: 1.5 }),
    );
    expect(found([[1, 'undecided']], readings)[2]).toBe(
      'They disagree on the convergence threshold read from equilibria (1 of 2 rows, a factor 2).',
    );
  });

  it('has no number of a row that failed without one', () => {
    const broken = absolutePrediction({ ...row, name: 'K2: sum', measured: Number.POSITIVE_INFINITY });
    expect(found([[1, 'undecided']], [broken])[2]).toBe('They disagree on the kinematics of a step.');
  });

  it('follows the verdicts of the toy, which agrees with its own theory', () => {
    const verification = verifySweep([convergingRun(0.9), ...[1.2, 2, 4].map((k) => equilibriumRun(k))], toyTheory);
    const failed = verification.predictions.filter(({ holds }) => holds === false);
    const [, agreement, disagreement] = findings(verification);
    expect(agreement).toContain('the order of the regimes');
    expect(agreement).toContain('the equal rotation of all groups');
    expect(disagreement!.startsWith('No tested prediction fails')).toBe(failed.length === 0);
    const lines = findingsText(verification, 60).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(lines.join(' ')).toBe(findings(verification).join(' '));
  });
});
