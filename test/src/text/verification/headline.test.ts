import { describe, expect, it } from 'vitest';
import { measureRun } from '../../../../src/regime/analyse.js';
import type { Regime } from '../../../../src/regime/regime.js';
import { measureThresholds } from '../../../../src/regime/thresholds.js';
import { headlines, unknownTexts } from '../../../../src/text/verification/headline.js';
import { equilibriumRun } from '../../verify/toy-sweep.js';

const any = measureRun(equilibriumRun(2));
type Judged = readonly [elr: number, regime: Regime | 'undecided', noiseShare?: number];

const saidOf = (judged: readonly Judged[], threshold?: number): readonly string[] => {
  const runs = judged.map(([elr, regime, value = 1]) => ({ ...any, elr, regime, noiseShare: { value, error: 0 } }));
  return headlines({ runs, thresholds: measureThresholds(runs) }, threshold);
};

const BOTH: readonly Judged[] = [
  [1e-3, 'convergence', 0.1],
  [2e-3, 'chaotic equilibrium', 0.625],
  [2e-2, 'chaotic equilibrium', 0.5],
  [4e-2, 'divergence', 3],
];

describe('the first line about a sweep', () => {
  it('says where the regimes change, how far apart that is and how far the loss is above its noise floor', () => {
    // Centres sqrt(1e-3 x 2e-3) and sqrt(2e-2 x 4e-2) are a factor 20 apart; 1 / 0.625 = 1.6 and 1 / 0.5 = 2.
    expect(saidOf(BOTH)[0]).toBe(
      'Convergence ends between ELR 0.001 and 0.002; divergence begins between ELR 0.02 and 0.04, at an ELR about 20 times as ' +
        'large; in between the loss is 1.6 to 2 times its noise floor.',
    );
  });

  it.each([
    [1.5e-3, '0.0015, inside'],
    [1e-3, '0.001, inside'],
    [5e-4, '5e-4, a factor 2 below'],
    [6e-3, '0.006, a factor 3 above'],
  ])('says how theory at %d lies to what was seen', (threshold, words) => {
    expect(saidOf(BOTH, threshold)[0]).toContain(
      `Convergence ends between ELR 0.001 and 0.002 (theory from the noise share: ${words}); divergence`,
    );
  });

  it('leaves out first what is not about thresholds, and is short enough for 60 columns at last', () => {
    const lengths = saidOf(BOTH, 1e-3).map((text) => text.length);
    expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
    expect(saidOf(BOTH).at(-1)).toBe('converges to 0.001..0.002, diverges from 0.02..0.04');
  });

  it('says no more than is known', () => {
    expect(saidOf([])[0]).toContain('Nothing is found yet');
    expect(saidOf([[1, 'undecided']])).toEqual(['No run is decided yet.']);
    const low = saidOf([[1e-3, 'convergence']], 2e-3);
    expect(low[0]).toBe(
      'Every decided run converges, up to ELR 0.001 (theory from the noise share: 0.002); no run diverges, up to ELR 0.001.',
    );
    expect(low.at(-1)).toBe('converges to 0.001..?, diverges from 0.001..?');
  });
});

describe('what is not known yet', () => {
  const unknownWith = (unknown: Parameters<typeof unknownTexts>[0]) => unknownTexts(unknown, ['r', 'w', 'L']);

  it('names undecided ELRs and unfinished runs, with the key that would tell', () => {
    expect(unknownWith({ waiting: 0, coming: 0, undecided: [] })).toBeUndefined();
    expect(unknownWith({ waiting: 2, coming: 0, undecided: [1e-3] })![0]).toBe(
      'Not known yet: undecided at ELR 0.001 (r says why, L trains longer); 2 runs are not finished (w trains).',
    );
    expect(unknownWith({ waiting: 0, coming: 1, undecided: [] })![0]).toBe('Not known yet: 1 run is not finished.');
    for (const text of unknownWith({ waiting: 3, coming: 0, undecided: [1, 2, 3] })!.slice(-1))
      expect(text).toBe('3 undecided (L trains longer); 3 unfinished (w trains)');
  });

  it('names no key that is not there: none on paper, none that trains runs without a plan', () => {
    const unknown = { waiting: 2, coming: 0, undecided: [1e-3] };
    expect(unknownTexts(unknown, [])![0]).toBe('Not known yet: undecided at ELR 0.001; 2 runs are not finished.');
    expect(unknownTexts(unknown, ['r'])![0]).toBe(
      'Not known yet: undecided at ELR 0.001 (r says why); 2 runs are not finished.',
    );
    expect(unknownTexts(unknown, ['r'])!.at(-1)).toBe('1 undecided; 2 unfinished');
  });
});
