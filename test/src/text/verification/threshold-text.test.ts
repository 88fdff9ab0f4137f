import { expect, it } from 'vitest';
import { thresholdLines } from '../../../../src/text/verification/threshold-text.js';

it('thresholds name the ELRs at which seeds disagree', () => {
  const lines = thresholdLines({
    convergence: { below: 0.001, above: 0.004, disputed: [0.002, 0.003] },
    divergence: { below: 0.004, above: null },
  });
  expect(lines).toBe(
    'convergence up to ELR 0.001, no longer at 0.004; seeds disagree at 0.002, 0.003\n' +
      'no divergence seen, up to ELR 0.004',
  );
});

it.each([
  [[0.001], 'the one ELR that was judged has no regime; undecided at 0.001'],
  [[0.001, 0.004], 'none of 2 ELRs has a regime; undecided at 0.001, 0.004'],
  [[], 'no run judged yet'],
])('thresholds say how many ELRs have no regime: %j', (undecided, text) => {
  const threshold = { below: null, above: null, undecided };
  expect(thresholdLines({ convergence: threshold, divergence: threshold })).toBe(
    `convergence: ${text}\ndivergence: ${text}`,
  );
});

it('thresholds are sentences where one side was not seen', () => {
  const [convergence, divergence] = [
    { below: null, above: 0.004, undecided: [0.002] },
    { below: null, above: 0.1 },
  ];
  expect(thresholdLines({ convergence, divergence })).toBe(
    'no convergence seen, none at ELR 0.004; undecided at 0.002\n' + 'divergence from ELR 0.1, its beginning not seen',
  );
  expect(thresholdLines({ convergence: { below: 1e-4, above: null }, divergence })).toMatch(
    /^convergence up to ELR 1e-4, its end not seen\n/,
  );
});
