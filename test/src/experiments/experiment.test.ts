import { describe, expect, it } from 'vitest';
import { sideBySide, sweepFacts } from '../../../src/experiments/experiment.js';
import { measureThresholds } from '../../../src/regime/thresholds.js';
import { regimeMatrix, sideBySideText } from '../../../src/text/experiment/experiment-text.js';
import { absolutePrediction } from '../../../src/verify/prediction.js';

const row = (name: string, measured: number) =>
  absolutePrediction({ name, source: 'T1', predicted: 1, measured, tolerance: 0.1 });

describe('network and toy side by side', () => {
  const rows = sideBySide([row('a', 1), row('b', 2)], [row('b', 1), row('c', 3), row('a', 1)]);

  it('have each statement of the network followed by that of the toy, and what only one says', () => {
    expect(rows.map(({ of, name }) => `${of} ${name}`)).toEqual(['network a', 'toy a', 'network b', 'toy b', 'toy c']);
  });

  it('are told with whom each row is about', () => {
    const text = sideBySideText(rows, 120);
    expect(text).toMatch(/^verdict +of +prediction/);
    expect(text).toMatch(/^FAILS +network +b +1 +2 +1 +0\.1 +T1$/m);
    expect(text).toMatch(/^holds +toy +b +1 +1 +0 +0\.1 +T1$/m);
    expect(text).toMatch(
      /network: 1 predictions hold, 1 fail, 0 untested\.\ntoy: 2 predictions hold, 1 fail, 0 untested\.$/,
    );
  });
});

describe('sweeps over one grid', () => {
  const judged = (regimes: readonly ('convergence' | 'divergence' | 'undecided')[]) =>
    regimes.map((regime, i) => ({ elr: 2 ** i, regime }));
  const sweep = (of: 'network' | 'toy', runs: ReturnType<typeof judged>) => ({
    of,
    label: 'batch 8',
    runs,
    thresholds: measureThresholds(runs),
  });

  it('are shown as a mark a run with the bracket of the threshold', () => {
    const text = regimeMatrix(
      [
        sweep('network', judged(['convergence', 'undecided', 'divergence'])),
        sweep('toy', judged(['divergence', 'divergence', 'divergence'])),
        sweep('toy', judged(['convergence', 'convergence', 'convergence'])),
        sweep('toy', judged(['undecided', 'undecided', 'undecided'])),
      ],
      [1, 2, 4],
    );
    const lines = text.split('\n').slice(2);
    // From 1 to 4: the geometric middle, and the factor to either end.
    expect(lines[0]).toMatch(/^network +batch 8 +o +\? +x +2 x\/ 2$/);
    expect(lines[1]).toMatch(/x +x +x +below 1$/);
    expect(lines[2]).toMatch(/o +o +o +above 4$/);
    expect(lines[3]).toMatch(/no run judged$/);
  });

  it('are JSON with the regime of each seed where there are several', () => {
    const members = [{ regime: 'convergence' as const }, { regime: 'divergence' as const }];
    const runs = [{ elr: 1, regime: 'undecided' as const, members }];
    expect(sweepFacts({ of: 'toy', label: '', runs, thresholds: measureThresholds(runs) }).runs).toEqual([
      { elr: 1, regime: 'undecided', members: ['convergence', 'divergence'] },
    ]);
  });
});
