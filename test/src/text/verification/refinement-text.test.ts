import { expect, it } from 'vitest';
import type { Bracket } from '../../../../src/regime/thresholds.js';
import { refinementLines } from '../../../../src/text/verification/refinement-text.js';

const lines = (convergence: Bracket, divergence: Bracket) =>
  refinementLines({ convergence, divergence }, { factor: 1.5, reason: 'REASON' });

it('says how narrowly each threshold is known, and what stayed undecided', () => {
  expect(
    lines(
      { below: 0.001, above: 0.0014, undecided: [0.0012] },
      { below: 0.01, above: 0.04, disputed: [0.015], undecided: [0.02, 0.03] },
    ),
  ).toEqual([
    'convergence threshold: between ELR 0.001 and 0.0014, a factor 1.4; undecided at 0.0012',
    'divergence threshold: between ELR 0.01 and 0.04, a factor 4, more than 1.5: REASON; seeds disagree at 0.015; ' +
      'undecided at 0.02, 0.03',
  ]);
});

it('says on which side a threshold is, where no run is on the other', () => {
  expect(lines({ below: null, above: 1, undecided: [0.1] }, { below: 1, above: null })).toEqual([
    'convergence threshold: below ELR 1, not bracketed; REASON; undecided at 0.1',
    'divergence threshold: above ELR 1, not bracketed; REASON',
  ]);
  const nothing = { below: null, above: null, undecided: [1] };
  expect(lines(nothing, nothing)).toEqual([
    'convergence threshold: no run is decided; undecided at 1',
    'divergence threshold: no run is decided; undecided at 1',
  ]);
});
